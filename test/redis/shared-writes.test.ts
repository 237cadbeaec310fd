/** What replicas remember together of writes: leases of those under way, sealed results, and nothing that is sent twice. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { RedisConnection } from '../../src/redis/connection.ts';
import { RedisWriteMemory } from '../../src/redis/shared-writes.ts';
import { Seal } from '../../src/seal.ts';
import type { WriteResult } from '../../src/writes/write-memory.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { startRedis } from './redis-server.ts';

const PLACE = 'redox-media:write:name:key';
const LEASE = 'redox-media:write-lease:name:key';
/** Redis's clock is the machine's: longer than any machine takes for a test. */
const LEASE_MS = 120_000;
const SECRET = 'a-secret-that-is-long-enough-for-it';
const RESULT: WriteResult = { logIds: ['log-1'], traceId: null };
const TIMED_OUT: WriteResult = { ...RESULT, code: 'UPSTREAM_TIMEOUT', status: 504 };
const UNDER_WAY = { fingerprint: 'f', result: null };
const UNKNOWN = {
  fingerprint: 'f',
  result: { logIds: [], traceId: null, code: 'UPSTREAM_UNAVAILABLE', status: null },
};

async function startReplicas(whenAway: 'allow' | 'refuse' = 'allow') {
  const redis = await startRedis();
  const clock = new FakeClock();
  const connection = new RedisConnection(redis.url, () => undefined, clock);
  onTestFinished(async () => {
    connection.close();
    await redis.stop();
  });
  await until(() => connection.isUp);
  const open = (secrets = [SECRET]) =>
    new RedisWriteMemory(connection, {
      seal: new Seal(secrets, 'write'),
      name: 'name',
      clock,
      whenAway,
      leaseMs: LEASE_MS,
    });
  return { redis, clock, connection, open, send: redis.send, one: open(), other: open() };
}

/** The replica looks again once a second of its clock. */
async function becomesUp(connection: RedisConnection, clock: FakeClock): Promise<void> {
  await until(async () => {
    await clock.advance(1000);
    return connection.isUp;
  });
}

/** What the seal of the replicas makes of a value. */
const sealed = (value: unknown) => new Seal([SECRET], 'write').close(value);

describe('a write', () => {
  test.each([RESULT, TIMED_OUT])('is read by another replica as it was written', async (result) => {
    const { one, other } = await startReplicas();
    expect(await one.begin('key', 'f')).toBeNull();
    expect(await other.begin('key', 'f')).toEqual(UNDER_WAY);
    await one.finish('key', { fingerprint: 'f', result });
    expect(await other.begin('key', 'f')).toEqual({ fingerprint: 'f', result });
    expect(await one.begin('key', 'f')).toEqual({ fingerprint: 'f', result });
  });

  test('is read after a rotation of secrets, and its entry tells nothing', async () => {
    const { one, open, redis } = await startReplicas();
    await one.begin('key', 'f');
    await one.finish('key', { fingerprint: 'f', result: RESULT });
    expect(await open(['another-secret-that-is-long-enough', SECRET]).begin('key', 'f')).toMatchObject({
      result: RESULT,
    });
    expect(await redis.dump()).not.toMatch(/log-1|fingerprint/);
  });

  test('that was clearly refused may be begun at any replica', async () => {
    const { one, other } = await startReplicas();
    await one.begin('key', 'f');
    expect(await other.begin('key', 'f')).toEqual(UNDER_WAY);
    await one.forget('key');
    expect(await other.begin('key', 'f')).toBeNull();
    expect(await one.begin('key', 'f')).toEqual(UNDER_WAY);
  });

  test('that is begun at two replicas at once is begun at one', async () => {
    const { one, other } = await startReplicas();
    const begun = await Promise.all([one.begin('key', 'f'), other.begin('key', 'f')]);
    expect(begun.toSorted()).toEqual([UNDER_WAY, null]);
    const refused = begun[0] === null ? one : other;
    await refused.forget('key');
    const again = await Promise.all([one.begin('key', 'f'), other.begin('key', 'f')]);
    expect(again.toSorted()).toEqual([UNDER_WAY, null]);
  });
});

describe('the lease of a write under way', () => {
  test('is renewed for as long as the write takes', async () => {
    const { one, other, clock, send } = await startReplicas();
    await one.begin('key', 'f');
    await send('PEXPIRE', LEASE, String(LEASE_MS / 2));
    await clock.advance(1000);
    await until(async () => Number(await send('PTTL', LEASE)) > LEASE_MS / 2);
    expect(await other.begin('key', 'f')).toEqual(UNDER_WAY);
    await one.finish('key', { fingerprint: 'f', result: RESULT });
    expect(await send('EXISTS', LEASE)).toBe(0);
    await clock.advance(10_000);
    expect(await send('EXISTS', LEASE)).toBe(0);
  });

  test('that has ended means that the outcome is unknown, for as long as the entry is remembered', async () => {
    const { one, other, open, clock, send } = await startReplicas();
    await one.begin('key', 'f');
    expect(await other.begin('key', 'f')).toEqual(UNDER_WAY);
    await send('DEL', LEASE);
    expect(await other.begin('key', 'f')).toEqual(UNKNOWN);
    // What ended is not renewed: a replica that only stood still does not turn the outcome back.
    await clock.advance(1000);
    await settle();
    expect(await open().begin('key', 'f')).toEqual(UNKNOWN);
    expect(Number(await send('PTTL', PLACE))).toBeGreaterThan(9 * 60_000);
  });

  test('that has ended leaves the true result its place, once that is known', async () => {
    const { one, other, send } = await startReplicas();
    await one.begin('key', 'f');
    await send('DEL', LEASE);
    expect(await other.begin('key', 'f')).toEqual(UNKNOWN);
    await one.finish('key', { fingerprint: 'f', result: RESULT });
    expect(await other.begin('key', 'f')).toEqual({ fingerprint: 'f', result: RESULT });
  });

  test.each([
    ['without an end', []],
    ['that is longer than any', ['PX', '3600000']],
  ])('%s is none', async (_, life) => {
    const { one, other, send } = await startReplicas();
    await one.begin('key', 'f');
    await send('SET', LEASE, '1', ...life);
    expect(await other.begin('key', 'f')).toEqual(UNKNOWN);
  });
});

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

  test('a replica does not replace what another one has begun since', async () => {
    const { one, other, open, redis } = await startReplicas();
    await one.begin('key', 'f');
    await redis.flush();
    expect(await other.begin('key', 'f')).toBeNull();
    await one.finish('key', { fingerprint: 'f', result: RESULT });
    expect(await open().begin('key', 'f')).toEqual(UNDER_WAY);
    await other.finish('key', { fingerprint: 'f', result: TIMED_OUT });
    expect(await open().begin('key', 'f')).toEqual({ fingerprint: 'f', result: TIMED_OUT });
  });
});

describe('while Redis takes nothing that is written', () => {
  test('what comes of a write is told to the others as soon as it does', async () => {
    const { one, other, clock, send } = await startReplicas();
    await send('CONFIG', 'SET', 'maxmemory', '1');
    expect(await one.begin('key', 'f')).toBeNull();
    await one.finish('key', { fingerprint: 'f', result: RESULT });
    await clock.advance(5000);
    expect(await send('EXISTS', PLACE)).toBe(0);
    await send('CONFIG', 'SET', 'maxmemory', '0');
    await clock.advance(1000);
    await until(async () => (await send('EXISTS', PLACE)) === 1);
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

describe('an entry that no replica sealed for this key, lately, is a write of unknown outcome', () => {
  const done = (key: string, atMs: number, result: unknown = RESULT) =>
    sealed({ key, atMs, entry: { state: 'done', fingerprint: 'f', result } });
  const now = new FakeClock().wallTime();

  test.each([
    ['no seal', JSON.stringify({ fingerprint: 'f', result: JSON.stringify(RESULT) })],
    ['nothing', ''],
    ['more than an entry has', 'x'.repeat(70_000)],
    ['the seal of another purpose', new Seal([SECRET], 'token').close({ key: 'key', atMs: now })],
    ['the seal of another secret', new Seal(['x'], 'write').close({ key: 'key', atMs: now })],
    ['the result of another key', done('other', now)],
    ['a result of long ago', done('key', now - 3_600_000)],
    ['a log id with text in it', done('key', now, { ...RESULT, logIds: ['SYN-1 has a document'] })],
    ['a trace id with a line break', done('key', now, { ...RESULT, traceId: 'a\nb' })],
    ['an error code that no write has', done('key', now, { ...RESULT, code: 'FORBIDDEN' })],
    ['a status that is none', done('key', now, { ...TIMED_OUT, status: -1 })],
    ['a pending write of no replica', sealed({ key: 'key', atMs: now, entry: { state: 'pending' } })],
  ])('(%s)', async (_, text) => {
    const { one, send } = await startReplicas();
    await send('SET', PLACE, done('key', now));
    expect(await one.begin('key', 'f')).toEqual({ fingerprint: 'f', result: RESULT });
    await send('SET', PLACE, text);
    expect(await one.begin('key', 'f')).toEqual(UNKNOWN);
    // It stays as it is, and so does what is said of it.
    expect(await send('GET', PLACE)).toBe(text);
    expect(await one.begin('key', 'f')).toEqual(UNKNOWN);
  });

  test('(a key of another type)', async () => {
    const { one, send } = await startReplicas();
    await send('LPUSH', PLACE, 'x');
    expect(await one.begin('key', 'f')).toEqual(UNKNOWN);
  });
});

test('an upload is reserved once, and released by the replica that has reserved it alone', async () => {
  const { one, other } = await startReplicas();
  expect(await one.reserve('upload')).toBe(true);
  expect(await other.reserve('upload')).toBe(false);
  await other.release('upload');
  expect(await other.reserve('upload')).toBe(false);
  await one.release('upload');
  await other.release('upload');
  expect(await other.reserve('upload')).toBe(true);
});
