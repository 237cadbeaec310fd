/** How many replicas share the quota. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { RedisReplicas } from '../../src/redis/replicas.ts';
import { until } from '../support/until.ts';
import { connect } from './quota-replicas.ts';

const REPLICAS = 'redox-media:replicas:name';

/** Adds replicas with the time of Redis's own clock. */
const ADD_NOW = `local now = redis.call('TIME')[1] * 1000
for _, name in ipairs(ARGV) do redis.call('ZADD', KEYS[1], now, name) end`;

describe('the number of replicas', () => {
  const open = async (count: number) => {
    const { redis, clock, connection } = await connect();
    const replicas = Array.from({ length: count }, () => new RedisReplicas(connection, 'name', clock));
    onTestFinished(() => {
      for (const one of replicas) one.close();
    });
    const [first] = replicas;
    if (first === undefined) throw new Error('there is no replica');
    const beat = () => clock.advance(2000);
    return { redis, connection, replicas, first, beat };
  };

  test('is what their heartbeats say, and stays so while Redis is away', async () => {
    const { redis, connection, replicas, first, beat } = await open(3);
    await until(async () => (await redis.send('ZCARD', REPLICAS)) === 3);
    await until(async () => {
      await beat();
      return replicas.every(({ count }) => count === 3);
    });
    await redis.stop();
    await until(() => !connection.isUp);
    for (let beats = 0; beats < 5; beats += 1) await beat();
    expect(first.count).toBe(3);
  });

  test('does not fall when Redis has lost its memory, until the others have had the time to say that they live', async () => {
    const { redis, first, beat } = await open(1);
    await redis.send('EVAL', ADD_NOW, '1', REPLICAS, 'a', 'b');
    await beat();
    await until(() => first.count === 3);
    await redis.flush();
    await beat();
    await until(async () => (await redis.send('ZCARD', REPLICAS)) === 1);
    expect(first.count).toBe(3);
    await until(async () => {
      await beat();
      return first.count === 1;
    });
  });

  test('counts none from the past or the future, and no more than there can be', async () => {
    const { redis, first, beat } = await open(1);
    await until(async () => (await redis.send('ZCARD', REPLICAS)) === 1);
    await redis.send('ZADD', REPLICAS, '9e14', 'future', '0', 'past');
    await beat();
    await until(async () => (await redis.send('ZCARD', REPLICAS)) === 1);
    expect(first.count).toBe(1);
    const many = Array.from({ length: 500 }, (_, at) => `x${at}`);
    await redis.send('EVAL', ADD_NOW, '1', REPLICAS, ...many);
    await beat();
    await until(() => first.count > 1);
    expect(first.count).toBe(100);
  });
});
