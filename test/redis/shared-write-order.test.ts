/** The stream of writes in Redis: what is read of it, by whom, and what becomes of hostile or lost entries. */

import { describe, expect, onTestFinished, test } from 'vitest';
import { createSystemClock } from '../../src/clock.ts';
import { createTextHmac, createTextSigner } from '../../src/hmac.ts';
import { destinationId } from '../../src/media/model/keys.ts';
import { mayBe } from '../../src/media/model/written-patient.ts';
import { RedisReplicas } from '../../src/redis/replicas.ts';
import type { RedisWriteOrder } from '../../src/redis/shared-write-order.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { startReplicas } from './order-replicas.ts';
import type { TestRedis } from './redis-server.ts';

const KEY = 'redox-media:write-order:name:destination';
const ID = '00000000-0000-4000-8000-000000000000';
/** As `RedisWriteOrder` describes a patient who has the IDType MR, by hashes with `a-secret`. */
const ABOUT_A = JSON.stringify({
  types: [createTextHmac(['a-secret'], 'test')(JSON.stringify(['MR']))],
  pairs: ['x'],
});
const MANY_HASHES = JSON.stringify({ types: Array(17).fill('x'), pairs: [] });
const mr = (id: string) => ({ idType: 'MR', id });
const A = { patient: [mr('SYN-1'), { idType: 'EHRID', id: 'e-1' }] };

const kindsIn = (reading: Awaited<ReturnType<RedisWriteOrder['read']>>) =>
  reading?.news.map(({ kind }) => kind);

test('a write is read by the others once, from its beginning to its end, and not by who writes', async () => {
  const { open } = await startReplicas();
  const [writer, reader] = [open(), open()];
  const end = await writer.begin(destinationId('destination'), A);
  expect(kindsIn(await reader.read(destinationId('destination')))).toEqual(['underWay']);
  expect(kindsIn(await reader.read(destinationId('destination')))).toEqual([]);
  await end();
  const reading = await reader.read(destinationId('destination'));
  expect([kindsIn(reading), reading?.hasGap]).toEqual([['answered'], false]);
  expect(await writer.read(destinationId('destination'))).toEqual({ news: [], hasGap: false });
  expect(await reader.read(destinationId('elsewhere'))).toEqual({ news: [], hasGap: false });
});

test('whom it is about is told by hashes: who shares a secret knows other patients from it', async () => {
  const { open, send } = await startReplicas();
  const [writer, reader, stranger] = [open(), open(), open('another-secret')];
  await (await writer.begin(destinationId('destination'), A))();
  expect(JSON.stringify(await send('XRANGE', KEY, '-', '+'))).not.toMatch(/SYN-|EHRID|e-1/);
  for (const { patient } of (await reader.read(destinationId('destination')))?.news ?? []) {
    const others = [[mr('SYN-2')], [mr('SYN-1')], [mr(' syn-1')], [{ idType: 'SSN', id: '1' }]];
    expect(others.map((one) => mayBe(patient, one))).toEqual([false, true, true, true]);
  }
  for (const { patient } of (await stranger.read(destinationId('destination')))?.news ?? [])
    expect(mayBe(patient, [mr('SYN-2')])).toBe(true);
  const many = Array.from({ length: 17 }, (_, at) => mr(`SYN-${at}`));
  await (await writer.begin(destinationId('destination'), { patient: many }))();
  expect(
    (await reader.read(destinationId('destination')))?.news.every(({ patient }) =>
      mayBe(patient, [mr('SYN-x')]),
    ),
  ).toBe(true);
});

test('which document it deletes or replaces is told by a hash', async () => {
  const { open, send } = await startReplicas();
  const [writer, reader] = [open(), open()];
  await (await writer.begin(destinationId('destination'), { ...A, removes: 'D-1' }))();
  expect(JSON.stringify(await send('XRANGE', KEY, '-', '+'))).not.toMatch(/d-1/i);
  const news = (await reader.read(destinationId('destination')))?.news ?? [];
  expect(news).toHaveLength(2);
  for (const { patient, removed } of news) {
    const isRemoved = ['D-1', ' d-1', 'D-2'].map((id) => patient.names.documentOf(id) === removed);
    expect(isRemoved).toEqual([true, true, false]);
  }
  await (await writer.begin(destinationId('destination'), A))();
  expect((await reader.read(destinationId('destination')))?.news.map(({ removed }) => removed)).toEqual([
    null,
    null,
  ]);
});

test('more than one command brings is read whole', async () => {
  const { open } = await startReplicas();
  const [writer, reader] = [open(), open()];
  for (let at = 0; at < 1100; at += 1) await (await writer.begin(destinationId('destination'), A))();
  expect((await reader.read(destinationId('destination')))?.news).toHaveLength(2200);
  await (await writer.begin(destinationId('destination'), A))();
  expect((await reader.read(destinationId('destination')))?.news).toHaveLength(2);
});

test('what is lost is told, and what is left is read', async () => {
  const { redis, open } = await startReplicas();
  const [writer, reader] = [open(), open()];
  await (await writer.begin(destinationId('destination'), A))();
  await reader.read(destinationId('destination'));
  await redis.flush();
  expect(await reader.read(destinationId('destination'))).toEqual({ news: [], hasGap: true });
  expect(await reader.read(destinationId('destination'))).toEqual({ news: [], hasGap: false });
  await (await writer.begin(destinationId('destination'), A))();
  await reader.read(destinationId('destination'));
  await redis.flush();
  const end = await writer.begin(destinationId('destination'), A);
  const reading = await reader.read(destinationId('destination'));
  expect([kindsIn(reading), reading?.hasGap]).toEqual([['underWay'], true]);
  await end();
});

test('a loss is seen though nothing was in the stream when it was read before', async () => {
  const { redis, open } = await startReplicas();
  const [writer, reader] = [open(), open()];
  expect(await reader.read(destinationId('destination'))).toEqual({ news: [], hasGap: false });
  await (await writer.begin(destinationId('destination'), A))();
  await redis.flush();
  expect(await reader.read(destinationId('destination'))).toEqual({ news: [], hasGap: true });
});

test('a stream lives on for as long as a replica reads it', async () => {
  const clock = new FakeClock();
  const { open, send } = await startReplicas(clock);
  await open().read(destinationId('destination'));
  await send('PEXPIRE', KEY, '1000000');
  await clock.advance(300_000);
  await until(async () => Number(await send('PTTL', KEY)) <= 600_000);
});

describe('hostile values', () => {
  test('a key of another type cannot be read, and holds up no write', async () => {
    const { open, send } = await startReplicas();
    await send('SET', KEY, 'x');
    await (await open().begin(destinationId('destination'), A))();
    expect(await open().read(destinationId('destination'))).toBeNull();
  });

  const NOW = Date.now();
  const IN_TIME = { kind: 'underWay', about: ABOUT_A, at: String(NOW) };

  /** An entry as a replica with that secret signs it. */
  function entry(change: Partial<typeof IN_TIME> = {}, secret = 'a-secret', destination = 'destination') {
    const { kind, about, at } = { ...IN_TIME, ...change };
    const fields = ['self', ID, 'write', ID, 'kind', kind, 'about', about, 'at', at];
    const mac = createTextSigner([secret], 'test').sign(JSON.stringify([destination, ...fields]));
    return [...fields, 'mac', mac];
  }

  test('an entry that a replica has signed is believed', async () => {
    const { open, send } = await startReplicas();
    await send('XADD', KEY, '*', ...entry());
    const [news] = (await open().read(destinationId('destination')))?.news ?? [];
    expect([news?.kind, news && mayBe(news.patient, [mr('SYN-2')])]).toEqual(['underWay', false]);
  });

  test.each([
    ['no fields of ours', ['x', 'y']],
    ['no signature', entry().slice(0, -2)],
    ['a signature of another secret', entry({}, 'another-secret')],
    ['a signature for another destination', entry({}, 'a-secret', 'elsewhere')],
    ['another patient than was signed', entry().map((field) => (field === ABOUT_A ? '' : field))],
    ['a time that is long over', entry({ at: String(NOW - 3_600_000) })],
    ['a time that is long to come', entry({ at: String(NOW + 3_600_000) })],
    ['no time', entry({ at: 'now' })],
    ['a kind that there is not', entry({ kind: 'later' })],
  ])('one with %s counts as the end of a write that may be about anybody', async (_, fields) => {
    const { open, send, works } = await startReplicas();
    const reader = open();
    await reader.read(destinationId('destination'));
    await send('XADD', KEY, '*', ...fields);
    const [news] = (await reader.read(destinationId('destination')))?.news ?? [];
    expect([news?.kind, news && mayBe(news.patient, [mr('SYN-2')])]).toEqual(['answered', true]);
    expect(works()).toBe(false);
  });

  test('entries of writes that were over long before are no news to a replica that begins, and no trouble', async () => {
    const { open, send, works } = await startReplicas();
    await send('XADD', KEY, '*', ...entry({ at: String(NOW - 3_600_000) }));
    await send('XADD', KEY, '*', ...entry());
    expect(kindsIn(await open().read(destinationId('destination')))).toEqual(['underWay']);
    expect(works()).toBe(true);
  });

  test.each([
    ['no JSON', '{'],
    ['another form', '{"types":1}'],
    ['more hashes than a patient may have', MANY_HASHES],
  ])('a patient of %s may be anybody', async (_, about) => {
    const { open, send } = await startReplicas();
    await send('XADD', KEY, '*', ...entry({ about }));
    const [news] = (await open().read(destinationId('destination')))?.news ?? [];
    expect(news && mayBe(news.patient, [mr('SYN-2')])).toBe(true);
  });

  test('an entry that is shown again after the end of its write is passed over', async () => {
    const { open, send } = await startReplicas();
    const [writer, reader] = [open(), open()];
    const end = await writer.begin(destinationId('destination'), A);
    const [[, fields]] = (await send('XRANGE', KEY, '-', '+')) as [[string, string[]]];
    await end();
    expect(kindsIn(await reader.read(destinationId('destination')))).toEqual(['underWay', 'answered']);
    await send('XADD', KEY, '*', ...fields);
    expect(kindsIn(await reader.read(destinationId('destination')))).toEqual([]);
  });

  test('a Redis that is gone cannot be read, and holds up no write', async () => {
    const { redis, open } = await startReplicas();
    const order = open();
    await redis.stop();
    await (await order.begin(destinationId('destination'), A))();
    expect(await order.read(destinationId('destination'))).toBeNull();
  });
});

describe('a Redis that was away', () => {
  test('may have missed writes, and lost those that it knew', async () => {
    const { redis, open } = await startReplicas();
    const reader = open();
    expect(await reader.read(destinationId('destination'))).toEqual({ news: [], hasGap: false });
    await redis.stop();
    await until(async () => (await reader.read(destinationId('destination'))) === null);
    await redis.start();
    await until(async () => (await reader.read(destinationId('elsewhere'))) !== null);
    expect(await reader.read(destinationId('destination'))).toEqual({ news: [], hasGap: true });
    expect(await reader.read(destinationId('destination'))).toEqual({ news: [], hasGap: false });
  });

  test('is told of what was written meanwhile when it is back: it may concern every patient', async () => {
    const { redis, open, send } = await startReplicas();
    const [writer, reader] = [open(), open()];
    await redis.stop();
    await until(async () => (await writer.read(destinationId('destination'))) === null);
    await (await writer.begin(destinationId('destination'), A))();
    await redis.start();
    await until(async () => Number(await send('XLEN', KEY).catch(() => 0)) > 0);
    const reading = await reader.read(destinationId('destination'));
    expect(kindsIn(reading)).toEqual(['answered']);
    expect(reading?.news.every(({ patient }) => mayBe(patient, [mr('SYN-2')]))).toBe(true);
  });
});

describe('a Redis that takes nothing that is written', () => {
  const fill = (redis: TestRedis, bytes: string) => redis.send('CONFIG', 'SET', 'maxmemory', bytes);

  test('is told of what was written meanwhile as soon as it does', async () => {
    const { redis, open, send } = await startReplicas();
    const [writer, reader] = [open(), open()];
    await reader.read(destinationId('destination'));
    await fill(redis, '1');
    await (await writer.begin(destinationId('destination'), A))();
    await fill(redis, '0');
    await until(async () => Number(await send('XLEN', KEY)) > 1);
    const reading = await reader.read(destinationId('destination'));
    expect(kindsIn(reading)).toEqual(['answered']);
    expect(reading?.news.every(({ patient }) => mayBe(patient, [mr('SYN-2')]))).toBe(true);
  });

  test('cannot be read of what others write by a replica that knows of it', async () => {
    const { redis, open, connection } = await startReplicas();
    const [reader, replicas] = [open(), new RedisReplicas(connection, 'name', createSystemClock())];
    onTestFinished(() => replicas.close());
    expect(await reader.read(destinationId('destination'))).toEqual({ news: [], hasGap: false });
    await fill(redis, '1');
    await until(() => !connection.works('replicas'));
    expect(await reader.read(destinationId('destination'))).toBeNull();
    await fill(redis, '0');
    await until(() => connection.works('replicas'));
    expect(await reader.read(destinationId('destination'))).toEqual({ news: [], hasGap: true });
  });
});

test('a stream that was not read for five minutes may have expired unread, but holds what was written lately', async () => {
  const clock = new FakeClock();
  const { open } = await startReplicas(clock);
  const reader = open();
  await reader.read(destinationId('destination'));
  await clock.advance(299_999);
  expect(await reader.read(destinationId('destination'))).toEqual({ news: [], hasGap: false });
  await clock.advance(300_000);
  expect(await reader.read(destinationId('destination'))).toEqual({
    news: [],
    hasGap: true,
    gapAgeMs: 300_000,
  });
  expect(await reader.read(destinationId('destination'))).toEqual({ news: [], hasGap: false });
});
