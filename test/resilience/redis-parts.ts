/** All that replicas share, over a Redis whose replies a test makes up. */
import fc from 'fast-check';
import { onTestFinished } from 'vitest';
import { createTextHmac, createTextSigner } from '../../src/hmac.ts';
import { RedisConnection } from '../../src/redis/connection.ts';
import { RedisReplicas } from '../../src/redis/replicas.ts';
import { RedisQuota } from '../../src/redis/shared-quota.ts';
import { createSharedToken } from '../../src/redis/shared-token.ts';
import { RedisWriteOrder } from '../../src/redis/shared-write-order.ts';
import { RedisWriteMemory } from '../../src/redis/shared-writes.ts';
import { Seal } from '../../src/seal.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startRespServer } from '../support/resp-server.ts';
import { until } from '../support/until.ts';

export const SECRETS = ['a-secret-that-is-long-enough-for-it'];

export const RATE = { calls: 100, windowMs: 60_000 };

export const UNKNOWN = {
  fingerprint: 'f',
  result: { logIds: [], traceId: null, code: 'UPSTREAM_UNAVAILABLE', status: null },
};

export async function startParts() {
  const server = await startRespServer();
  const clock = new FakeClock();
  const reports: boolean[] = [];
  const connection = new RedisConnection(server.url, ({ available }) => void reports.push(available), clock);
  const name = 'name';
  const replicas = new RedisReplicas(connection, name, clock);
  onTestFinished(async () => {
    replicas.close();
    connection.close();
    await server[Symbol.asyncDispose]();
  });
  await until(() => connection.isUp);
  return {
    server,
    clock,
    connection,
    reports,
    replicas,
    token: createSharedToken(connection, new Seal(SECRETS, 'token'), name, clock),
    quota: new RedisQuota(connection, { rate: RATE, name, clock, countReplicas: () => replicas.count }),
    writes: new RedisWriteMemory(connection, {
      seal: new Seal(SECRETS, 'write'),
      name,
      clock,
      whenAway: 'allow',
    }),
    order: new RedisWriteOrder(connection, {
      name,
      hash: createTextHmac(SECRETS, 'test'),
      signer: createTextSigner(SECRETS, 'test'),
      clock,
    }),
  };
}

export const bulk = (text: string) =>
  `$${Buffer.byteLength(text)}\r\n${Buffer.from(text).toString('latin1')}\r\n`;

export const list = (items: readonly string[]) => `*${items.length}\r\n${items.join('')}`;

export const number = fc.oneof(
  fc.integer(),
  fc.constantFrom(0, 1, 2, 16, 3000, 60_000, Number.MAX_SAFE_INTEGER),
);

/** A field of a stream's entry, a sealed text, or any other text that is like one of ours. */
export const text = fc.oneof(
  fc.string(),
  fc.json(),
  fc.constantFrom(
    '',
    'OK',
    '1-1',
    '9-9',
    'event',
    'self',
    'write',
    'kind',
    'underWay',
    'answered',
    'about',
    'at',
    'mac',
  ),
  fc.uuid(),
  fc.constantFrom(
    ...SECRETS.map((secret) => new Seal([secret], 'token').close({ name: 'other', value: 'x' })),
  ),
);
