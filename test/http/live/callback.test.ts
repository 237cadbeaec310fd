/** Subscriptions whose results a router receives by Apollo's HTTP callback protocol, 1.0; the router here is a plain server. */
import { expect, test } from 'vitest';
import { FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { extensionsFor, startCallbackRouter } from './callback-router.ts';
import { post, startLiveServer } from './live-server.ts';

const ACCEPT = 'application/json;callbackSpec=1.0';
const QUERY = 'subscription { ticks { number } }';

test('a router is asked first, answered, and then sent each event and the end', async () => {
  const router = await startCallbackRouter();
  const { url, ticks } = await startLiveServer({ callbackOrigins: [router.origin] });
  const response = await post(url, ACCEPT, { query: QUERY, extensions: extensionsFor(router.origin) });
  expect(router.actions()).toEqual(['check']);
  expect(response.status).toBe(200);
  expect(response.headers.get('subscription-protocol')).toBe('callback/1.0');
  expect(await response.json()).toEqual({ data: null });
  ticks.send({ number: 1 }, { number: 2 });
  ticks.finish();
  await until(() => router.actions().includes('complete'));
  const own = { kind: 'subscription', id: 'one', verifier: 'secret' };
  expect(router.messages).toEqual([
    { ...own, action: 'check' },
    { ...own, action: 'next', payload: { data: { ticks: { number: 1 } } } },
    { ...own, action: 'next', payload: { data: { ticks: { number: 2 } } } },
    { ...own, action: 'complete' },
  ]);
  expect(new Set(router.headers)).toEqual(new Set(['callback/1.0']));
  expect(ticks.audit.slice(0, 4)).toEqual([
    'begin subscription',
    'end subscription',
    'begin event',
    'end event',
  ]);
});

test.each([404, 500, 302])('a router that answers %i to an event ends its subscription', async (status) => {
  const router = await startCallbackRouter(({ action }) => (action === 'next' ? status : 204));
  const { url, ticks } = await startLiveServer({ callbackOrigins: [router.origin] });
  await post(url, ACCEPT, { query: QUERY, extensions: extensionsFor(router.origin) });
  ticks.send({ number: 1 }, { number: 2 });
  await until(() => ticks.open === 0);
  expect(router.actions()).toEqual(['check', 'next']);
});

test('heartbeats come before the router misses them, also while events do not pause', async () => {
  const clock = new FakeClock();
  const router = await startCallbackRouter();
  const { url, ticks } = await startLiveServer({ callbackOrigins: [router.origin], clock });
  const extensions = extensionsFor(router.origin, { heartbeatIntervalMs: 4_000 });
  await (await post(url, ACCEPT, { query: QUERY, extensions })).text();
  const expected = ['check'];
  for (const number of [1, 2]) {
    await clock.advance(2_999);
    ticks.send({ number });
    expected.push('next');
    await until(() => router.messages.length === expected.length);
    await clock.advance(1);
    expected.push('check');
    await until(() => router.messages.length === expected.length);
  }
  expect(router.actions()).toEqual(expected);
});

test('a heartbeat that the router does not know ends the subscription', async () => {
  const clock = new FakeClock();
  const statuses = [204, 204, 404];
  const router = await startCallbackRouter(() => statuses.shift() ?? 500);
  const { url, ticks } = await startLiveServer({ callbackOrigins: [router.origin], clock });
  await (
    await post(url, ACCEPT, {
      query: QUERY,
      extensions: extensionsFor(router.origin, { heartbeatIntervalMs: 4_000 }),
    })
  ).text();
  for (const count of [2, 3]) {
    await until(() => clock.nextTimerMs <= 3_000);
    await clock.advance(3_000);
    await until(() => router.messages.length === count);
  }
  await until(() => ticks.open === 0);
  expect(router.actions()).toEqual(['check', 'check', 'check']);
});

test('a subscription outlives the deadline of operations, and the expiry of its token is told', async () => {
  const clock = new FakeClock();
  const router = await startCallbackRouter();
  const options = { callbackOrigins: [router.origin], clock, expiresInMs: 60_000 };
  const { url, ticks } = await startLiveServer(options);
  await (await post(url, ACCEPT, { query: QUERY, extensions: extensionsFor(router.origin) })).text();
  await clock.advance(59_999);
  expect(ticks.open).toBe(1);
  await clock.advance(1);
  await until(() => router.actions().includes('complete'));
  expect(router.messages.at(-1)?.errors).toEqual([
    { message: 'A valid bearer token is needed.', extensions: { code: 'UNAUTHENTICATED', retryable: false } },
  ]);
  expect(ticks.open).toBe(0);
});

test('a process that drains completes its subscriptions at the router before it ends', async () => {
  const router = await startCallbackRouter();
  const { url, drain } = await startLiveServer({ callbackOrigins: [router.origin] });
  await (await post(url, ACCEPT, { query: QUERY, extensions: extensionsFor(router.origin) })).text();
  await drain();
  expect(router.actions()).toEqual(['check', 'complete']);
});

test('a router that does not know the subscription gets no events, and nothing is subscribed to', async () => {
  const router = await startCallbackRouter(() => 404);
  const { url, ticks } = await startLiveServer({ callbackOrigins: [router.origin] });
  const response = await post(url, ACCEPT, { query: QUERY, extensions: extensionsFor(router.origin) });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    errors: [
      {
        extensions: {
          code: 'BAD_USER_INPUT',
          argument: 'extensions.subscription.callbackUrl',
          problem: 'is not where this subscription is awaited',
        },
      },
    ],
  });
  expect(ticks.asked).toBe(0);
});

test('a router is told of a subscription that is refused by the status', async () => {
  const router = await startCallbackRouter();
  const { url } = await startLiveServer({ callbackOrigins: [router.origin] });
  const query = 'subscription { ticks(fail: "forbidden") { number } }';
  const response = await post(url, ACCEPT, { query, extensions: extensionsFor(router.origin) });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  expect(router.actions()).toEqual(['check']);
});

test('no address outside of the allowed origins is called, nor one that is dressed up as one of them', async () => {
  const router = await startCallbackRouter();
  const other = await startCallbackRouter();
  const { url, ticks } = await startLiveServer({ callbackOrigins: [router.origin] });
  const { host } = new URL(router.origin);
  const addresses = [
    `${other.origin}/callback`,
    `http://user:secret@${host}/callback`,
    `http://${host}@${new URL(other.origin).host}/callback`,
    `https://${host}/callback`,
    `ftp://${host}/callback`,
    `http://127.0.0.1/callback`,
    `//${host}/callback`,
    'file:///etc/passwd',
    'SYN-SECRET',
    '',
    `${router.origin}/${'x'.repeat(2_048)}`,
    7,
    null,
  ];
  for (const callbackUrl of addresses) {
    const extensions = extensionsFor(router.origin, { callbackUrl });
    const response = await post(url, ACCEPT, { query: QUERY, extensions });
    expect(response.status).toBe(400);
    const text = await response.text();
    expect(text).toContain('"argument":"extensions.subscription.callbackUrl"');
    expect(text).not.toContain('SYN-SECRET');
  }
  expect([...router.messages, ...other.messages]).toEqual([]);
  expect(ticks.asked).toBe(0);
});

test('without allowed origins there are no callbacks', async () => {
  const router = await startCallbackRouter();
  const { url } = await startLiveServer();
  const response = await post(url, ACCEPT, { query: QUERY, extensions: extensionsFor(router.origin) });
  expect(response.status).toBe(400);
  expect(router.messages).toEqual([]);
});

test.each([
  ['an id', { subscriptionId: '' }, 'subscriptionId'],
  ['a verifier', { verifier: undefined }, 'verifier'],
  ['a heartbeat that is not too often', { heartbeatIntervalMs: 1 }, 'heartbeatIntervalMs'],
])('a request needs %s', async (_, member, argument) => {
  const router = await startCallbackRouter();
  const { url } = await startLiveServer({ callbackOrigins: [router.origin] });
  const extensions = extensionsFor(router.origin, member);
  const response = await post(url, ACCEPT, { query: QUERY, extensions });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain(`"argument":"extensions.subscription.${argument}"`);
  expect(router.messages).toEqual([]);
});

test('any other request that carries the extension is an ordinary one', async () => {
  const router = await startCallbackRouter();
  const { url, ticks } = await startLiveServer({ callbackOrigins: [router.origin] });
  const extensions = extensionsFor(router.origin);
  const query = await post(url, ACCEPT, { query: '{ hello }', extensions });
  expect(await query.json()).toEqual({ data: { hello: 'there' } });
  expect(query.headers.has('subscription-protocol')).toBe(false);
  expect((await post(url, 'application/json', { query: QUERY, extensions })).status).toBe(406);
  ticks.finish();
  const stream = await post(url, 'text/event-stream', { query: QUERY, extensions });
  expect(await stream.text()).toContain('event: complete');
  const either = await post(url, `${ACCEPT}, text/event-stream`, { query: QUERY });
  expect(await either.text()).toContain('event: complete');
  const neither = await post(url, ACCEPT, { query: QUERY });
  expect(await neither.text()).toContain('"argument":"extensions.subscription","problem":"is missing"');
  expect(router.messages).toEqual([]);
});
