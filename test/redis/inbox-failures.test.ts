/** An inbox of events whose Redis is away, loses its memory, or holds what no replica wrote. */
import { describe, expect, test } from 'vitest';
import { Seal } from '../../src/seal.ts';
import { changeOf, receivedEvent } from '../events/received.ts';
import { until } from '../support/until.ts';
import { KEY, SECRET, startReplicas } from './inbox-replicas.ts';

describe('a Redis that', () => {
  test.each<[string, string[][], string[][]]>([
    ['is read-only', [['REPLICAOF', '127.0.0.1', '1']], [['REPLICAOF', 'NO', 'ONE']]],
    ['denies EVAL', [['ACL', 'SETUSER', 'default', '-eval']], [['ACL', 'SETUSER', 'default', '+eval']]],
    ['is full', [['CONFIG', 'SET', 'maxmemory', '1']], [['CONFIG', 'SET', 'maxmemory', '0']]],
    [
      'holds a stream of another type',
      [
        ['DEL', KEY],
        ['SET', KEY, 'x'],
      ],
      [['DEL', KEY]],
    ],
    [
      'holds series of another type',
      [
        ['DEL', 'redox-media:events-series:name'],
        ['SET', 'redox-media:events-series:name', 'x'],
      ],
      [['DEL', 'redox-media:events-series:name']],
    ],
  ])('%s takes no event, says so once, and takes it when it works', async (_, begin, end) => {
    const { open, send } = await startReplicas();
    const { inbox, reports, names } = await open();
    await inbox.record(receivedEvent('a'));
    await until(() => inbox.health.isUp);
    reports.length = 0;
    for (const command of begin) await send(...command);
    for (let time = 0; time < 5; time += 1) await expect(inbox.record(receivedEvent('b'))).rejects.toThrow();
    expect(inbox.health.isUp).toBe(false);
    expect(reports.filter(({ available }) => !available)).toHaveLength(1);
    for (const command of end) await send(...command);
    await until(() =>
      inbox.record(receivedEvent('b')).then(
        () => true,
        () => false,
      ),
    );
    await until(() => inbox.health.isUp);
    expect(names()).toEqual(['a', 'b']);
  });

  test.each([
    ['no field of ours', ['x', 'y']],
    ['nothing sealed', ['event', 'x']],
    ['more fields', ['event', 'x', 'event', 'y']],
    [
      'a value of another purpose',
      ['event', new Seal([SECRET], 'write').close({ receivedAt: 1, event: {} })],
    ],
    [
      'a value of another secret',
      ['event', new Seal(['other'], 'event').close({ receivedAt: 1, event: changeOf() })],
    ],
    ['another form', ['event', new Seal([SECRET], 'event').close({ receivedAt: 'x', event: changeOf() })]],
  ])('holds an entry of %s has an event that was missed, and no cursor leads over it', async (_, fields) => {
    const { open, send } = await startReplicas();
    const { inbox, heard, missed, names } = await open();
    await inbox.record(receivedEvent('a'));
    await send('XADD', KEY, '*', ...fields);
    await inbox.record(receivedEvent('b'));
    await inbox.record(receivedEvent('c'));
    expect([names(), missed.length]).toEqual([['a', 'b', 'c'], 1]);
    expect(await inbox.readAfter(heard[0]?.position ?? '', 10)).toBe('expired');
    expect(await inbox.readAfter(null, 10)).toBe('expired');
    expect(await inbox.readAfter(heard[1]?.position ?? '', 10)).toHaveLength(1);
  });
});

test('health is a reading and a writing of late', async () => {
  const { open, redis } = await startReplicas();
  const { inbox } = await open();
  await until(() => inbox.health.isUp);
  const { upSince, lastSeen } = inbox.health;
  await until(() => (inbox.health.lastSeen ?? 0) > (lastSeen ?? 0));
  expect(inbox.health.upSince).toBe(upSince);
  await redis.stop();
  await until(() => !inbox.health.isUp);
  await redis.start();
  await until(() => inbox.health.isUp);
  expect(inbox.health.upSince).toBeGreaterThan(upSince ?? 0);
});
