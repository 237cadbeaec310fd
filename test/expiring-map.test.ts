/** What is remembered for a while: for how long, and how much of it. */
import { expect, test } from 'vitest';
import { ExpiringMap } from '../src/expiring-map.ts';
import { FakeClock } from './support/fake-clock.ts';

const LIFE_MS = 300_000;

test('an entry lives for its time, which begins anew when it is set again', () => {
  const clock = new FakeClock();
  const map = new ExpiringMap<string>(clock, LIFE_MS, 10);
  expect([map.isEmpty, map.get('a')]).toEqual([true, undefined]);
  map.set('a', 'first');
  clock.tick(LIFE_MS - 1);
  expect([map.isEmpty, map.get('a'), map.get('b')]).toEqual([false, 'first', undefined]);
  map.set('a', 'second');
  clock.tick(LIFE_MS - 1);
  expect(map.get('a')).toBe('second');
  clock.tick(1);
  expect([map.get('a'), map.isEmpty]).toEqual([undefined, true]);
});

test('a full one forgets the entry that was set longest ago', () => {
  const map = new ExpiringMap<number>(new FakeClock(), LIFE_MS, 3);
  for (const [at, key] of ['a', 'b', 'c', 'a'].entries()) map.set(key, at);
  expect(map.isFull).toBe(true);
  map.set('d', 4);
  expect(['a', 'b', 'c', 'd'].map((key) => map.get(key))).toEqual([3, undefined, 2, 4]);
});

test('a full one has room once its oldest entry is past its time', () => {
  const clock = new FakeClock();
  const map = new ExpiringMap<true>(clock, LIFE_MS, 2);
  map.set('a', true);
  clock.tick(1000);
  map.set('b', true);
  clock.tick(LIFE_MS - 1000);
  expect([map.isFull, map.get('a'), map.get('b')]).toEqual([false, undefined, true]);
});

test('what is deleted is there no more', () => {
  const map = new ExpiringMap<true>(new FakeClock(), LIFE_MS, 2);
  map.set('a', true);
  expect([map.delete('a'), map.delete('a'), map.isEmpty]).toEqual([true, false, true]);
});
