/** The memory of one process: it drops nothing before its time, and never grows beyond its bound. */
import { expect, test } from 'vitest';
import { LocalWriteMemory } from '../../src/writes/write-memory.ts';
import { FakeClock } from '../support/fake-clock.ts';

const RESULT = { logIds: ['l'], traceId: null };

test('a full memory begins no further write until the oldest has had its time', async () => {
  const clock = new FakeClock();
  const memory = new LocalWriteMemory(clock, 2);
  await memory.begin('a', 'f');
  clock.tick(60_000);
  await memory.begin('b', 'f');
  await expect(memory.begin('c', 'f')).rejects.toMatchObject({ code: 'OVERLOADED' });
  expect(await memory.begin('a', 'f')).toEqual({ fingerprint: 'f', result: null });
  clock.tick(9 * 60_000);
  expect(await memory.begin('c', 'f')).toBeNull();
  expect(await memory.begin('b', 'f')).toEqual({ fingerprint: 'f', result: null });
});

test('a result is remembered from its end on, also where others began later', async () => {
  const clock = new FakeClock();
  const memory = new LocalWriteMemory(clock, 3);
  await memory.begin('a', 'f');
  clock.tick(60_000);
  await memory.begin('b', 'f');
  await memory.finish('a', { fingerprint: 'f', result: RESULT });
  clock.tick(10 * 60_000 - 1);
  await memory.begin('c', 'f');
  expect(await memory.begin('a', 'f')).toEqual({ fingerprint: 'f', result: RESULT });
  clock.tick(1);
  expect(await memory.begin('a', 'f')).toBeNull();
});

test('uploads that were used have a bound of their own', async () => {
  const clock = new FakeClock();
  const memory = new LocalWriteMemory(clock, 1);
  await memory.begin('a', 'f');
  expect(await memory.reserve('u')).toBe(true);
  expect(await memory.reserve('u')).toBe(false);
  await expect(memory.reserve('v')).rejects.toMatchObject({ code: 'OVERLOADED' });
  await memory.release('u');
  expect(await memory.reserve('v')).toBe(true);
});
