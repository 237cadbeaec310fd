/** Large events at once: their files are digested while they arrive, and none of them is held. */
import { Readable } from 'node:stream';
import { Pool } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { pushed, SETTINGS, TOKEN } from '../events/pushed.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { settingsFor } from '../support/settings.ts';
import { SOAK_TIMEOUT_MS } from './duration.ts';
import { startGatewayChild } from './gateway-child.ts';

const FILE_BYTES = 41_900_000;
const PIECE = Buffer.alloc(100_000, 'QUJD');
const AT_ONCE = 8;
const ROUNDS = 5;
const MEGABYTE = 1_000_000;
const MAX_GROWTH_MEGABYTES = 64;

/** An event with a file of 42 MB in base64, made while it is sent. */
function* largeEvent(documentId: string) {
  const [before = '', after = ''] = JSON.stringify(
    pushed('New', { DocumentID: documentId, FileContents: '|' }),
  ).split('|');
  yield Buffer.from(before);
  for (let at = 0; at < FILE_BYTES; at += PIECE.length) yield PIECE;
  yield Buffer.from(after);
}

test('eight events of 40 MB at once', { timeout: SOAK_TIMEOUT_MS }, async () => {
  const redox = await startSandbox({ charts: [] });
  onTestFinished(() => redox.close());
  const gateway = await startGatewayChild({ ...settingsFor(redox), ...SETTINGS });
  const pool = new Pool(new URL(gateway.url).origin, { connections: AT_ONCE });
  onTestFinished(() => pool.close());
  const send = async (documentId: string) => {
    const { statusCode, body } = await pool.request({
      path: '/redox/events',
      method: 'POST',
      headers: { 'verification-token': TOKEN },
      body: Readable.from(largeEvent(documentId)),
    });
    await body.dump();
    return statusCode;
  };
  const { peakRssBytes: atRest } = await gateway.read();
  const peaks: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const statuses = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, at) => send(`document-${round}-${at}`)),
    );
    expect(statuses).toEqual(Array.from({ length: AT_ONCE }, () => 200));
    const { peakRssBytes } = await gateway.read();
    peaks.push(Math.round((peakRssBytes - atRest) / MEGABYTE));
  }
  process.stdout.write(`megabytes beyond an idle process, by round: ${peaks.join(', ')}\n`);
  const metrics = await readMetrics(gateway.url);
  expect(metrics.get('events_total{kind="SAVED",outcome="recorded"}')).toBe(AT_ONCE * ROUNDS);
  expect(Math.max(...peaks)).toBeLessThanOrEqual(MAX_GROWTH_MEGABYTES);
});
