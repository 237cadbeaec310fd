/** Subscriptions over server-sent events, read by the client of graphql-sse. */
import { hash } from 'node:crypto';
import { parse, print } from 'graphql';
import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { post, startLiveServer } from './live-server.ts';
import { listen, SSE, SUBSCRIPTION } from './sse-client.ts';

const numbersIn = (results: ReturnType<typeof listen>['results']) =>
  results.map(({ data }) => (data as { ticks: { number: number } } | null)?.ticks.number);

test('graphql-sse receives each event, and the end', async () => {
  const { url, ticks } = await startLiveServer();
  const { results, ends } = listen(url);
  ticks.send({ number: 1 }, { number: 2 });
  await until(() => results.length === 2);
  expect(ends).toEqual([]);
  ticks.send({ number: 3 });
  ticks.finish();
  await until(() => ends.length > 0);
  expect(ends).toEqual(['complete']);
  expect(numbersIn(results)).toEqual([1, 2, 3]);
});

test('a query of graphql-sse is one event and the end', async () => {
  const { url } = await startLiveServer();
  const { results, ends } = listen(url, '{ hello }');
  await until(() => ends.length > 0);
  expect(results).toEqual([{ data: { hello: 'there' } }]);
  expect(ends).toEqual(['complete']);
});

test('a client that leaves ends its subscription', async () => {
  const { url, ticks } = await startLiveServer();
  const { results, stop } = listen(url);
  ticks.send({ number: 1 });
  await until(() => results.length === 1);
  expect(ticks.open).toBe(1);
  stop();
  await until(() => ticks.open === 0);
  expect(results).toHaveLength(1);
});

test('an event is in the audit trail before it leaves, and one that cannot be ends the subscription', async () => {
  const { url, ticks } = await startLiveServer();
  const { results, ends } = listen(url);
  ticks.send({ number: 1 });
  await until(() => results.length === 1);
  expect(ticks.audit).toEqual(['begin subscription', 'end subscription', 'begin event', 'end event']);
  ticks.failingAudit = 'event';
  ticks.send({ number: 2 }, { number: 3 });
  await until(() => ends.length > 0);
  expect(numbersIn(results)).toEqual([1, undefined]);
  expect(results[1]?.errors).toEqual([
    expect.objectContaining({ extensions: expect.objectContaining({ code: 'OVERLOADED' }) }),
  ]);
  await until(() => ticks.open === 0);
});

test('a subscription that is in no audit trail does not begin', async () => {
  const { url, ticks } = await startLiveServer();
  ticks.failingAudit = 'subscription';
  const response = await post(url, SSE, { query: SUBSCRIPTION });
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'OVERLOADED' } }] });
  ticks.send({ number: 1 });
  await until(() => ticks.open === 0);
});

test('errors of events are masked as those of queries', async () => {
  const { url, ticks } = await startLiveServer();
  const { results } = listen(url, 'subscription { ticks { number fails forbidden } }');
  ticks.send({ number: 1 });
  await until(() => results.length === 1);
  expect(results[0]).toMatchObject({
    data: { ticks: { number: 1, fails: null, forbidden: null } },
    errors: [
      {
        path: ['ticks', 'fails'],
        extensions: { code: 'INTERNAL_SERVER_ERROR', reference: expect.any(String) },
      },
      { path: ['ticks', 'forbidden'], extensions: { code: 'FORBIDDEN' } },
    ],
  });
  expect(JSON.stringify(results)).not.toContain('SYN-SECRET');
});

test.each([
  ['a right that is missing', 'subscription { ticks(fail: "forbidden") { number } }', 'FORBIDDEN'],
  ['a failure', 'subscription { ticks(fail: "internal") { number } }', 'INTERNAL_SERVER_ERROR'],
  ['a document that is not GraphQL', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
  ['an unknown field', 'subscription { tocks }', 'GRAPHQL_VALIDATION_FAILED'],
  ['two fields', 'subscription { a: ticks { number } b: ticks { number } }', 'GRAPHQL_VALIDATION_FAILED'],
  ['a condition', 'subscription { ticks @skip(if: true) { number } }', 'GRAPHQL_VALIDATION_FAILED'],
  [
    'a condition in fragments',
    'subscription { ...F } fragment F on Subscription { ... @include(if: false) { ticks { number } } }',
    'GRAPHQL_VALIDATION_FAILED',
  ],
  ['a variable of another type', 'subscription ($to: Int) { ticks(to: $to) { number } }', 'BAD_USER_INPUT'],
  [
    'a number that is not exact',
    'subscription ($to: Int) { ticks(to: $to) { number } } # 1',
    'BAD_USER_INPUT',
  ],
  ['too many aliases', `subscription { ticks { ${aliases(600)} } }`, 'BAD_USER_INPUT'],
  ['a text that is too long', `${SUBSCRIPTION} # ${'long '.repeat(10_000)}`, 'BAD_USER_INPUT'],
])('what refuses a query refuses a subscription, within the stream: %s', async (_, query, code) => {
  const { url, ticks } = await startLiveServer();
  const { results, ends } = listen(url, query, query.includes('# 1') ? { to: 1.5 } : { to: 'SYN-SECRET' });
  await until(() => ends.length > 0);
  expect(results).toMatchObject([{ errors: [{ extensions: { code } }] }]);
  expect(results[0]).not.toHaveProperty('data');
  expect(JSON.stringify(results)).not.toContain('SYN-SECRET');
  expect(ends).toEqual(['complete']);
  expect(ticks.open).toBe(0);
});

function aliases(count: number): string {
  return Array.from({ length: count }, (_, index) => `a${index}: number`).join(' ');
}

test('of a document with several operations, the one that is named counts', async () => {
  const { url, ticks } = await startLiveServer();
  const query = `query Hello { hello } ${SUBSCRIPTION}`;
  const none = await post(url, 'application/json', { query });
  expect(await none.json()).toMatchObject({
    errors: [{ extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }],
  });
  expect(await (await post(url, SSE, { query })).text()).toContain('"OPERATION_RESOLUTION_FAILURE"');
  const hello = await post(url, 'application/json', { query, operationName: 'Hello' });
  expect(await hello.json()).toEqual({ data: { hello: 'there' } });
  ticks.finish();
  const live = await post(url, SSE, { query, operationName: 'Ticks' });
  expect(await live.text()).toBe(':\n\nevent: complete\ndata:\n\n');
});

test('with enforced documents, only those of the manifest are subscribed to', async () => {
  const persistedDocuments = { mode: 'enforce', documents: new Map([['ticks', SUBSCRIPTION]]) } as const;
  const { url, ticks } = await startLiveServer({ apolloOptions: { persistedDocuments } });
  const refused = await (
    await post(url, SSE, { query: print(parse('subscription { ticks { text } }')) })
  ).text();
  expect(refused).toContain('"PERSISTED_QUERY_NOT_FOUND"');
  ticks.send({ number: 1 });
  ticks.finish();
  const stream = await (await post(url, SSE, { documentId: 'ticks' })).text();
  expect(stream).toContain('{"data":{"ticks":{"number":1}}}');
});

test('a subscription that was registered by its hash is found by it', async () => {
  const { url, ticks } = await startLiveServer();
  const extensions = { persistedQuery: { version: 1, sha256Hash: hash('sha256', SUBSCRIPTION) } };
  const unknown = await (await post(url, SSE, { extensions })).text();
  expect(unknown).toContain('"PERSISTED_QUERY_NOT_FOUND"');
  ticks.finish();
  for (const request of [{ query: SUBSCRIPTION, extensions }, { extensions }]) {
    ticks.send({ number: 1 });
    expect(await (await post(url, SSE, request)).text()).toContain('{"data":{"ticks":{"number":1}}}');
  }
});

test.each([
  ['application/json', 406],
  ['*/*', 406],
  ['application/graphql-response+json', 406],
  ['text/event-stream;q=0, application/json', 406],
  ['multipart/mixed;deferSpec=20220824, application/json', 406],
])('a client that accepts %s is told what a subscription needs', async (accept, status) => {
  const { url, ticks } = await startLiveServer();
  const response = await post(url, accept, { query: SUBSCRIPTION });
  expect(response.status).toBe(status);
  expect(await response.json()).toEqual({
    errors: [
      {
        message:
          'A subscription needs POST and an Accept header of text/event-stream or multipart/mixed;subscriptionSpec=1.0.',
        extensions: { code: 'BAD_REQUEST' },
      },
    ],
  });
  expect(ticks.open).toBe(0);
});

test('a subscription over GET is refused, whatever it accepts', async () => {
  const { url, ticks } = await startLiveServer();
  for (const accept of [SSE, 'application/json', 'multipart/mixed;subscriptionSpec=1.0, application/json']) {
    const response = await fetch(`${url}?query=${encodeURIComponent(SUBSCRIPTION)}`, {
      headers: { accept, 'apollo-require-preflight': 'true' },
    });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  }
  expect(ticks.open).toBe(0);
});

test('a refused GET is no stream, which a browser would open again and again', async () => {
  const { url } = await startLiveServer();
  const response = await fetch(`${url}?query=${encodeURIComponent(SUBSCRIPTION)}`, {
    headers: { accept: SSE },
  });
  expect(response.status).toBe(400);
  expect(response.headers.get('content-type')).toContain('application/json');
});

test('a page of another origin cannot subscribe without asking first', async () => {
  const { url, ticks } = await startLiveServer();
  const response = await post(
    url,
    SSE,
    { query: SUBSCRIPTION },
    { headers: { 'content-type': 'text/plain' } },
  );
  expect(response.status).toBe(415);
  expect(ticks.open).toBe(0);
});

test('a query of a client that accepts JSON as well is answered in JSON', async () => {
  const { url } = await startLiveServer();
  const response = await post(url, 'application/json, text/event-stream', { query: '{ hello }' });
  expect(response.headers.get('content-type')).toContain('application/json');
  expect(await response.json()).toEqual({ data: { hello: 'there' } });
});

test('who may explore is told what each event cost, and no other', async () => {
  for (const introspection of [true, false]) {
    const { url, ticks } = await startLiveServer({ apolloOptions: { introspection } });
    const { results } = listen(url);
    ticks.send({ number: 1 });
    await until(() => results.length === 1);
    const told = { extensions: { redox: { mediaQueries: 0 } } };
    expect(results).toEqual([{ data: { ticks: { number: 1 } }, ...(introspection && told) }]);
  }
});

test('pages of the configured origins may read the events', async () => {
  const { url, ticks } = await startLiveServer({ corsOrigins: ['https://page.example'] });
  ticks.finish();
  const headers = { origin: 'https://page.example' };
  const response = await post(url, SSE, { query: SUBSCRIPTION }, { headers });
  expect(response.headers.get('access-control-allow-origin')).toBe('https://page.example');
  expect(await response.text()).toContain('event: complete');
});
