/** The memory of writes while Redis is away, takes nothing, or has lost its memory. */
import { describe, expect, test } from 'vitest';
import type { RedisConnection } from '../../src/redis/connection.ts';
import type { FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { PLACE, RESULT, startReplicas, TIMED_OUT, UNDER_WAY, UNKNOWN } from './write-replicas.ts';

/** The replica looks again once a second of its clock. */
async function becomesUp(connection: RedisConnection, clock: FakeClock): Promise<void> {
  await until(async () => {
    await clock.advance(1000);
    return connection.isUp;
  });
}

/**
 * A replica renews its lease, and sends again what Redis has not accepted, once a second of its clock. By that clock, a reply may come
 * too late: then the replica is without Redis for some time.
 */
async function replaces(
  { clock, connection, send }: Awaited<ReturnType<typeof startReplicas>>,
  entry: unknown,
): Promise<void> {
  await until(async () => {
    await clock.advance(1000);
    return (await send('GET', PLACE)) !== entry && connection.isUp;
  });
}

describe('when Redis loses its memory', () => {
  test('a write under way is told again by the replica that sends it', async () => {
    const { one, other, redis, clock, send } = await startReplicas();
    await one.begin('key', 'f');
    await redis.flush();
    await clock.advance(1000);
    await until(async () => (await send('EXISTS', PLACE)) === 1);
    expect(await other.begin('key', 'f')).toEqual(UNDER_WAY);
  });

  test('a write that was under way elsewhere is not sent: its outcome is unknown, at every replica', async () => {
    const { one, other, open, redis } = await startReplicas();
    await one.begin('key', 'f');
    expect(await other.begin('key', 'f')).toEqual(UNDER_WAY);
    await redis.flush();
    expect(await other.begin('key', 'f')).toEqual(UNKNOWN);
    expect(await open().begin('key', 'f')).toEqual(UNKNOWN);
  });

  test('what came of writes, and which uploads were used, is told again by the replica that knows it', async () => {
    const { one, other, redis, clock, connection, send } = await startReplicas();
    await one.begin('key', 'f');
    await one.finish('key', { fingerprint: 'f', result: TIMED_OUT });
    await one.begin('under-way', 'f');
    for (const upload of ['used', 'released']) await one.reserve(upload);
    await one.release('released');
    await clock.advance(60_000);
    await becomesUp(connection, clock);
    await redis.flush();
    one.resendAll();
    await until(async () => Number(await send('EXISTS', PLACE, 'redox-media:claim:name:used')) === 2);
    expect(await other.begin('key', 'f')).toEqual({ fingerprint: 'f', result: TIMED_OUT });
    expect([await other.reserve('used'), await other.reserve('released')]).toEqual([false, true]);
    // For no longer than any other result.
    expect(Number(await send('PTTL', PLACE))).toBeLessThanOrEqual(9 * 60_000);
  });

  test('a result does not replace what another replica has begun since', async () => {
    const { one, other, open, redis, send } = await startReplicas();
    for (const key of ['key', 'other-key']) {
      await one.begin(key, 'f');
      await one.finish(key, { fingerprint: 'f', result: RESULT });
    }
    await redis.flush();
    expect(await other.begin('key', 'f')).toBeNull();
    one.resendAll();
    await until(async () => (await send('EXISTS', 'redox-media:write:name:other-key')) === 1);
    expect(await open().begin('key', 'f')).toEqual(UNDER_WAY);
  });

  test('a replica does not replace what another one has begun since', async () => {
    const { one, other, open, redis, clock } = await startReplicas();
    await one.begin('key', 'f');
    await redis.flush();
    expect(await other.begin('key', 'f')).toBeNull();
    await clock.advance(1000);
    await one.finish('key', { fingerprint: 'f', result: RESULT });
    expect(await open().begin('key', 'f')).toEqual(UNDER_WAY);
    await other.finish('key', { fingerprint: 'f', result: TIMED_OUT });
    expect(await open().begin('key', 'f')).toEqual({ fingerprint: 'f', result: TIMED_OUT });
  });
});

describe('while Redis takes nothing that is written', () => {
  test('what comes of a write is told to the others as soon as it does', async () => {
    const replicas = await startReplicas();
    const { one, other, clock, send } = replicas;
    await send('CONFIG', 'SET', 'maxmemory', '1');
    expect(await one.begin('key', 'f')).toBeNull();
    await one.finish('key', { fingerprint: 'f', result: RESULT });
    await clock.advance(5000);
    expect(await send('EXISTS', PLACE)).toBe(0);
    await send('CONFIG', 'SET', 'maxmemory', '0');
    await replaces(replicas, null);
    expect(await other.begin('key', 'f')).toEqual({ fingerprint: 'f', result: RESULT });
  });

  test('a write that was clearly refused may be begun at any replica as soon as it does', async () => {
    const { one, other, clock, send } = await startReplicas();
    await one.begin('key', 'f');
    const pending = await send('GET', PLACE);
    await send('CONFIG', 'SET', 'maxmemory', '1');
    await one.forget('key');
    await send('CONFIG', 'SET', 'maxmemory', '0');
    expect(await send('GET', PLACE)).toBe(pending);
    await clock.advance(1000);
    await until(async () => (await send('GET', PLACE)) !== pending);
    expect(await other.begin('key', 'f')).toBeNull();
  });
});

describe('while Redis is away', () => {
  test('each replica remembers its own, and tells the others when it is back', async () => {
    const { one, other, redis, clock, connection, send } = await startReplicas();
    await redis.stop();
    await until(() => !connection.isUp);
    expect(await one.begin('key', 'f')).toBeNull();
    expect(await one.begin('key', 'f')).toEqual(UNDER_WAY);
    await redis.start();
    await until(() => connection.isUp);
    await clock.advance(1000);
    await until(async () => (await send('EXISTS', PLACE)) === 1);
    expect(await other.begin('key', 'f')).toEqual(UNDER_WAY);
    await one.finish('key', { fingerprint: 'f', result: RESULT });
    expect(await other.begin('key', 'f')).toEqual({ fingerprint: 'f', result: RESULT });
  });

  test.each([
    ['begun before', 'begun'],
    ['begun meanwhile', 'away'],
  ])('what comes of a write that was %s is told to the others when it is back', async (_, begun) => {
    const { one, other, redis, clock, connection, send } = await startReplicas();
    if (begun === 'begun') await one.begin('key', 'f');
    await redis.stop();
    await until(() => !connection.isUp);
    if (begun === 'away') await one.begin('key', 'f');
    await one.finish('key', { fingerprint: 'f', result: RESULT });
    await clock.advance(60_000);
    await redis.start();
    await becomesUp(connection, clock);
    await until(async () => (await send('EXISTS', PLACE)) === 1);
    expect(await other.begin('key', 'f')).toEqual({ fingerprint: 'f', result: RESULT });
    // For no longer than any other result.
    expect(Number(await send('PTTL', PLACE))).toBeLessThanOrEqual(9 * 60_000);
  });

  test('an upload that was used meanwhile is used for all when it is back', async () => {
    const { one, other, redis, clock, connection, send } = await startReplicas();
    await redis.stop();
    await until(() => !connection.isUp);
    for (const upload of ['used', 'released']) expect(await one.reserve(upload)).toBe(true);
    await one.release('released');
    await redis.start();
    await becomesUp(connection, clock);
    await until(async () => (await send('EXISTS', 'redox-media:claim:name:used')) === 1);
    expect(await other.reserve('used')).toBe(false);
    expect(await other.reserve('released')).toBe(true);
  });

  test('a write that was under way elsewhere is not sent: its outcome is unknown', async () => {
    const { one, other, redis, connection } = await startReplicas();
    await one.begin('key', 'f');
    expect(await other.begin('key', 'f')).toEqual(UNDER_WAY);
    await redis.stop();
    await until(() => !connection.isUp);
    expect(await other.begin('key', 'f')).toEqual(UNKNOWN);
    expect(await other.begin('new-key', 'f')).toBeNull();
  });

  test('no write is begun by those who want none then', async () => {
    const { one, other, redis, connection } = await startReplicas('refuse');
    await other.begin('known', 'f');
    await redis.stop();
    await until(() => !connection.isUp);
    await expect(one.begin('key', 'f')).rejects.toMatchObject({ code: 'OVERLOADED' });
    // What this replica knows by itself, it still says.
    expect(await other.begin('known', 'f')).toEqual(UNDER_WAY);
    await redis.start();
    await until(() => connection.isUp);
    expect(await one.begin('key', 'f')).toBeNull();
  });

  test('a write that was refused is begun at its repetition, though Redis took it down', async () => {
    const { one, redis, connection, clock, send } = await startReplicas('refuse');
    redis.hang();
    const refused = expect(one.begin('key', 'f')).rejects.toMatchObject({ code: 'OVERLOADED' });
    await clock.advance(500);
    await refused;
    redis.goOn();
    await becomesUp(connection, clock);
    expect(await send('EXISTS', PLACE)).toBe(1);
    expect(await one.begin('key', 'f')).toBeNull();
  });
});

describe('a write that was clearly refused and is begun again while Redis is away', () => {
  /** The refusal is known to Redis, which then hangs, so that the write is begun without it. */
  async function beginAgain() {
    const replicas = await startReplicas();
    const { one, redis, clock, send } = replicas;
    await one.begin('key', 'f');
    await one.forget('key');
    const released = await send('GET', PLACE);
    redis.hang();
    const begun = one.begin('key', 'f');
    await clock.advance(500);
    expect(await begun).toBeNull();
    const isReplaced = () => replaces(replicas, released);
    return { ...replicas, isReplaced };
  }

  test('is in flight for the other replicas when Redis is back', async () => {
    const { one, other, redis, clock, connection, isReplaced } = await beginAgain();
    redis.goOn();
    await becomesUp(connection, clock);
    await isReplaced();
    expect(await other.begin('key', 'f')).toEqual(UNDER_WAY);
    await one.finish('key', { fingerprint: 'f', result: RESULT });
    expect(await other.begin('key', 'f')).toEqual({ fingerprint: 'f', result: RESULT });
  });

  test('has its result at the other replicas when Redis is back', async () => {
    const { one, other, redis, clock, connection, isReplaced } = await beginAgain();
    await one.finish('key', { fingerprint: 'f', result: RESULT });
    redis.goOn();
    await becomesUp(connection, clock);
    await isReplaced();
    expect(await other.begin('key', 'f')).toEqual({ fingerprint: 'f', result: RESULT });
  });
});

describe('a write whose refusal Redis did not take, and that is begun again without it', () => {
  async function beginAgain() {
    const replicas = await startReplicas();
    const { one, clock, send } = replicas;
    await one.begin('key', 'f');
    const first = await send('GET', PLACE);
    // An entry that is sealed within the same millisecond is the same text.
    await clock.advance(1);
    await send('CONFIG', 'SET', 'maxmemory', '1');
    await one.forget('key');
    expect(await one.begin('key', 'f')).toBeNull();
    expect(await send('GET', PLACE)).toBe(first);
    const isReplaced = () => replaces(replicas, first);
    return { ...replicas, isReplaced };
  }

  test('is in flight for the others, though the lease of its first attempt has ended', async () => {
    const { other, send, isReplaced } = await beginAgain();
    await send('DEL', 'redox-media:write-lease:name:key');
    await send('CONFIG', 'SET', 'maxmemory', '0');
    await isReplaced();
    expect(await other.begin('key', 'f')).toEqual(UNDER_WAY);
  });

  test('has its result at the others', async () => {
    const { one, other, send, isReplaced } = await beginAgain();
    await one.finish('key', { fingerprint: 'f', result: RESULT });
    await send('CONFIG', 'SET', 'maxmemory', '0');
    await isReplaced();
    expect(await other.begin('key', 'f')).toEqual({ fingerprint: 'f', result: RESULT });
  });

  test('may be begun at any replica if it is refused again', async () => {
    const { one, other, send, isReplaced } = await beginAgain();
    await one.forget('key');
    await send('CONFIG', 'SET', 'maxmemory', '0');
    await isReplaced();
    expect(await other.begin('key', 'f')).toBeNull();
  });
});
