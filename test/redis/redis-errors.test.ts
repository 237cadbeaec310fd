/**
 * A Redis that replies with errors is a Redis that is away: every operation is answered, it is said once in the log and by a
 * metric, and the replicas share again as soon as it works.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { pushed, SETTINGS, TOKEN } from '../events/pushed.ts';
import { answer, isGood, patientQuery } from '../resilience/operations.ts';
import { postOperation } from '../support/gateway.ts';
import { eventsOf, startGatewayProcess } from '../support/gateway-process.ts';
import { chartDocument } from '../support/own-chart.ts';
import { settingsFor } from '../support/settings.ts';
import { until } from '../support/until.ts';
import { saving } from '../writes/inputs.ts';
import { startRedis, type TestRedis } from './redis-server.ts';

const NAMES = Array.from({ length: 40 }, (_, at) => `p${at}`);
const charts = NAMES.map((name) => chartDocument(name, { documentId: name }));

/** Puts a value of another type where a key stands, or will stand. */
async function spoil(redis: TestRedis, kind: string): Promise<void> {
  for (const key of await redis.keys(kind)) {
    await redis.send('DEL', key);
    await redis.send('HSET', key, 'a', 'b');
  }
}

const clear = async (redis: TestRedis, kind: string) => {
  for (const key of await redis.keys(kind)) await redis.send('DEL', key);
};

interface Trouble {
  readonly begin: (redis: TestRedis) => unknown;
  readonly end: (redis: TestRedis) => unknown;
  /** What the log says. */
  readonly says: object;
}

const TROUBLES: Readonly<Record<string, Trouble>> = {
  'is a read-only replica after a failover': {
    begin: (redis) => redis.send('REPLICAOF', '127.0.0.1', '1'),
    end: (redis) => redis.send('REPLICAOF', 'NO', 'ONE'),
    says: { problem: 'READONLY' },
  },
  'denies EVAL': {
    begin: (redis) => redis.send('ACL', 'SETUSER', 'default', '-eval'),
    end: (redis) => redis.send('ACL', 'SETUSER', 'default', '+eval'),
    says: { problem: 'NOPERM' },
  },
  'denies streams': {
    begin: (redis) => redis.send('ACL', 'SETUSER', 'default', '-@stream'),
    end: (redis) => redis.send('ACL', 'SETUSER', 'default', '+@stream'),
    says: { problem: 'NOPERM' },
  },
  'denies all keys': {
    begin: (redis) => redis.send('ACL', 'SETUSER', 'default', 'resetkeys'),
    end: (redis) => redis.send('ACL', 'SETUSER', 'default', 'allkeys'),
    says: { problem: 'NOPERM' },
  },
  'is full': {
    begin: (redis) => redis.send('CONFIG', 'SET', 'maxmemory', '1'),
    end: (redis) => redis.send('CONFIG', 'SET', 'maxmemory', '0'),
    says: { problem: 'OOM' },
  },
  'holds a quota of another type': {
    begin: (redis) => spoil(redis, 'quota'),
    end: (redis) => clear(redis, 'quota'),
    says: { part: 'quota', problem: 'WRONGTYPE' },
  },
  'holds a write order of another type': {
    begin: (redis) => spoil(redis, 'write-order'),
    end: (redis) => clear(redis, 'write-order'),
    says: { part: 'write-order', problem: 'WRONGTYPE' },
  },
  'holds events of another type': {
    begin: (redis) => spoil(redis, 'events'),
    end: (redis) => clear(redis, 'events'),
    says: { part: 'events', problem: 'WRONGTYPE' },
  },
  'holds series of events of another type': {
    begin: async (redis) => {
      for (const key of await redis.keys('events-series')) await redis.send('DEL', key);
      for (const key of await redis.keys('events'))
        await redis.send('SET', key.replace('events', 'events-series'), 'x');
    },
    end: (redis) => clear(redis, 'events-series'),
    says: { part: 'events', problem: 'WRONGTYPE' },
  },
  'holds replicas of another type': {
    begin: (redis) => spoil(redis, 'replicas'),
    end: (redis) => clear(redis, 'replicas'),
    says: { part: 'replicas', problem: 'WRONGTYPE' },
  },
  hangs: {
    begin: (redis) => redis.hang(),
    end: (redis) => redis.goOn(),
    says: { part: 'connection', problem: 'late' },
  },
  'is killed': {
    begin: (redis) => redis.stop(),
    end: (redis) => redis.start(),
    says: { part: 'connection' },
  },
};

async function startTwo(redis: TestRedis, url = redis.url) {
  const redox = await startSandbox({ charts });
  onTestFinished(() => redox.close());
  const env = { ...settingsFor(redox), ...SETTINGS, LOG_LEVEL: 'info', REDIS_URL: url };
  const replicas = await Promise.all([startGatewayProcess(env), startGatewayProcess(env)]);
  const saidBy = ({ output }: { output: { stdout: string } }) =>
    eventsOf(output.stdout).filter(({ event }) => event === 'redis');
  await until(() => replicas.every((one) => saidBy(one).at(-1)?.['available'] === true));
  // On a busy machine a replica may have said before that it cannot reach Redis yet.
  const before = replicas.map((one) => saidBy(one).length - 1);
  const said = () => replicas.map((one, at) => saidBy(one).slice(before[at]));
  /** Nothing was sent of the patient before, so that no answer is shared. */
  let next = 0;
  const useAll = async () => {
    next += 1;
    const at = next;
    const query = patientQuery(NAMES[at % NAMES.length] ?? '');
    const reads = replicas.map(({ url }) => answer(url, query));
    const input = saving('a', { clientMutationId: `m-${at}` });
    const writes = replicas.map(({ url }) => save(url, { ...input, clientMutationId: `m-${at}-${url}` }));
    const events = replicas.map((replica, by) => push(replica.url, `SYN-${at}-${by}`));
    return {
      reads: await Promise.all(reads),
      writes: await Promise.all(writes),
      events: await Promise.all(events),
    };
  };
  return { redox, replicas, said, useAll };
}

/** As Redox does, about a document of its own; resolves to the status. */
async function push(url: string, DocumentID: string): Promise<number> {
  const body = JSON.stringify(pushed('New', { DocumentID }));
  const headers = { 'verification-token': TOKEN };
  const response = await fetch(new URL('/redox/events', url), { method: 'POST', headers, body });
  await response.arrayBuffer();
  return response.status;
}

const isTaken = (status: number) => status === 200;

async function save(url: string, input: object): Promise<unknown> {
  const { data } = await postOperation<{ saveMedia: { accepted: boolean } | null }>(url, {
    query: 'mutation ($input: SaveMediaInput!) { saveMedia(input: $input) { accepted } }',
    variables: { input },
  });
  return data?.saveMedia?.accepted;
}

/** Without what a machine says that is too busy to run Redis for half a second: that is no matter of these tests. */
function withoutLate(events: readonly Record<string, unknown>[]): readonly Record<string, unknown>[] {
  return events.filter((event, at) => {
    const [isLate, wasLate] = [event, events[at - 1]].map((one) => one?.['problem'] === 'late');
    return !isLate && !(wasLate && event['available'] === true);
  });
}

/** Said once; where the machine was too busy to run Redis for half a second, that may have been said in its place, or before. */
function expectOneReport(events: readonly Record<string, unknown>[], says: object): void {
  const reports = events.filter(({ available }) => available === false);
  const isOfConnection = 'part' in says && says.part === 'connection';
  const named = isOfConnection ? reports : reports.filter(({ problem }) => problem !== 'late');
  expect(reports.length).toBeGreaterThan(0);
  expect(named).toMatchObject(named.length === 0 ? [] : [says]);
}

const gaugesOf = async (url: string) => {
  const text = await (await fetch(new URL('/metrics', url))).text();
  return [...text.matchAll(/redis_available\{part="([\w-]+)"\} (\d)/g)].map(([, part, value]) => [
    part,
    value,
  ]);
};

describe.each(Object.entries(TROUBLES))('a Redis that %s', (_, { begin, end, says }) => {
  test('leaves every operation answered, is reported once, and is shared again when it works', {
    timeout: 120_000,
  }, async () => {
    await using redis = await startRedis();
    const { replicas, said, useAll } = await startTwo(redis);
    // All keys exist, and all that is sent once was sent.
    const atFirst = await useAll();
    expect([atFirst.reads.every(isGood), atFirst.events]).toEqual([true, [200, 200]]);
    await begin(redis);
    const answers: Awaited<ReturnType<typeof useAll>>[] = [];
    const isReported = () => said().every((events) => events.some(({ available }) => available === false));
    await until(async () => {
      answers.push(await useAll());
      return isReported();
    });
    for (let more = 0; more < 5; more += 1) answers.push(await useAll());
    expect(answers.flatMap(({ reads }) => reads).every(isGood)).toBe(true);
    expect(answers.flatMap(({ writes }) => writes).every((accepted) => accepted === true)).toBe(true);
    // What cannot be recorded is kept at Redox, and nothing else is.
    expect(new Set(answers.flatMap(({ events }) => events)).difference(new Set([200, 503]))).toEqual(
      new Set(),
    );
    for (const events of said()) {
      expect(events.at(-1)).toMatchObject({ available: false });
      expectOneReport(events, says);
    }
    const gauges = await gaugesOf(replicas[0].url);
    expect(gauges.some(([, value]) => value === '0')).toBe(true);
    await end(redis);
    await until(async () => {
      const { reads, events } = await useAll();
      return (
        reads.every(isGood) &&
        events.every(isTaken) &&
        said().every((events) => events.at(-1)?.['available'] === true)
      );
    });
    for (const events of said()) expectOneReport(events, says);
    expect((await gaugesOf(replicas[0].url)).every(([, value]) => value === '1')).toBe(true);
  });
});

test('the rights that docs/operations.md names are all that is needed', async () => {
  const rights = ['+@connection', '+@read', '+@write', '+@scripting', '+time'];
  expect(readFileSync('docs/operations.md', 'utf8')).toContain(`\`${rights.join(' ')}\``);
  await using redis = await startRedis();
  const user = ['on', '>a-password', 'resetkeys', '~redox-media:*', '-@all', ...rights];
  await redis.send('ACL', 'SETUSER', 'gateway', ...user);
  const { said, useAll } = await startTwo(redis, redis.url.replace('//', '//gateway:a-password@'));
  for (let time = 0; time < 3; time += 1) {
    const { reads, events } = await useAll();
    expect([reads.every(isGood), events]).toEqual([true, [200, 200]]);
  }
  await until(async () => Number(await redis.send('ZCARD', (await redis.keys('replicas'))[0] ?? '')) === 2);
  expect(said().flatMap(withoutLate)).toMatchObject([{ available: true }, { available: true }]);
});

test('a Redis that is flushed goes unnoticed: every operation is answered, and all is written down anew', async () => {
  await using redis = await startRedis();
  const { said, useAll } = await startTwo(redis);
  await useAll();
  for (let time = 0; time < 5; time += 1) {
    await redis.flush();
    const { reads, writes, events } = await useAll();
    expect(reads.every(isGood)).toBe(true);
    expect([writes, events]).toEqual([
      [true, true],
      [200, 200],
    ]);
  }
  expect(await redis.keys('write-order')).not.toEqual([]);
  await until(async () => (await redis.keys('replicas')).length > 0);
  expect(said().flatMap(withoutLate)).toMatchObject([{ available: true }, { available: true }]);
});
