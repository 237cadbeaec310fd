/** Replicas over a real Redis: one token for all, one quota for all; and each on its own while Redis is away. */
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { answer, isGood, patientQuery } from '../resilience/operations.ts';
import { postOperation } from '../support/gateway.ts';
import { eventsOf, startGatewayProcess } from '../support/gateway-process.ts';
import { chartDocument } from '../support/own-chart.ts';
import { settingsFor } from '../support/settings.ts';
import { until } from '../support/until.ts';
import { runLoad } from '../timing/load.ts';
import { saving } from '../writes/inputs.ts';
import { startRedis, type TestRedis } from './redis-server.ts';

const NAMES = Array.from({ length: 400 }, (_, at) => `p${at}`);
const charts = NAMES.map((name) => chartDocument(name, { documentId: name }));

async function startReplicas(
  count: number,
  redisUrl: string,
  options: { quota?: number; settings?: object } = {},
) {
  const { quota, settings } = options;
  const redox = await startSandbox({ charts, ...(quota && { quota: { calls: quota, windowMs: 1000 } }) });
  onTestFinished(() => redox.close());
  const env = {
    ...settingsFor(redox),
    LOG_LEVEL: 'info',
    REDIS_URL: redisUrl,
    ...(quota && { REDOX_RATE: `${quota}/1s` }),
    ...settings,
  };
  const replicas = await Promise.all(Array.from({ length: count }, () => startGatewayProcess(env)));
  const isTold = (available: boolean) =>
    replicas.every(
      ({ output }) =>
        eventsOf(output.stdout).findLast(({ event }) => event === 'redis')?.['available'] === available,
    );
  return { redox, replicas, isTold };
}

test('one renewal is for all, and in Redis the token is sealed', async () => {
  await using redis = await startRedis();
  const { redox, replicas, isTold } = await startReplicas(3, redis.url);
  await until(() => isTold(true));
  const first = await Promise.all(replicas.map(({ url }) => answer(url, patientQuery('p1'))));
  expect(first.every(isGood)).toBe(true);
  expect(redox.tokenCalls).toBe(1);
  // A 401 is for each to see, and for one to mend.
  redox.revokeTokens();
  const second = await Promise.all(replicas.map(({ url }) => answer(url, patientQuery('p2'))));
  expect(second.every(isGood)).toBe(true);
  expect(redox.tokenCalls).toBe(2);
  const dump = await redis.dump();
  expect(dump).toMatch(/redox-media:token:[\w-]{22}\n/);
  expect(dump).not.toMatch(/"value"|expiresAtMs|eyJ|127\.0\.0\.1/);
});

test('together they stay within the quota, however unevenly they are asked', {
  timeout: 30_000,
}, async () => {
  await using redis = await startRedis();
  const { redox, replicas, isTold } = await startReplicas(2, redis.url, {
    quota: 20,
    settings: { BATCH_SCOPE: 'operation', OPERATION_TIMEOUT_MS: '20000' },
  });
  await until(() => isTold(true));
  const [busy, quiet] = replicas;
  const load = (url: string, perSecond: number) =>
    runLoad(url, { perSecond, seconds: 4, query: (at) => patientQuery(NAMES[at % NAMES.length] ?? '') });
  const answers = await Promise.all([load(busy?.url ?? '', 17), load(quiet?.url ?? '', 2)]);
  expect(answers.flat().every(isGood)).toBe(true);
  expect(redox.calls.filter(({ status }) => status === 429)).toEqual([]);
  // One alone gets more than half: what the other leaves.
  const times = redox.calls.map(({ startedAt }) => startedAt);
  const perSecond = times.map((to) => times.filter((at) => at > to - 1000 && at <= to).length);
  expect(Math.max(...perSecond)).toBeGreaterThan(12);
  expect(Math.max(...perSecond)).toBeLessThanOrEqual(20);
});

test('without Redis each uses its part of the quota, so that together they stay within it', {
  timeout: 120_000,
}, async () => {
  await using redis = await startRedis();
  const { redox, replicas, isTold } = await startReplicas(2, redis.url, {
    quota: 20,
    settings: { BATCH_SCOPE: 'operation', OPERATION_TIMEOUT_MS: '20000' },
  });
  await until(() => isTold(true));
  await waitForBeats(redis, 2);
  await redis.stop();
  await until(() => isTold(false));
  const load = ({ url }: { url: string }, from: number) =>
    runLoad(url, {
      perSecond: 14,
      seconds: 3,
      query: (at) => patientQuery(NAMES[(from + at) % NAMES.length] ?? ''),
    });
  const answers = await Promise.all(replicas.map((one, at) => load(one, at * 100)));
  expect(answers.flat().every(isGood)).toBe(true);
  expect(redox.calls.filter(({ status }) => status === 429)).toEqual([]);
});

/** Until all replicas have said that they live, and once more, when they can read of each other. */
async function waitForBeats(redis: TestRedis, count: number): Promise<void> {
  const latest = async () => {
    const [key = ''] = await redis.keys('replicas');
    const beats = await redis.send('ZRANGEBYSCORE', key, '-inf', '+inf', 'WITHSCORES');
    return z.array(z.tuple([z.string(), z.number()])).parse(beats);
  };
  await until(async () => (await redis.keys('replicas')).length === 1 && (await latest()).length === count);
  const first = new Map(await latest());
  await until(async () => (await latest()).every(([one, at]) => at > (first.get(one) ?? 0)));
}

test('without Redis each goes on alone, and says so; when it comes back they share again', {
  timeout: 30_000,
}, async () => {
  await using redis = await startRedis();
  await redis.stop();
  const { redox, replicas, isTold } = await startReplicas(2, redis.url);
  const askAll = () => Promise.all(replicas.map(({ url }, at) => answer(url, patientQuery(`p${at}`))));
  expect((await askAll()).every(isGood)).toBe(true);
  expect(redox.tokenCalls).toBe(2);
  await until(() => isTold(false));
  await redis.start();
  await until(() => isTold(true));
  redox.revokeTokens();
  expect((await askAll()).every(isGood)).toBe(true);
  expect(redox.tokenCalls).toBe(3);
  await redis.stop();
  expect((await askAll()).every(isGood)).toBe(true);
});

test('a Redis that hangs holds up no operation: each is answered while it still hangs', {
  timeout: 30_000,
}, async () => {
  await using redis = await startRedis();
  const { replicas, isTold } = await startReplicas(2, redis.url);
  await until(() => isTold(true));
  redis.hang();
  const answers = await Promise.all(replicas.map(({ url }, at) => answer(url, patientQuery(`p${at}`))));
  expect(answers.every(isGood)).toBe(true);
  await until(() => isTold(false));
});

test('a write that is repeated at another replica is sent once, and an upload is good once for all', async () => {
  await using redis = await startRedis();
  const { redox, replicas, isTold } = await startReplicas(2, redis.url);
  await until(() => isTold(true));
  const [one, other] = replicas.map(({ url }) => url) as [string, string];
  const save = async (url: string, input: object) => {
    const { data, errors } = await postOperation<{ saveMedia: { redoxLogIds: string[] } | null }>(url, {
      query: 'mutation ($input: SaveMediaInput!) { saveMedia(input: $input) { redoxLogIds } }',
      variables: { input },
    });
    return data?.saveMedia?.redoxLogIds ?? errors.map(({ extensions }) => extensions['problem']);
  };
  const input = saving('a', { clientMutationId: 'm-1' });
  const [first, again] = [await save(one, input), await save(other, input)];
  expect(again).toEqual(first);
  expect(redox.callCount).toBe(1);
  const response = await fetch(new URL('/uploads', one), {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: 'a file',
  });
  const { upload } = (await response.json()) as { upload: string };
  expect(await save(other, saving('b', { content: { upload } }))).toHaveLength(1);
  expect(await save(one, saving('c', { content: { upload } }))).toEqual(['was used before']);
  expect(await redis.dump()).not.toMatch(/SYN-|consent|document/);
});
