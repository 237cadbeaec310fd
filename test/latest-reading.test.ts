/** What is read was there when it was asked for, with as few readings as that takes. */
import { expect, test } from 'vitest';
import { LatestReading } from '../src/latest-reading.ts';

function readings() {
  const open: ((value: number) => void)[] = [];
  const latest = new LatestReading(() => new Promise<number>((resolve) => open.push(resolve)));
  const settle = async (value: number) => {
    open.at(-1)?.(value);
    await new Promise(setImmediate);
  };
  return { latest, open, settle };
}

test('those who ask before a reading begins share it', async () => {
  const { latest, open, settle } = readings();
  const both = Promise.all([latest.take(), latest.take()]);
  await settle(0);
  expect(open).toHaveLength(1);
  await settle(1);
  expect(await both).toEqual([1, 1]);
});

test('those who ask while one is under way share the next, which begins after it', async () => {
  const { latest, open, settle } = readings();
  const first = latest.take();
  await settle(0);
  const others = Promise.all([latest.take(), latest.take()]);
  await new Promise(setImmediate);
  expect(open).toHaveLength(1);
  await settle(1);
  expect(open).toHaveLength(2);
  await settle(2);
  expect([await first, ...(await others)]).toEqual([1, 2, 2]);
});
