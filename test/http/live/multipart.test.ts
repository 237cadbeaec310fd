/** Subscriptions by Apollo's multipart protocol, 1.0, as its specification writes them. Its client is in the suite of others. */
import { expect, test } from 'vitest';
import { FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { post, startLiveServer } from './live-server.ts';

const SUBSCRIPTION = { query: 'subscription { ticks { number } }' };
const MULTIPART = 'multipart/mixed;subscriptionSpec="1.0", application/json';

/** The bodies of the parts, and that the last boundary is the end. */
function partsOf(body: string): unknown[] {
  const [preamble, ...parts] = body.split('\r\n--graphql');
  expect(preamble).toBe('');
  expect(parts.pop()).toBe('--\r\n');
  return parts.map((part) => {
    const [headers, json = ''] = part.split('\r\n\r\n');
    expect(headers).toBe('\r\ncontent-type: application/json');
    return JSON.parse(json);
  });
}

test.each([
  MULTIPART,
  'multipart/mixed;subscriptionSpec=1.0',
  'multipart/mixed;boundary="graphql";subscriptionSpec=1.0,application/graphql-response+json,application/json;q=0.9',
  'Multipart/Mixed; SubscriptionSpec="1.0"; deferSpec=20220824, application/json',
])('each event is a part: %s', async (accept) => {
  const { url, ticks } = await startLiveServer();
  const response = await post(url, accept, SUBSCRIPTION);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe(
    'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
  );
  ticks.send({ number: 1 }, { number: 2 });
  ticks.finish();
  expect(partsOf(await response.text())).toEqual([
    {},
    { payload: { data: { ticks: { number: 1 } } } },
    { payload: { data: { ticks: { number: 2 } } } },
  ]);
});

test('an idle connection is kept open, and the expiry of the token is an error of the transport', async () => {
  const clock = new FakeClock();
  const { url, ticks } = await startLiveServer({ clock, expiresInMs: 12_000 });
  const response = await post(url, MULTIPART, SUBSCRIPTION);
  await until(() => ticks.open === 1);
  await clock.advance(12_000);
  expect(partsOf(await response.text())).toEqual([
    {},
    {},
    {},
    {
      payload: null,
      errors: [expect.objectContaining({ extensions: { code: 'UNAUTHENTICATED', retryable: false } })],
    },
  ]);
});

test('a process that drains ends the parts', async () => {
  const { url, ticks, drain } = await startLiveServer();
  const response = await post(url, MULTIPART, SUBSCRIPTION);
  await until(() => ticks.open === 1);
  await drain();
  expect(partsOf(await response.text())).toEqual([{}]);
});

test.each([
  ['a subscription that is refused', 'subscription { ticks(fail: "forbidden") { number } }', 200],
  ['a document that is not valid', 'subscription { tocks }', 200],
  ['a query', '{ hello }', 200],
])('is answered in JSON: %s', async (_, query, status) => {
  const { url } = await startLiveServer();
  for (const accept of [MULTIPART, 'multipart/mixed;subscriptionSpec=1.0']) {
    const response = await post(url, accept, { query });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/json');
    const body = await response.json();
    expect(body).toHaveProperty(query === '{ hello }' ? 'data.hello' : 'errors.0.extensions.code');
  }
});
