/** How old an answer may be, and how old it is, as callers say and read it over HTTP. */
import { afterEach, expect, test } from 'vitest';
import { patientQuery } from '../resilience/operations.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';

const CHARTS = ['a', 'b'].map((name) => chartDocument(name, { documentId: `${name}-1` }));
const BOTH = `{ ${['a', 'b'].map((name) => `${name}: ${patientQuery(name).slice(1, -1)}`).join(' ')} }`;

let clock: FakeClock;
let gateway: TestGateway;
afterEach(() => gateway.close());

async function start(settings: Readonly<Record<string, string>> = {}): Promise<void> {
  clock = new FakeClock();
  gateway = await startTestGateway({ charts: CHARTS }, { INTROSPECTION: 'true', ...settings }, clock);
}

/** What an operation took: calls as Redox counts them, the header, and what the response says of both. */
async function ask(query: string, headers: Record<string, string> = {}, method: 'GET' | 'POST' = 'POST') {
  const before = gateway.redox.callCount;
  const response =
    method === 'POST'
      ? await fetch(gateway.url, {
          method,
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify({ query }),
        })
      : await fetch(`${gateway.url}?query=${encodeURIComponent(query)}`, {
          headers: { 'apollo-require-preflight': 'true', ...headers },
        });
  const { errors, extensions } = (await response.json()) as {
    errors?: readonly { readonly extensions: { readonly code: string } }[];
    extensions: { readonly redox: { readonly mediaQueries: number; readonly ageSeconds: number | null } };
  };
  const { mediaQueries, ageSeconds } = extensions.redox;
  expect(mediaQueries).toBe(gateway.redox.callCount - before);
  expect(response.headers.get('age')).toBe(ageSeconds === null ? null : String(ageSeconds));
  expect(response.headers.get('cache-control')).toBe('private, no-store');
  return { calls: mediaQueries, age: ageSeconds, codes: errors?.map((error) => error.extensions.code) ?? [] };
}

const ASKED = { calls: 1, age: null, codes: [] };
const remembered = (age: number) => ({ calls: 0, age, codes: [] });

test('an answer within the age that the caller accepts costs no call, by POST and by GET, and has an age', async () => {
  await start();
  expect(await ask(patientQuery('a'), { 'cache-control': 'max-age=60' })).toEqual(ASKED);
  await clock.advance(10_900);
  expect(await ask(patientQuery('a'), { 'cache-control': 'max-age=60' })).toEqual(remembered(10));
  expect(await ask(patientQuery('a'), { 'cache-control': 'max-age=60' }, 'GET')).toEqual(remembered(10));
  await clock.advance(60_000);
  expect(await ask(patientQuery('a'), { 'cache-control': 'max-age=60' })).toEqual(ASKED);
});

test('of several answers, the oldest has its age told', async () => {
  await start();
  await ask(patientQuery('a'));
  await clock.advance(20_000);
  await ask(patientQuery('b'));
  await clock.advance(5000);
  expect(await ask(BOTH, { 'cache-control': 'max-age=60' })).toEqual(remembered(25));
  expect(await ask(BOTH, { 'cache-control': 'max-age=10' })).toEqual({ calls: 1, age: 5, codes: [] });
});

test.each([
  {},
  { 'cache-control': 'max-age=-1' },
  { 'cache-control': 'max-age=1e9' },
  { 'cache-control': 'max-age=abc' },
  { 'cache-control': 'max-age=60, max-age=0' },
  { 'cache-control': 'max-age=60, no-cache' },
  { 'cache-control': 'no-store' },
  { pragma: 'no-cache' },
])('%o: Redox is asked', async (headers) => {
  await start();
  await ask(patientQuery('a'));
  await clock.advance(1000);
  expect(await ask(patientQuery('a'), headers)).toEqual(ASKED);
});

test('MAX_AGE_SECONDS is for callers who do not say', async () => {
  await start({ MAX_AGE_SECONDS: '30' });
  await ask(patientQuery('a'));
  await clock.advance(29_000);
  expect(await ask(patientQuery('a'))).toEqual(remembered(29));
  expect(await ask(patientQuery('a'), { 'cache-control': 'max-age=5' })).toEqual(ASKED);
});

test('no age is accepted beyond RECENT_SECONDS', async () => {
  await start({ RECENT_SECONDS: '20', MAX_AGE_SECONDS: '600' });
  await ask(patientQuery('a'));
  await clock.advance(19_000);
  expect(await ask(patientQuery('a'), { 'cache-control': 'max-age=99999999999' })).toEqual(remembered(19));
  await clock.advance(2000);
  expect(await ask(patientQuery('a'), { 'cache-control': 'max-age=99999999999' })).toEqual(ASKED);
});

test('RECENT_SECONDS=0: Redox is asked, whatever a caller accepts', async () => {
  await start({ RECENT_SECONDS: '0', MAX_AGE_SECONDS: '30' });
  expect(await ask(patientQuery('a'), { 'cache-control': 'max-age=60' })).toEqual(ASKED);
  expect(await ask(patientQuery('a'), { 'cache-control': 'max-age=60' })).toEqual(ASKED);
});

test('only-if-cached: what is remembered, or an error, and never a call', async () => {
  await start();
  const refused = { calls: 0, age: null, codes: ['UPSTREAM_UNAVAILABLE'] };
  expect(await ask(patientQuery('a'), { 'cache-control': 'only-if-cached' })).toEqual(refused);
  await ask(patientQuery('a'));
  await clock.advance(30_000);
  expect(await ask(patientQuery('a'), { 'cache-control': 'only-if-cached' })).toEqual(remembered(30));
  expect(await ask(patientQuery('a'), { 'cache-control': 'only-if-cached, max-age=9' })).toEqual(refused);
  expect(await ask(BOTH, { 'cache-control': 'only-if-cached' })).toEqual({ ...refused, age: 30 });
});
