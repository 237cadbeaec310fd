/** When streams of events end: with their time or token, with the process, and with clients that stop reading. */
import { expect, test } from 'vitest';
import { FakeClock, settle } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { post, startLiveServer } from './live-server.ts';
import { listen, SSE, SUBSCRIPTION } from './sse-client.ts';

test('the deadline of operations does not apply, and an idle connection is kept open', async () => {
  const clock = new FakeClock();
  const { url, ticks } = await startLiveServer({ clock });
  const response = await post(url, SSE, { query: SUBSCRIPTION });
  await until(() => ticks.open === 1);
  await clock.advance(10_000 + 4 * 12_000);
  ticks.send({ number: 1 });
  ticks.finish();
  const text = await response.text();
  expect(text).toBe(
    `:\n\n${': ping\n\n'.repeat(4)}event: next\ndata: {"data":{"ticks":{"number":1}}}\n\nevent: complete\ndata:\n\n`,
  );
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('private, no-store');
});

test('a subscription ends with UNAUTHENTICATED when its token expires, and not before', async () => {
  const clock = new FakeClock();
  const { url, ticks } = await startLiveServer({ clock, expiresInMs: 7_200_000 });
  const response = await post(url, SSE, { query: SUBSCRIPTION });
  await until(() => ticks.open === 1);
  await clock.advance(7_199_999);
  expect(ticks.open).toBe(1);
  await clock.advance(1);
  const text = await response.text();
  expect(text.replaceAll(': ping\n\n', '')).toBe(
    ':\n\nevent: next\ndata: {"errors":[{"message":"A valid bearer token is needed.","extensions":{"code":"UNAUTHENTICATED","retryable":false}}]}\n\nevent: complete\ndata:\n\n',
  );
  ticks.send({ number: 1 });
  await until(() => ticks.open === 0);
});

test('a process that drains completes its subscriptions, and then ends', async () => {
  const { url, ticks, drain } = await startLiveServer();
  const [one, other] = [listen(url), listen(url, 'subscription { ticks { text } }')];
  await until(() => ticks.open === 2);
  await drain();
  await until(() => one.ends.length + other.ends.length === 2);
  expect([...one.ends, ...other.ends]).toEqual(['complete', 'complete']);
});

test('a process that drains sends the event that is being executed before it completes', async () => {
  const { url, ticks, drain } = await startLiveServer();
  const { promise, resolve } = Promise.withResolvers<string>();
  ticks.slow = promise;
  const { results, ends } = listen(url, 'subscription { ticks { number slow } }');
  ticks.send({ number: 1 });
  await until(() => ticks.audit.includes('begin event'));
  const drained = drain();
  resolve('done');
  await drained;
  await until(() => ends.length > 0);
  expect(results).toEqual([{ data: { ticks: { number: 1, slow: 'done' } } }]);
  expect(ends).toEqual(['complete']);
});

test('a process that drains sends what was there before, and waits for no more for longer than ten seconds', async () => {
  const clock = new FakeClock();
  const { url, ticks, drain } = await startLiveServer({ clock });
  const { promise, resolve } = Promise.withResolvers<string>();
  ticks.slow = promise;
  const first = await post(url, SSE, { query: 'subscription { ticks { number slow } }' });
  ticks.send({ number: 1 }, { number: 2 });
  await until(() => ticks.audit.includes('begin event'));
  const drained = drain();
  resolve('done');
  await drained;
  expect(await first.text()).toContain('"number":2');

  const other = await startLiveServer({ clock });
  const second = await post(other.url, SSE, { query: SUBSCRIPTION });
  await until(() => other.ticks.open === 1);
  const ended = other.drain(false);
  await clock.advance(9_999);
  expect(other.ticks.open).toBe(1);
  await clock.advance(1);
  await ended;
  expect(await second.text()).toBe(':\n\nevent: complete\ndata:\n\n');
});

test('a client that has stopped reading is disconnected, also while the process drains', async () => {
  for (const drains of [false, true]) {
    const clock = new FakeClock();
    const { url, ticks, drain } = await startLiveServer({ clock });
    const response = await post(url, SSE, { query: 'subscription { ticks { text } }' });
    ticks.send(...Array.from({ length: 100 }, (_, number) => ({ number, text: 'x'.repeat(1_000_000) })));
    await until(async () => {
      const before = ticks.asked;
      await settle();
      return before > 1 && ticks.asked === before;
    });
    const drained = drains ? drain() : Promise.resolve();
    await settle();
    expect(clock.nextTimerMs).toBeLessThanOrEqual(40_000);
    await clock.advance(40_000);
    await drained;
    await until(() => ticks.open === 0);
    await expect(response.text()).rejects.toThrow();
  }
});

test('a client that does not read holds up its own events, not the process', async () => {
  const { url, ticks } = await startLiveServer();
  const abort = new AbortController();
  const response = await post(
    url,
    SSE,
    { query: 'subscription { ticks { text } }' },
    { signal: abort.signal },
  );
  expect(response.status).toBe(200);
  const text = 'x'.repeat(1_000_000);
  ticks.send(...Array.from({ length: 100 }, (_, number) => ({ number, text })));
  let asked = -1;
  await until(async () => {
    const before = asked;
    asked = ticks.asked;
    await settle();
    return asked > 1 && before === asked;
  });
  expect(ticks.asked).toBeLessThan(60);
  abort.abort();
  await until(() => ticks.open === 0);
});
