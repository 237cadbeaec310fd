/** Nothing is written unaudited: a write is in the trail before it is sent, and so is what became of it before the answer. */
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { DELETE, deletion, SAVE, saving } from '../writes/inputs.ts';
import { linesOf, newFile, readLines, verify } from './lines.ts';

const PLAIN = 'mutation Plain($input: SaveMediaInput!) { saveMedia(input: $input) { accepted } }';
const LARGE = { content: { base64: Buffer.alloc(250_000, 'synthetic ').toString('base64') } };
const UNKNOWN = { code: 'INTERNAL_SERVER_ERROR', retryable: false, outcome: 'UNKNOWN' };

const errorsOf = async (gateway: TestGateway, query: string, input: object) =>
  (await gateway.ask(query, { input })).errors.map(({ extensions }) => extensions);

test('a write is in the file as intended when Redox gets it, and its outcome when the caller does', async () => {
  const file = await newFile();
  await using gateway = await startTestGateway({ charts: [] }, { AUDIT_FILE: file });
  const seen: string[] = [];
  gateway.redox.answerWrite = async () => {
    seen.push(await readFile(file, 'utf8'));
    return undefined;
  };
  const both = { destinations: ['general', 'county'] };
  expect(await errorsOf(gateway, PLAIN, saving('a', both))).toEqual([]);
  const before = readLines(seen[0] ?? '');
  expect(
    before.map(({ operation, destination, outcome, items }) => [operation, destination, outcome, items]),
  ).toEqual(
    ['general', 'county'].map((destination) => [
      { name: 'Plain', hash: expect.stringMatching(/^[0-9a-f]{64}$/), event: 'New' },
      destination,
      'intended',
      0,
    ]),
  );
  const lines = await linesOf(file);
  expect(lines.slice(0, 2)).toEqual(before);
  expect(lines.slice(2).map(({ outcome, items }) => [outcome, items])).toEqual([
    ['answered', 1],
    ['answered', 1],
  ]);
  expect(lines.slice(2).map(({ write, patient }) => [write, patient])).toEqual(
    before.map(({ write, patient }) => [write, patient]),
  );
  expect(new Set(lines.map(({ write }) => write)).size).toBe(2);
  expect((await verify(file)).text).not.toContain('No outcome');
});

test('where it cannot be recorded as intended, nothing of it is sent', async () => {
  await using gateway = await startTestGateway({ charts: [] }, { AUDIT_FILE: '/dev/full' });
  const refused = [{ code: 'OVERLOADED', retryable: true }];
  for (const change of [{}, LARGE, { clientMutationId: 'm-1' }])
    expect(await errorsOf(gateway, SAVE, saving('a', change))).toEqual(refused);
  expect(await errorsOf(gateway, DELETE, deletion('a'))).toEqual(refused);
  expect(gateway.redox.callCount).toBe(0);
  expect(gateway.redox.uploads).toEqual([]);
});

test('an upload that could not be used for that is used later', async () => {
  const file = await newFile();
  await using gateway = await startTestGateway({ charts: [] }, { AUDIT_FILE: file });
  const response = await fetch(new URL('/uploads', gateway.url), { method: 'POST', body: 'synthetic' });
  const { upload } = (await response.json()) as { upload: string };
  const input = saving('a', { content: { upload } });
  await rename(file, `${file}.away`);
  expect(await errorsOf(gateway, PLAIN, input)).toEqual([{ code: 'OVERLOADED', retryable: true }]);
  await rename(`${file}.away`, file);
  expect(await errorsOf(gateway, PLAIN, input)).toEqual([]);
  expect(gateway.redox.callCount).toBe(1);
});

/** The file is away from when Redox gets the write until it is put back. */
async function startLosing(settings: Record<string, string> = {}) {
  const file = await newFile();
  const gateway = await startTestGateway({ charts: [] }, { AUDIT_FILE: file, ...settings });
  gateway.redox.answerWrite = async () => {
    if (existsSync(file)) await rename(file, `${file}.away`);
    return undefined;
  };
  const putBack = () => rename(`${file}.away`, file);
  return { file, gateway, putBack };
}

test('where only its outcome cannot be recorded, that is unknown to the caller, who is not to send it again', async () => {
  const { file, gateway, putBack } = await startLosing();
  await using _ = gateway;
  expect(await errorsOf(gateway, PLAIN, saving('a', { clientMutationId: 'm-1' }))).toEqual([UNKNOWN]);
  expect(gateway.redox.callCount).toBe(1);
  await putBack();
  // Who asks by the same id learns of it, without another write.
  expect(await errorsOf(gateway, PLAIN, saving('a', { clientMutationId: 'm-1' }))).toEqual([]);
  expect(gateway.redox.callCount).toBe(1);
  expect((await linesOf(file)).map(({ event, outcome }) => [event, outcome])).toEqual([
    ['audit', 'intended'],
    ['audit-gap', undefined],
    ['audit', 'answered'],
  ]);
  const { code, text } = await verify(file);
  expect(code).toBe(0);
  expect(text).toContain('No outcome is recorded of the writes intended in line 1.');
  expect(text).toContain('Entries could not be written before in line 2.');
});

test('the same of an operation whose later fields cannot be recorded', async () => {
  const { gateway } = await startLosing({ AUDIT_ON_FAILURE: 'refuse' });
  await using _ = gateway;
  const { status, data, errors } = await gateway.ask(SAVE, { input: saving('a') });
  // The field that failed is null, and what it would have read was not asked for.
  expect({ status, data }).toEqual({ status: 200, data: { saveMedia: null } });
  expect(errors.map(({ extensions }) => extensions)).toEqual([UNKNOWN]);
});

test('a response that is held back after a write does not say that it may be sent again', async () => {
  const file = await newFile();
  await using gateway = await startTestGateway({ charts: [] }, { AUDIT_FILE: file });
  gateway.redox.answer = async () => {
    await rename(file, `${file}.away`);
    return [];
  };
  const { status, data, errors } = await gateway.ask(SAVE, { input: saving('a') });
  expect({ status, data }).toEqual({ status: 500, data: undefined });
  expect(errors.map(({ extensions }) => extensions)).toEqual([UNKNOWN]);
});

test('with AUDIT_ON_FAILURE=continue writes are sent, and answered as they came out', async () => {
  const settings = { AUDIT_FILE: '/dev/full', AUDIT_ON_FAILURE: 'continue' };
  await using gateway = await startTestGateway({ charts: [] }, settings);
  expect(await errorsOf(gateway, PLAIN, saving('a'))).toEqual([]);
  expect(gateway.redox.callCount).toBe(1);
});

test('a crash in a write leaves a line that says that it was intended', async () => {
  const file = await newFile();
  await using gateway = await startTestGateway({ charts: [] }, { AUDIT_FILE: file, AUDIT_FORMAT: 'fhir' });
  expect(await errorsOf(gateway, PLAIN, saving('a'))).toEqual([]);
  const [intended = ''] = (await readFile(file, 'utf8')).split('\n');
  const cut = await newFile();
  await writeFile(cut, `${intended}\n`);
  expect((await verify(cut)).text).toContain('No outcome is recorded of the writes intended in line 1.');
  expect((await verify(file)).text).not.toContain('No outcome');
});
