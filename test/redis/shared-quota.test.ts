/** The quota that replicas share, and the fair part of it that each of them uses alone. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { RateLimiter } from '../../src/media/resilience/rate-limiter.ts';
import { OwnCalls } from '../../src/redis/own-calls.ts';
import type { RedisQuota } from '../../src/redis/shared-quota.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { connect, RATE } from './quota-replicas.ts';
import type { TestRedis } from './redis-server.ts';

const KEY = 'redox-media:quota:name';

/** Starts calls until one has to wait, and ends them. */
function startAll(quota: RedisQuota): number {
  let started = 0;
  while (quota.delayMs === 0) {
    quota.start().end();
    started += 1;
  }
  return started;
}

/** As `startAll`, where a place may take until Redis has replied. */
async function startUntilFull(quota: RedisQuota): Promise<void> {
  while (quota.delayMs < 1000) {
    await until(() => quota.delayMs === 0 || quota.delayMs > 1000);
    startAll(quota);
  }
}

const places = (redis: TestRedis) => redis.send('ZRANGE', KEY, '0', '-1', 'WITHSCORES');

describe('a replica that is alone', () => {
  test.each([
    [1, 8],
    [2, 4],
    [3, 2],
    [100, 1],
  ])('of %i as last seen uses its fair part of the quota', async (replicas, calls) => {
    const { redis, clock, connection, open } = await connect();
    const quota = open(() => replicas);
    await redis.stop();
    await until(() => !connection.isUp);
    expect(startAll(quota)).toBe(calls);
    expect(quota.delayMs).toBe(RATE.windowMs);
    await clock.advance(RATE.windowMs - 1);
    expect(quota.delayMs).toBe(1);
    await clock.advance(1);
    expect(startAll(quota)).toBe(calls);
  });

  test('counts what it has called before, and is counted by the others later', async () => {
    const { redis, clock, connection, open, countWakes } = await connect();
    const quota = open(() => 2);
    await until(() => quota.delayMs === 0);
    quota.start().end();
    const inFlight = quota.start();
    await redis.stop();
    await until(() => !connection.isUp);
    expect(countWakes()).toBe(1);
    expect(startAll(quota)).toBe(2);
    await redis.start();
    await until(async () => {
      await clock.advance(1000);
      return connection.isUp;
    });
    expect(countWakes()).toBe(2);
    // One that was over before, two of meanwhile, and the one in flight.
    await until(async () => (await redis.send('ZCARD', KEY)) === 4);
    inFlight.end();
    const other = open(() => 2);
    await startUntilFull(other);
    expect(await redis.send('ZCARD', KEY)).toBe(RATE.calls);
  });

  test('uses its part alone until the others have had the time to report what they called meanwhile', async () => {
    const { redis, clock, connection, open, replied } = await connect();
    const quota = open(() => 2);
    await redis.stop();
    await until(() => !connection.isUp);
    await redis.start();
    await until(async () => {
      await clock.advance(500);
      return connection.isUp;
    });
    expect(startAll(quota)).toBe(RATE.calls / 2);
    expect(quota.delayMs).toBe(RATE.windowMs);
    // What is not answered by the time that the clock moves would be late.
    await replied();
    await clock.advance(2000);
    await startUntilFull(quota);
    expect(await redis.send('ZCARD', KEY)).toBe(RATE.calls);
  });

  test('as Redis replies with errors, shares the quota again as soon as it does not', async () => {
    const { redis, clock, connection, open, countWakes } = await connect();
    await redis.send('SET', KEY, 'x');
    const quota = open(() => 4);
    expect(quota.delayMs).toBeGreaterThan(0);
    await until(() => countWakes() === 1);
    expect(connection.works('quota')).toBe(false);
    expect(startAll(quota)).toBe(2);
    await redis.send('DEL', KEY);
    // Whoever waits for a part of the quota is told to look again, as Redis may have more.
    await clock.advance(1000);
    expect(countWakes()).toBe(2);
    await until(() => quota.delayMs === 0);
    startAll(quota);
    await until(() => connection.works('quota'));
  });
});

describe('a Redis that has lost its memory', () => {
  test('is told of the calls of every replica before places are taken again', async () => {
    const { redis, clock, connection, open } = await connect();
    const [one, two] = [open(() => 2), open(() => 2)];
    for (let calls = 0; calls < RATE.calls / 2; calls += 1)
      for (const quota of [one, two]) {
        await until(() => quota.delayMs === 0);
        quota.start().end();
      }
    await redis.stop();
    await until(() => !connection.isUp);
    await redis.start();
    await until(async () => {
      await clock.advance(1000);
      return connection.isUp;
    });
    await clock.advance(2000);
    for (const quota of [one, two]) await until(() => quota.delayMs === 0 || quota.delayMs > 1000);
    expect([one.delayMs, two.delayMs].map((ms) => ms > 1000)).toEqual([true, true]);
    expect(await redis.send('ZCARD', KEY)).toBe(RATE.calls);
  });

  test('is told of more calls than one command has', async () => {
    const { redis, open } = await connect();
    const quota = open(() => 1, { calls: 10_000, windowMs: 60_000 });
    for (let calls = 0; calls < 1200; calls += 1) quota.start().end();
    await redis.flush();
    quota.reportOwnCalls();
    await until(async () => (await redis.send('ZCARD', KEY)) === 1200);
  });
});

test('a call that lasts for longer than a window holds its place until its end', async () => {
  const { redis, clock, open } = await connect();
  const quota = open(() => 1);
  await until(() => quota.delayMs === 0);
  quota.start();
  const [[place = ''] = []] = z.array(z.tuple([z.string(), z.number()])).parse(await places(redis));
  await redis.send('ZADD', KEY, '1', place);
  await clock.advance(RATE.windowMs / 2);
  await until(async () => Number(await redis.send('ZSCORE', KEY, place)) > 1);
});

test('the calls of a replica leave the window one after the other', () => {
  const clock = new FakeClock();
  const own = new OwnCalls(clock, 1000);
  for (const place of ['a', 'b']) own.start(place);
  expect([own.delayMs(3), own.delayMs(2)]).toEqual([0, Number.POSITIVE_INFINITY]);
  own.end('a');
  clock.tick(100);
  own.end('b');
  // The share became smaller: two must leave.
  expect([own.delayMs(2), own.delayMs(1)]).toEqual([900, 1000]);
  clock.tick(900);
  expect([own.delayMs(2), own.delayMs(1)]).toEqual([0, 100]);
});

describe('the window in Redis', () => {
  test('holds no place from the future for longer than a window', async () => {
    const { redis, open } = await connect();
    for (let at = 0; at < 10; at += 1) await redis.send('ZADD', KEY, '9e14', `x${at}`);
    const quota = open(() => 1);
    await until(() => quota.delayMs > 1000);
    expect(quota.delayMs).toBeLessThanOrEqual(RATE.windowMs);
    // No more of them than the quota has calls, and all of them from now on.
    expect(await redis.send('ZCARD', KEY)).toBe(8);
    expect(await redis.send('ZCOUNT', KEY, '8e14', '+inf')).toBe(0);
  });
});

test('what is left of the window is told of all replicas together, or of the part of one that is alone', async () => {
  const { redis, clock, connection, open } = await connect();
  const [one, two] = [open(() => 2), open(() => 2)];
  expect([one.callsLeft, two.callsLeft]).toEqual([8, 8]);
  for (let call = 0; call < 5; call += 1) {
    await until(() => one.delayMs === 0);
    one.start().end();
  }
  expect(one.callsLeft).toBe(3);
  await until(() => two.delayMs === 0);
  expect(two.callsLeft).toBe(3);
  expect(new RateLimiter(RATE, clock, two).callsLeft).toBe(3);
  two.start().end();
  expect(two.callsLeft).toBe(2);
  // Unused places are given back.
  await until(() => two.delayMs === 0);
  await clock.advance(1000);
  expect(two.callsLeft).toBe(2);
  await clock.advance(RATE.windowMs);
  expect(two.callsLeft).toBe(8);
  await redis.stop();
  await until(() => !connection.isUp);
  expect(two.callsLeft).toBe(4);
  expect(startAll(two)).toBe(4);
  expect(two.callsLeft).toBe(0);
});

describe('what is left of the window', () => {
  const LARGE = { calls: 40, windowMs: 60_000 };
  /** Starts so many calls, each as soon as there is a place for it. */
  const start = async (quota: RedisQuota, calls: number) => {
    for (let call = 0; call < calls; call += 1) {
      await until(() => quota.delayMs === 0);
      quota.start().end();
    }
  };

  test('is spread by all replicas over the time until places come free', async () => {
    const { clock, open, replied } = await connect();
    const [one, two] = [open(() => 1, LARGE), open(() => 2, LARGE)];
    await start(one, 29);
    // The next place leaves ten of forty.
    await until(() => one.delayMs === 2000);
    await replied();
    // Unused places are given back: its clock must not run on before Redis has replied to that.
    await clock.advance(1000);
    await replied();
    await clock.advance(999);
    expect(one.delayMs).toBe(1);
    // Another sees what was used up, and takes turns with the first.
    await start(two, 1);
    expect(two.delayMs).toBe(4000);
    await clock.advance(1);
    await start(one, 1);
    expect(one.delayMs).toBe(2000);
    expect(two.delayMs).toBe(3999);
  });

  test('of a small quota is not kept', async () => {
    const { open } = await connect();
    const quota = open(() => 1);
    await start(quota, RATE.calls);
    await until(() => quota.delayMs > 1000);
  });
});
