/** What replicas remember together of writes: leases of those under way, sealed results, and nothing that is sent twice. */
import { describe, expect, test } from 'vitest';
import { Seal } from '../../src/seal.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import {
  LEASE_MS,
  PLACE,
  RESULT,
  SECRET,
  startReplicas,
  TIMED_OUT,
  UNDER_WAY,
  UNKNOWN,
} from './write-replicas.ts';

const LEASE = 'redox-media:write-lease:name:key';

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
