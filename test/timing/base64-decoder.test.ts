/** A file of 40 MB is decoded in linear time, however its base64 is broken into lines and wherever it is wrong. */
import { expect, test } from 'vitest';
import { decodePieces } from '../redox/reply/decoded.ts';

const ROUNDS = 3;
const LINES = 650_000;
/**
 * Measured: 5 for escaped line feeds, below 1 without them. What is quadratic in a file's length or in its lines takes
 * thousands of times as long.
 */
const MAX_RATIO = 20;

function timeOf(work: () => void): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

test.each([
  ['in one line', '', ''],
  ['with line feeds', '\n', ''],
  ['with escaped line feeds', '\\n', ''],
  ['with line feeds as code points', '\\u000a', ''],
  ['that are wrong at their very end', '', '*'],
])('40 MB %s take at most twenty times as long as JSON.parse and Buffer.from do', (_, end, last) => {
  const written = Buffer.from(`${'A'.repeat(60)}${end}`.repeat(LINES) + last);
  const json = `"${written.toString('latin1').replaceAll('\n', '\\n')}"`;
  const isFile = last === '';
  const [times, baseline]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    times.push(timeOf(() => expect(decodePieces(written)?.length).toBe(isFile ? LINES * 45 : undefined)));
    baseline.push(timeOf(() => void Buffer.from(JSON.parse(json), 'base64')));
  }
  // The fastest of each: what else the machine does only ever adds.
  expect(Math.min(...times) / Math.min(...baseline)).toBeLessThan(MAX_RATIO);
});
