/** A replica that is killed while its write is at Redox: no other one sends that write, and callers learn that it is unknown. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { Gate } from '../support/gate.ts';
import { postOperation } from '../support/gateway.ts';
import { until } from '../support/until.ts';
import { saving } from '../writes/inputs.ts';
import { startRedis, type TestRedis } from './redis-server.ts';
import { startTwoReplicas } from './two-replicas.ts';

const UNKNOWN = { code: 'UPSTREAM_UNAVAILABLE', retryable: false, outcome: 'UNKNOWN' };
const input = saving('a', { clientMutationId: 'm-1' });

async function save(url: string, saved: object = input) {
  const { data, errors } = await postOperation<{ saveMedia: { redoxLogIds: string[] } | null }>(url, {
    query: 'mutation ($input: SaveMediaInput!) { saveMedia(input: $input) { redoxLogIds } }',
    variables: { input: saved },
  });
  return data?.saveMedia?.redoxLogIds ?? errors[0]?.extensions;
}

/** Two replicas; Redox answers no write until the gate opens. */
async function startTwo(redis: TestRedis, settings: Record<string, string> = {}) {
  const { redox, writer, reader: other, isTold } = await startTwoReplicas(redis, [], settings);
  const gate = new Gate();
  onTestFinished(() => gate.open());
  redox.answerWrite = async () => {
    await gate.passed;
    return undefined;
  };
  return { redox, gate, writer, other, isTold };
}

async function startWriting(redis: TestRedis) {
  const started = await startTwo(redis);
  const writing = save(started.writer.url).catch(() => 'broken off');
  await until(() => started.redox.inFlight === 1);
  return { ...started, writing };
}

const countLeases = async (redis: TestRedis) => (await redis.keys('write-lease')).length;

describe('a write of a replica that is killed', () => {
  test('is unknown to who waits for it as soon as its lease has ended, and is never sent twice', {
    timeout: 30_000,
  }, async () => {
    await using redis = await startRedis();
    const { redox, writer, other, writing } = await startWriting(redis);
    let answered = false;
    const waiting = save(other.url).finally(() => {
      answered = true;
    });
    writer.child.kill('SIGKILL');
    expect(await writing).toBe('broken off');
    // For as long as the lease lasts, the replica may live.
    expect([await countLeases(redis), answered]).toEqual([1, false]);
    await until(async () => (await countLeases(redis)) === 0);
    expect(await waiting).toMatchObject(UNKNOWN);
    expect(await save(other.url)).toMatchObject(UNKNOWN);
    expect(redox.callCount).toBe(1);
    // Another write is none of its business.
    redox.answerWrite = undefined;
    expect(await save(other.url, saving('b', { clientMutationId: 'm-2' }))).toHaveLength(1);
  });

  test('is waited for while the replica lives, however long that takes', { timeout: 30_000 }, async () => {
    await using redis = await startRedis();
    const { redox, gate, other, writing } = await startWriting(redis);
    const waiting = save(other.url);
    const [lease = ''] = await redis.keys('write-lease');
    // It is renewed more than once: each time its rest grows.
    for (let renewals = 0; renewals < 4; renewals += 1) {
      await until(async () => (await redis.restMs(lease)) < 2500);
      await until(async () => (await redis.restMs(lease)) > 2500);
    }
    gate.open();
    const result = await writing;
    expect(result).toHaveLength(1);
    expect(await waiting).toEqual(result);
    expect(redox.callCount).toBe(1);
  });
});

describe('with WRITES_WITHOUT_REDIS=refuse', () => {
  test('a write with a clientMutationId is refused, and not sent, while Redis is away', {
    timeout: 30_000,
  }, async () => {
    await using redis = await startRedis();
    const { redox, gate, writer, isTold } = await startTwo(redis, { WRITES_WITHOUT_REDIS: 'refuse' });
    gate.open();
    await redis.stop();
    await until(() => isTold(false));
    expect(await save(writer.url)).toMatchObject({ code: 'OVERLOADED', retryable: true });
    expect(redox.callCount).toBe(0);
    // One without is sent: its caller asks for no memory.
    expect(await save(writer.url, saving('a'))).toHaveLength(1);
    await redis.start();
    await until(async () => Array.isArray(await save(writer.url)));
    expect(redox.callCount).toBe(2);
  });
});
