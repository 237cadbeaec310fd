/** What is remembered while Redox pushes events: until one makes it old, and for longer where they arrive. */
import { afterEach, expect, test } from 'vitest';
import { pushed, SETTINGS, SOURCE_ID, TOKEN } from '../events/pushed.ts';
import { patientQuery } from '../resilience/operations.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { holdAnswers } from '../support/gate.ts';
import { postOperation, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { until } from '../support/until.ts';
import { download } from './content/links.ts';
import { beside } from './servers.ts';

const NAMES = ['a', 'b'];
const CHARTS = NAMES.map((name) => chartDocument(name, { documentId: `${name}-1` }));
const MINUTES = 60_000;

let clock: FakeClock;
let gateway: TestGateway;
afterEach(() => gateway.close());

async function start(settings: Readonly<Record<string, string>> = SETTINGS): Promise<void> {
  clock = new FakeClock();
  gateway = await startTestGateway({ charts: CHARTS }, settings, clock);
}

/** How many calls each patient's chart costs, for callers who accept what is up to an hour old. */
async function costs(names = NAMES): Promise<readonly number[]> {
  const calls: number[] = [];
  for (const name of names) {
    const before = gateway.redox.callCount;
    const headers = { 'content-type': 'application/json', 'cache-control': 'max-age=3600' };
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query: patientQuery(name) }),
    });
    expect(await response.json()).not.toHaveProperty('errors');
    calls.push(gateway.redox.callCount - before);
  }
  return calls;
}

async function push(message: object): Promise<void> {
  const response = await fetch(beside(gateway.url, '/redox/events'), {
    method: 'POST',
    headers: { 'verification-token': TOKEN },
    body: JSON.stringify(message),
  });
  expect(response.status).toBe(200);
}

const about = (name: string) =>
  pushed(
    'New',
    { DocumentID: `SYN-${name}` },
    { Patient: { Identifiers: [{ ID: `SYN-${name}`, IDType: 'MR' }] } },
  );
const ofSource = (ID: string) => ({ ...about('a'), Meta: { ...about('a').Meta, Source: { ID } } });

test.each([
  ['of its patient', about('a'), [1, 0]],
  ['of the destination, without a patient', { ...about('a'), Patient: undefined }, [1, 1]],
  ['of every patient, from an unknown source', ofSource('11111111-5f0f-4f52-9a41-2d1d8f6f7a10'), [1, 1]],
  [
    'of the destination, of another model',
    { Meta: { DataModel: 'Notes', EventType: 'New', Source: { ID: SOURCE_ID } } },
    [1, 1],
  ],
])('an event makes forgotten what is remembered %s', async (_, event, expected) => {
  await start();
  expect(await costs()).toEqual([1, 1]);
  expect(await costs()).toEqual([0, 0]);
  await push(event);
  expect(await costs()).toEqual(expected);
});

/** A document that was filed in the chart of `a` by mistake: the event names whom it belongs to. */
const ofB = (type: string, media: Readonly<Record<string, unknown>>) =>
  pushed(type, media, { Patient: { Identifiers: [{ ID: 'SYN-b', IDType: 'MR' }] } });

test.each([
  [
    'replaced in the name of another patient',
    ofB('Replace', { OriginalDocumentID: 'a-1', DocumentID: 'b-2' }),
    1,
  ],
  ['deleted in the name of another patient', ofB('Delete', { DocumentID: 'a-1' }), 1],
  ['deleted, written in another way', ofB('Delete', { DocumentID: ' A-1 ' }), 1],
  ['not the one of the event', ofB('Delete', { DocumentID: 'b-1' }), 0],
  ['filed once more for another patient', ofB('New', { DocumentID: 'a-1' }), 0],
])('a remembered chart with a document that is %s', async (_, event, expected) => {
  await start();
  expect(await costs()).toEqual([1, 1]);
  await push(event);
  expect(await costs()).toEqual([expected, 1]);
  // While the chart still shows what was removed, the hospital has accepted that, but not filed.
  expect(await costs(['a'])).toEqual([expected]);
  await clock.advance(2 * MINUTES + 1);
  await costs(['a']);
  expect(await costs(['a'])).toEqual([0]);
});

test('the file of a document that is deleted in the name of another patient is asked for again by its link', async () => {
  await start();
  const query = '{ media(documentId: "a-1") { content { url } } }';
  const { data } = await postOperation<{ media: { content: { url: string } } }>(gateway.url, { query });
  const use = async () => {
    const before = gateway.redox.callCount;
    const { status } = await download(data?.media.content.url ?? '');
    return [status, gateway.redox.callCount - before];
  };
  expect(await use()).toEqual([200, 0]);
  await push(ofB('Delete', { DocumentID: 'b-1' }));
  expect(await use()).toEqual([200, 0]);
  await push(ofB('Delete', { DocumentID: 'a-1' }));
  expect(await use()).toEqual([200, 1]);
});

/** Of calls that are joined, Redox hears nothing. */
const coalesced = async () => {
  const metrics = [...(await readMetrics(gateway.url))];
  return metrics.find(([name]) => name.startsWith('incidents_total') && name.includes('coalesced'))?.[1] ?? 0;
};

test.each([
  ['deletes a document in the name of another patient', ofB('Delete', { DocumentID: 'a-1' }), 2, 0],
  ['files a document of another patient', ofB('New', { DocumentID: 'b-2' }), 1, 1],
])(
  'a question after an event that %s, while a call for the same is in flight',
  async (_, event, calls, joined) => {
    await start();
    using gate = holdAnswers(gateway.redox);
    const before = costs(['a']);
    await until(() => gateway.redox.inFlight === 1);
    await push(event);
    const after = costs(['a']);
    await until(async () => gateway.redox.callCount + (await coalesced()) === 2);
    expect([gateway.redox.callCount, await coalesced()]).toEqual([calls, joined]);
    gate.open();
    await Promise.all([before, after]);
  },
);

test('soon after an event, what is read about its patient answers no new question', async () => {
  await start();
  await push(about('a'));
  expect(await costs()).toEqual([1, 1]);
  expect(await costs()).toEqual([1, 0]);
  await clock.advance(2 * MINUTES + 1);
  expect(await costs()).toEqual([1, 0]);
  expect(await costs()).toEqual([0, 0]);
});

test('where events arrive, an answer is remembered for RECENT_SECONDS_LIVE; else for RECENT_SECONDS', async () => {
  await start();
  expect(await costs()).toEqual([1, 1]);
  await clock.advance(3 * MINUTES);
  expect(await costs()).toEqual([1, 1]);
  await push(about('other'));
  expect(await costs()).toEqual([0, 0]);
  await clock.advance(3 * MINUTES);
  // What was asked before the first event may be older than one that did not arrive.
  expect(await costs()).toEqual([1, 1]);
  await clock.advance(9 * MINUTES);
  expect(await costs()).toEqual([0, 0]);
  await push(about('a'));
  expect(await costs()).toEqual([1, 0]);
  await clock.advance(MINUTES);
  expect(await costs(['b'])).toEqual([1]);
});

test.each([
  ['without events', {}],
  ['with RECENT_SECONDS_LIVE=0', { ...SETTINGS, RECENT_SECONDS_LIVE: '0' }],
])('%s, nothing is remembered for longer than RECENT_SECONDS', async (_, settings) => {
  await start(settings);
  if ('REDOX_EVENTS_TOKEN' in settings) await push(about('other'));
  expect(await costs()).toEqual([1, 1]);
  await clock.advance(2 * MINUTES);
  expect(await costs()).toEqual([1, 1]);
});
