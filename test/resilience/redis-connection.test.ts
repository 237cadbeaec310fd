/** When Redis is of use, and how that is reported: once for each time that it comes or goes, whatever its replies do meanwhile. */
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { RedisConnection, type RedisReport } from '../../src/redis/connection.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startRespServer } from '../support/resp-server.ts';
import { until } from '../support/until.ts';

async function connect() {
  const server = await startRespServer();
  const clock = new FakeClock();
  const reports: RedisReport[] = [];
  const connection = new RedisConnection(server.url, (report) => void reports.push(report), clock);
  onTestFinished(async () => {
    connection.close();
    await server[Symbol.asyncDispose]();
  });
  await until(() => connection.isUp);
  const quota = connection.part('quota');
  const ask = (purpose: string) => quota.execute(purpose, z.literal('OK'), purpose).catch(() => 'failed');
  return { server, clock, connection, reports, ask };
}

test('a purpose that fails is reported once, with a code of Redis and no word of its reply, until it works', async () => {
  const { server, connection, reports, ask } = await connect();
  server.reply = ([command]) => (command === 'bad' ? '-WRONGTYPE SYN-1 secret\r\n' : null);
  for (const purpose of ['bad', 'good', 'bad', 'good']) await ask(purpose);
  expect(reports).toEqual([{ available: true }, { available: false, part: 'quota', problem: 'WRONGTYPE' }]);
  expect([connection.isUp, connection.works('quota'), connection.works('token')]).toEqual([
    true,
    false,
    true,
  ]);
  server.reply = () => null;
  expect(await ask('bad')).toBe('OK');
  expect(reports.at(-1)).toEqual({ available: true });
});

test('an unknown code, and a reply of another form, are reported without what they say', async () => {
  const { server, reports, ask, clock } = await connect();
  server.reply = () => '-SYN-1 is here\r\n';
  await ask('a');
  server.reply = () => '+SYN-1\r\n';
  await ask('b');
  expect(reports.slice(1)).toEqual([{ available: false, part: 'quota', problem: 'error' }]);
  server.reply = () => null;
  await clock.advance(60_000);
  expect(reports.at(-1)).toEqual({ available: true });
  server.reply = () => '+SYN-1\r\n';
  await ask('b');
  expect(reports.at(-1)).toEqual({ available: false, part: 'quota', problem: 'unreadable' });
});

test('a failure of the whole server is over when any command that writes works; one of a key is not', async () => {
  const { server, connection, reports, ask } = await connect();
  server.reply = ([command]) => (command === 'full' ? '-OOM\r\n' : '-WRONGTYPE\r\n');
  await ask('full');
  connection.serverWorked();
  expect(reports.at(-1)).toEqual({ available: true });
  await ask('spoilt');
  connection.serverWorked();
  expect(reports.at(-1)).toMatchObject({ available: false, problem: 'WRONGTYPE' });
});

test('a Redis that is always late is away, is reported once, and is asked no more than once a second', async () => {
  const { server, clock, connection, reports, ask } = await connect();
  let asked = 0;
  server.reply = ([command]) => {
    if (command !== 'CLIENT') asked += 1;
    return command === 'CLIENT' ? null : '';
  };
  await clock.advanceUntil(ask('a'));
  expect(connection.isUp).toBe(false);
  expect(await ask('b')).toBe('failed');
  asked = 0;
  await clock.advance(5000);
  expect(asked).toBeLessThanOrEqual(5);
  expect(reports).toEqual([{ available: true }, { available: false, part: 'connection', problem: 'late' }]);
});

test('a connection that stays silent for three seconds is given up for a new one', async () => {
  const { server, clock, connection } = await connect();
  server.reply = () => '';
  await clock.advanceUntil(
    connection
      .part('token')
      .execute('read', z.string(), 'GET', 'x')
      .catch(() => null),
  );
  const before = server.connections;
  await clock.advance(3000);
  await until(() => server.connections > before);
  server.reply = () => null;
  await until(async () => {
    await clock.advance(1000);
    return connection.isUp;
  });
});
