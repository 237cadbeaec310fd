/** Which gateways share through one Redis: those of one account at one Redox, whatever key each of them has, and no others. */
import { expect, onTestFinished, test } from 'vitest';
import { type Clock, createSystemClock } from '../../src/clock.ts';
import { destinationId } from '../../src/media/model/keys.ts';
import { shareThroughRedis } from '../../src/redis/shared.ts';
import type { RedoxSettings } from '../../src/redox/settings.ts';
import { settingsFor } from '../redox/upstream.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { startRedis, type TestRedis } from './redis-server.ts';

const DESTINATION = destinationId('destination');
const REDOX = settingsFor('http://127.0.0.1:1');
const withKey = (keyId: string, clientId = 'client-1'): RedoxSettings => ({
  ...REDOX,
  credentials: { kind: 'oauth', clientId, keyId, privateKey: 'unused' },
});

async function open(redis: TestRedis, redox: RedoxSettings, clock: Clock = createSystemClock()) {
  let isUp = false;
  const shared = shareThroughRedis({
    url: redis.url,
    secrets: ['a-secret-that-is-long-enough-for-it'],
    rate: { calls: 50, windowMs: 60_000 },
    redox,
    writesWithoutRedis: 'allow',
    clock,
    report: ({ available }) => {
      isUp = available;
    },
  });
  onTestFinished(() => shared.close());
  await until(() => isUp);
  return shared;
}

test('while a key pair is replaced, replicas with either key know of the same writes and calls, and have tokens of their own', async () => {
  await using redis = await startRedis();
  const [one, other] = [await open(redis, withKey('old')), await open(redis, withKey('new'))];
  expect(await one.writes.begin('key', 'f')).toBeNull();
  expect(await other.writes.begin('key', 'f')).toEqual({ fingerprint: 'f', result: null });
  await one.writeOrder.begin(DESTINATION, { patient: [], removes: null });
  expect((await other.writeOrder.read(DESTINATION))?.news.map(({ kind }) => kind)).toEqual(['underWay']);
  for (const { quota } of [one, other]) await until(() => quota.delayMs === 0);
  expect(await redis.keys('quota')).toHaveLength(1);
  expect(await redis.keys('replicas')).toHaveLength(1);
  const now = Date.UTC(2100, 0);
  await one.tokenStore.write({ value: 't', gotAtMs: now, renewAtMs: now + 1, expiresAtMs: now + 2 });
  expect([await one.tokenStore.read(), await other.tokenStore.read()]).toEqual([
    { value: 't', gotAtMs: now, renewAtMs: now + 1, expiresAtMs: now + 2 },
    null,
  ]);
});

test('a Redis that is flushed is told of the calls of all replicas, though its connections stay', async () => {
  await using redis = await startRedis();
  const [one, other] = [await open(redis, withKey('old')), await open(redis, withKey('old'))];
  for (const { quota } of [one, other]) {
    await until(() => quota.delayMs === 0);
    quota.start().end();
  }
  const [key = ''] = await redis.keys('quota');
  await until(async () => (await redis.send('ZCARD', key)) === 2);
  await redis.flush();
  await until(async () => (await redis.send('ZCARD', key)) === 2);
});

test('a Redis that is flushed is told again of writes that are over, and none of them is begun once more', async () => {
  await using redis = await startRedis();
  const [one, other] = [await open(redis, withKey('old')), await open(redis, withKey('old'))];
  const [replicas = ''] = await redis.keys('replicas');
  await until(async () => (await redis.send('ZCARD', replicas)) === 2);
  const done = { fingerprint: 'f', result: { logIds: ['log-1'], traceId: null } };
  await one.writes.begin('key', 'f');
  await one.writes.finish('key', done);
  await redis.flush();
  await until(async () => (await redis.keys('write')).length === 1);
  expect(await other.writes.begin('key', 'f')).toEqual(done);
});

test.each([
  ['another account', withKey('old', 'client-2')],
  ['another Redox', { ...withKey('old'), apiUrl: 'http://127.0.0.1:2' }],
])('a gateway of %s shares nothing', async (_, redox) => {
  await using redis = await startRedis();
  const [one, other] = [await open(redis, withKey('old')), await open(redis, redox)];
  await one.writes.begin('key', 'f');
  expect(await other.writes.begin('key', 'f')).toBeNull();
  await one.writeOrder.begin(DESTINATION, { patient: [], removes: null });
  expect(await other.writeOrder.read(DESTINATION)).toEqual({ news: [], hasGap: false });
  expect(await redis.keys('replicas')).toHaveLength(2);
});

test('what is closed has no timers left', async () => {
  await using redis = await startRedis();
  const clock = new FakeClock();
  const shared = await open(redis, withKey('old'), clock);
  expect(clock.nextTimerMs).toBeLessThan(Number.POSITIVE_INFINITY);
  // Nor have the results that Redis could not be told.
  await redis.stop();
  await until(() => shared.parts().get('writes') === false);
  await shared.writes.begin('key', 'f');
  await shared.writes.finish('key', { fingerprint: 'f', result: { logIds: [], traceId: null } });
  shared.close();
  // What waits for replies of Redis gives up.
  await clock.advance(60_000);
  expect(clock.nextTimerMs).toBe(Number.POSITIVE_INFINITY);
});
