/** What is read from Redis is parsed: a value that no replica wrote is never used, and holds nothing up for ever. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectToRedis } from '../../src/redis/connection.ts';
import { RedisQuota } from '../../src/redis/shared-quota.ts';
import { createSharedToken } from '../../src/redis/shared-token.ts';
import { createSharedWrites } from '../../src/redis/shared-writes.ts';
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

describe('what is remembered of a write', () => {
  const KEY = 'redox-media:write:name:key';
  const remembered = (result: unknown) =>
    JSON.stringify({ fingerprint: 'f', result: JSON.stringify(result) });
  const good = { logIds: ['log-1'], traceId: null };

  test('is read by another replica as it was written', async () => {
    const { clock, connection } = await connect();
    const [one, other] = [1, 2].map(() => createSharedWrites(connection, 'name', clock));
    const result = { ...good, code: 'UPSTREAM_TIMEOUT' as const, status: 504 };
    expect(await one?.begin('key', 'f')).toBeNull();
    await one?.finish('key', { fingerprint: 'f', result });
    expect(await other?.begin('key', 'f')).toEqual({ fingerprint: 'f', result });
  });

  test.each([
    ['no JSON', '{'],
    ['no object', '7'],
    ['a result that is no JSON', JSON.stringify({ fingerprint: 'f', result: '{' })],
    ['a log id with text in it', remembered({ ...good, logIds: ['SYN-1 has a document'] })],
    ['a trace id with a line break', remembered({ ...good, traceId: 'a\nb' })],
    ['an error code that no write has', remembered({ ...good, code: 'FORBIDDEN' })],
    ['a status that is none', remembered({ ...good, code: 'UPSTREAM_TIMEOUT', status: -1 })],
  ])('with %s counts as a write that is under way: it is not sent twice', async (_, value) => {
    const { clock, connection, send } = await connect();
    await send('SET', KEY, remembered(good));
    expect(await createSharedWrites(connection, 'name', clock).begin('key', 'f')).toMatchObject({
      result: good,
    });
    await send('SET', KEY, value);
    const memory = createSharedWrites(connection, 'name', clock);
    expect(await memory.begin('key', 'f')).toEqual({ fingerprint: 'f', result: null });
  });
});
