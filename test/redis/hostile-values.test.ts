/** What is read from Redis is parsed: a value that no replica wrote is never used, and holds nothing up for ever. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectToRedis } from '../../src/redis/connection.ts';
import { RedisQuota } from '../../src/redis/shared-quota.ts';
import { createSharedToken } from '../../src/redis/shared-token.ts';
import { Seal } from '../../src/seal.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { startRedis } from './redis-server.ts';

async function connect() {
  const redis = await startRedis();
  const clock = new FakeClock();
  const connection = connectToRedis(redis.url, () => undefined, clock);
  onTestFinished(async () => {
    connection.close();
    await redis.stop();
  });
  await until(() => connection.isUp);
  return { clock, connection, send: (...command: string[]) => connection.send(...command) };
}

describe('the token', () => {
  const KEY = 'redox-media:token:name';
  const good = { value: 'abc', gotAtMs: 0, renewAtMs: 1000, expiresAtMs: 2000 };

  test.each([
    ['with a line break', { ...good, value: 'abc\r\nx-header: 1' }],
    ['that is empty', { ...good, value: '' }],
    ['that lives longer than any of Redox', { ...good, expiresAtMs: 24 * 3_600_000 + 1 }],
    ['that is renewed after its end', { ...good, renewAtMs: 3000 }],
    ['that is no object', 'abc'],
  ])('%s is none', async (_, value) => {
    const { clock, connection, send } = await connect();
    const seal = new Seal(['a-secret-that-is-long-enough-for-it'], 'token');
    const store = createSharedToken(connection, seal, 'name', clock);
    await send('SET', KEY, seal.close(good));
    expect(await store.read()).toEqual(good);
    await send('SET', KEY, seal.close(value));
    expect(await store.read()).toBeNull();
  });

  test('that is not sealed is none, and nor is a key of another type', async () => {
    const { clock, connection, send } = await connect();
    const seal = new Seal(['a-secret-that-is-long-enough-for-it'], 'token');
    const store = createSharedToken(connection, seal, 'name', clock);
    await send('SET', KEY, JSON.stringify(good));
    expect(await store.read()).toBeNull();
    await send('DEL', KEY);
    await send('LPUSH', KEY, 'x');
    expect(await store.read()).toBeNull();
  });
});

describe('the quota', () => {
  const KEY = 'redox-media:quota:name';
  const rate = { calls: 100, windowMs: 60_000 };

  test('under a key of another type is not shared: the replica goes on by itself', async () => {
    const { clock, connection, send } = await connect();
    await send('SET', KEY, 'x');
    const quota = new RedisQuota(connection, rate, 'name', clock);
    expect(quota.delayMs).toBeGreaterThan(0);
    await until(() => quota.delayMs === 0);
  });

  test('with a call from the future holds up no call for longer than a window', async () => {
    const { clock, connection, send } = await connect();
    const quota = new RedisQuota(connection, { calls: 1, windowMs: 60_000 }, 'name', clock);
    await send('ZADD', KEY, '9e14', 'x');
    await until(() => quota.delayMs > 1000);
    expect(quota.delayMs).toBe(60_000);
  });
});
