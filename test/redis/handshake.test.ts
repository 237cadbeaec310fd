/** A Redis that refuses a connection says why, and so does the log: a wrong password is not a wrong address. */
import { expect, onTestFinished, test } from 'vitest';
import { createSystemClock } from '../../src/clock.ts';
import { RedisConnection, type RedisReport } from '../../src/redis/connection.ts';
import { until } from '../support/until.ts';
import { startRedis } from './redis-server.ts';

test.each([
  ['the password is wrong', (url: string) => url.replace('//', '//gateway:wrong@'), 'WRONGPASS'],
  ['there is no such database', (url: string) => `${url}/99`, 'ERR'],
  ['nothing listens there', () => 'redis://127.0.0.1:1', 'unreachable'],
])('where %s, that is reported at the start', async (_, change, problem) => {
  await using redis = await startRedis();
  const reports: RedisReport[] = [];
  const connection = new RedisConnection(
    change(redis.url),
    (report) => void reports.push(report),
    createSystemClock(),
  );
  onTestFinished(() => connection.close());
  await until(() => reports.length > 0);
  expect(reports).toEqual([{ available: false, part: 'connection', problem }]);
});
