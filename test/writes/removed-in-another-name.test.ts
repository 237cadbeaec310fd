/** A mutation that deletes or replaces a document makes old whatever shows the document, whichever patient its input names. */
import { afterEach, expect, test } from 'vitest';
import { download } from '../http/content/links.ts';
import { patientQuery } from '../resilience/operations.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { Gate } from '../support/gate.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { until } from '../support/until.ts';
import { DELETE, deletion, REPLACE, SAVE, saving } from './inputs.ts';

const CHARTS = ['a-1', 'a-2', 'b-1'].map((documentId) => chartDocument(documentId.charAt(0), { documentId }));
const MAX_AGE = { 'cache-control': 'max-age=60' };
const MINUTES = 60_000;

let clock: FakeClock;
let gateway: TestGateway;
afterEach(() => gateway.close());

async function start(): Promise<void> {
  clock = new FakeClock();
  gateway = await startTestGateway({ charts: CHARTS }, {}, clock);
}

/** How many calls the chart costs a caller who accepts what is a minute old. */
const costOf = (name: string) => gateway.countCalls(() => gateway.ask(patientQuery(name), {}, MAX_AGE));

async function write(mutation: string, input: Readonly<Record<string, unknown>>): Promise<void> {
  // The embedded Redox has no such document in the chart of `b`, and does not change the chart of `a`: nor need an EHR at once.
  expect((await gateway.ask(mutation, { input })).errors).toEqual([]);
}

test.each([
  ['deleted in the name of another patient', DELETE, deletion('b', { documentId: 'a-1' }), 1],
  ['deleted, written in another way', DELETE, deletion('b', { documentId: ' A-1 ' }), 1],
  [
    'replaced in the name of another patient',
    REPLACE,
    saving('b', { documentId: 'b-2', originalDocumentId: 'a-1' }),
    1,
  ],
  ['not the one that is deleted', DELETE, deletion('b', { documentId: 'b-1' }), 0],
  ['not the one that is replaced', REPLACE, saving('b', { documentId: 'b-2', originalDocumentId: 'b-1' }), 0],
  ['filed once more for another patient', SAVE, saving('b', { documentId: 'a-1' }), 0],
])('a remembered chart with a document that is %s', async (_, mutation, input, expected) => {
  await start();
  expect([await costOf('a'), await costOf('a')]).toEqual([1, 0]);
  await write(mutation, input);
  expect(await costOf('a')).toBe(expected);
  // While the chart still shows what was removed, the hospital has accepted that, but not filed.
  expect(await costOf('a')).toBe(expected);
  await clock.advance(2 * MINUTES + 1);
  await costOf('a');
  expect(await costOf('a')).toBe(0);
});

test('the file of a document that is deleted in the name of another patient is asked for again by its link', async () => {
  await start();
  const { data } = await gateway.ask<{ media: { content: { url: string } } }>(
    '{ media(documentId: "a-1") { content { url } } }',
  );
  const use = () => gateway.countCalls(() => download(data?.media.content.url ?? ''));
  expect(await use()).toBe(0);
  await write(DELETE, deletion('b', { documentId: 'b-1' }));
  expect(await use()).toBe(0);
  await write(DELETE, deletion('b', { documentId: 'a-1' }));
  expect(await use()).toBe(1);
});

test('a page by its cursor is not cut from an answer with a document that was deleted in the name of another patient', async () => {
  await start();
  const page = (after: string | null) =>
    gateway.ask<{ patient: { media: { pageInfo: { endCursor: string } } } }>(
      `query ($after: String) { patient(identifiers: { value: "SYN-a", idType: "MR" }) {
        media(first: 1, after: $after) { pageInfo { endCursor } } } }`,
      { after },
    );
  const cursor = (await page(null)).data?.patient.media.pageInfo.endCursor ?? '';
  expect(await gateway.countCalls(() => page(cursor))).toBe(0);
  await write(DELETE, deletion('b', { documentId: 'a-1' }));
  expect(await gateway.countCalls(() => page(cursor))).toBe(1);
});

test('a question after it joins no call that was sent before', async () => {
  await start();
  using gate = new Gate();
  gateway.redox.answer = () => gate.passed.then(() => undefined);
  const before = gateway.ask(patientQuery('a'));
  await until(() => gateway.redox.inFlight === 1);
  const mutation = 'mutation ($input: DeleteMediaInput!) { deleteMedia(input: $input) { accepted } }';
  await write(mutation, deletion('b', { documentId: 'a-1' }));
  const after = gateway.ask(patientQuery('a'));
  // Two questions and the write.
  await until(() => gateway.redox.callCount === 3);
  gate.open();
  await Promise.all([before, after]);
});
