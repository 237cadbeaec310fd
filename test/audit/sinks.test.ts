/** What is done to the sink of the audit trail is noticed before anything goes on without it, and told by /readyz. */
import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { appendFile, copyFile, open, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { START, writeLine } from '../../src/audit/chain.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { byRecordNumber, chartDocument } from '../support/own-chart.ts';
import { DELETE, deletion } from '../writes/inputs.ts';
import { linesOf, newFile, readLines, verify } from './lines.ts';

const charts = [chartDocument('a')];
const QUERY =
  'query ($patients: [PatientInput!]!) { patients(patients: $patients) { media { totalCount } } }';

const ask = (gateway: TestGateway, count = 1) =>
  gateway.ask(QUERY, { patients: Array.from({ length: count }, (_, at) => byRecordNumber(`p${at}`)) });

async function readiness({ url }: TestGateway) {
  const response = await fetch(new URL('/readyz', url));
  return [response.status, await response.json()];
}
const READY = [200, { ready: true }];
const NOT_READY = [503, { ready: false, reason: 'the audit trail cannot be written' }];

const writesAt = ({ redox }: TestGateway) =>
  redox.calls.filter(({ query }) => !JSON.stringify(query).includes('"EventType":"Query"')).length;

/** Neither a read nor a write goes on. */
async function expectHeldBack(gateway: TestGateway): Promise<void> {
  const before = writesAt(gateway);
  for (const answer of [await ask(gateway), await gateway.ask(DELETE, { input: deletion('a') })]) {
    expect({ status: answer.status, data: answer.data }).toEqual({ status: 503, data: undefined });
    expect(answer.errors.map(({ extensions }) => extensions)).toEqual([
      { code: 'OVERLOADED', retryable: true },
    ]);
  }
  expect(writesAt(gateway)).toBe(before);
  expect(await readiness(gateway)).toEqual(NOT_READY);
  expect((await fetch(new URL('/livez', gateway.url))).status).toBe(200);
}

describe('a file', () => {
  test.each<[string, (file: string) => Promise<unknown>]>([
    ['deleted', (file) => rm(file)],
    ['renamed', (file) => rename(file, `${file}.1`)],
    ['truncated', (file) => truncate(file)],
    ['replaced by a copy', (file) => copyFile(file, `${file}.1`).then(() => rename(`${file}.1`, file))],
    ['written by another process', (file) => appendFile(file, '{}\n')],
  ])('that is %s: /readyz tells at once, and nothing goes on', async (_, change) => {
    const file = await newFile();
    await using gateway = await startTestGateway({ charts }, { AUDIT_FILE: file });
    expect((await ask(gateway)).status).toBe(200);
    await change(file);
    expect(await readiness(gateway)).toEqual(NOT_READY);
    await expectHeldBack(gateway);
  });

  test('that is put back is gone on with, and says what was not written', async () => {
    const file = await newFile();
    await using gateway = await startTestGateway({ charts }, { AUDIT_FILE: file });
    await ask(gateway);
    await rename(file, `${file}.1`);
    await ask(gateway, 3);
    expect(await readiness(gateway)).toEqual(NOT_READY);
    await rename(`${file}.1`, file);
    expect(await readiness(gateway)).toEqual(READY);
    await ask(gateway);
    expect((await linesOf(file)).map(({ event, unwritten }) => [event, unwritten])).toEqual([
      ['audit', undefined],
      ['audit-gap', 3],
      ['audit', undefined],
    ]);
    expect((await verify(file)).code).toBe(0);
  });

  test('that another gateway writes keeps a second one from starting, until the first has ended', async () => {
    const file = await newFile();
    const settings = { AUDIT_FILE: file };
    const first = await startTestGateway({ charts }, settings);
    const fault = { faults: [{ variable: 'AUDIT_FILE' }] };
    await expect(startTestGateway({ charts }, settings)).rejects.toMatchObject(fault);
    expect((await ask(first)).status).toBe(200);
    await first.close();
    await using second = await startTestGateway({ charts }, settings);
    expect((await ask(second)).status).toBe(200);
    expect((await verify(file)).text).toContain('2 lines, whole.');
  });

  test('of any length of lines is gone on with', async () => {
    const file = await newFile();
    const { line } = writeLine({ event: 'audit', data: 'synthetic '.repeat(300_000) }, START);
    await writeFile(file, `${line}\n${line.slice(0, -9)}`);
    await using gateway = await startTestGateway({ charts }, { AUDIT_FILE: file });
    await ask(gateway);
    expect((await verify(file)).text).toContain('2 lines, whole.');
  });

  test('of something else is left as it is', async () => {
    const file = await newFile();
    for (const text of ['notes of another program', 'notes\n{"seq":1', '{"seq":1}\n']) {
      await writeFile(file, text);
      await expect(startTestGateway({ charts }, { AUDIT_FILE: file })).rejects.toMatchObject({
        faults: [{ variable: 'AUDIT_FILE' }],
      });
      expect(await readFile(file, 'utf8')).toBe(text);
    }
  });
});

test('a full disk: nothing goes on, and /readyz tells', async () => {
  await using gateway = await startTestGateway({ charts }, { AUDIT_FILE: '/dev/full' });
  await expectHeldBack(gateway);
});

describe('a named pipe', () => {
  async function makePipe(): Promise<string> {
    const path = await newFile();
    execFileSync('mkfifo', [path]);
    return path;
  }

  async function openReader(path: string) {
    const reader = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    onTestFinished(() => reader.close());
    return reader;
  }

  test('without a reader: nothing goes on until there is one', async () => {
    const path = await makePipe();
    await using gateway = await startTestGateway({ charts }, { AUDIT_FILE: path });
    await expectHeldBack(gateway);
    const reader = await openReader(path);
    expect(await readiness(gateway)).toEqual(READY);
    expect((await ask(gateway, 2)).status).toBe(200);
    const { buffer, bytesRead } = await reader.read(Buffer.alloc(65_536));
    const lines = readLines(buffer.toString('utf8', 0, bytesRead));
    expect(lines.map(({ event }) => event)).toEqual(['audit-gap', 'audit', 'audit']);
  });

  test('whose reader stops reading: responses come all the same, in time, and /readyz tells', async () => {
    const path = await makePipe();
    const reader = await openReader(path);
    const clock = new FakeClock();
    await using gateway = await startTestGateway({ charts }, { AUDIT_FILE: path }, clock);
    let status = 200;
    for (let times = 0; times < 20 && status === 200; times++)
      ({ status } = await clock.advanceUntil(ask(gateway, 50)));
    expect(status).toBe(503);
    await expectHeldBack(gateway);
    // Once it reads on, all is as before, and the lines that were held up are there.
    const chunks: Buffer[] = [];
    for (let ready = false; !ready; [ready] = [(await readiness(gateway))[0] === 200]) {
      const { buffer, bytesRead } = await reader.read(Buffer.alloc(65_536));
      chunks.push(buffer.subarray(0, bytesRead));
    }
    expect((await ask(gateway)).status).toBe(200);
    const { buffer, bytesRead } = await reader.read(Buffer.alloc(1_000_000));
    const text = Buffer.concat([...chunks, buffer.subarray(0, bytesRead)]).toString();
    const seqs = readLines(text).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, at) => at + 1));
  });
});
