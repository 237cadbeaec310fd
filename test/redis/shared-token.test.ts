/** The token that replicas share: one that no replica sealed for this credential is never used, and no lock lasts for ever. */
import { describe, expect, test } from 'vitest';
import { createSharedToken } from '../../src/redis/shared-token.ts';
import { Seal } from '../../src/seal.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { connectRedis } from './connected-redis.ts';

async function connect() {
  const clock = new FakeClock();
  const { redis, connection } = await connectRedis(clock);
  return { clock, connection, send: redis.send };
}

describe('the token', () => {
  const KEY = 'redox-media:token:name';
  const token = { value: 'abc', gotAtMs: 0, renewAtMs: 1000, expiresAtMs: 2000 };
  const good = { ...token, name: 'name' };

  test.each([
    ['with a line break', { ...good, value: 'abc\r\nx-header: 1' }],
    ['that is empty', { ...good, value: '' }],
    ['that lives longer than any of Redox', { ...good, expiresAtMs: 24 * 3_600_000 + 1 }],
    ['that is renewed after its end', { ...good, renewAtMs: 3000 }],
    ['of another credential', { ...good, name: 'other' }],
    ['that is no object', 'abc'],
  ])('%s is none', async (_, value) => {
    const { clock, connection, send } = await connect();
    const seal = new Seal(['a-secret-that-is-long-enough-for-it'], 'token');
    const store = createSharedToken(connection, seal, 'name', clock);
    await send('SET', KEY, seal.close(good));
    expect(await store.read()).toEqual(token);
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

describe('the lock of a renewal', () => {
  const LOCK = 'redox-media:token-lock:name';
  const seal = new Seal(['a-secret-that-is-long-enough-for-it'], 'token');

  test("is one replica's, until it gives it back", async () => {
    const { clock, connection, send } = await connect();
    const [one, other] = [1, 2].map(() => createSharedToken(connection, seal, 'name', clock));
    const unlock = await one?.lock();
    expect(await other?.lock()).toBeNull();
    await unlock?.();
    const later = await other?.lock();
    expect(later).toBeTypeOf('function');
    // Who has given it back, or was too late, takes it from no other.
    await unlock?.();
    expect(await send('EXISTS', LOCK)).toBe(1);
    await later?.();
    expect(await send('EXISTS', LOCK)).toBe(0);
  });

  test.each([
    ['without an end', ['SET', LOCK, 'x']],
    ['that is longer than any', ['SET', LOCK, 'x', 'PX', '3600000']],
    ['of another type', ['LPUSH', LOCK, 'x']],
  ])('%s is none', async (_, command) => {
    const { clock, connection, send } = await connect();
    await send(...command);
    expect(await createSharedToken(connection, seal, 'name', clock).lock()).toBeTypeOf('function');
    expect(Number(await send('PTTL', LOCK))).toBeGreaterThan(0);
  });
});
