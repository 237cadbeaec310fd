/** A peer is waited for as long as it moves 240 kB in 15 s of waiting; other waits are not its own. */
import { beforeEach, expect, test } from 'vitest';
import { LeastThroughput, SlowPeer } from '../../src/http/least-throughput.ts';
import { FakeClock } from '../support/fake-clock.ts';

let clock: FakeClock;
let moved: number;
let pace: LeastThroughput;
beforeEach(() => {
  clock = new FakeClock();
  moved = 0;
  pace = new LeastThroughput(clock, () => moved);
});

/** A wait that ends after so long, with the bytes that come then. */
async function wait(ms: number, bytes: number): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const outcome = pace.wait(promise).catch((error: unknown) => error);
  clock.tick(ms);
  moved += bytes;
  resolve();
  return outcome;
}

const repeat = async (count: number, once: () => Promise<unknown>) => {
  for (let at = 0; at < count; at += 1) if ((await once()) instanceof SlowPeer) return at;
  return null;
};

test('silence ends after 15 s', async () => {
  expect(await wait(14_999, 1)).toBeUndefined();
  expect(await wait(1, 0)).toBeInstanceOf(SlowPeer);
});

test('a drip ends as silence does: a byte each 100 ms', async () => {
  expect(await repeat(1000, () => wait(100, 1))).toBe(149);
});

test('16 kB/s may go on for ever, and a little less may not', async () => {
  expect(await repeat(1000, () => wait(1000, 17_200))).toBeNull();
  expect(await repeat(1000, () => wait(1000, 15_000))).not.toBeNull();
});

test('one wait in which enough moves goes on, until nothing does', async () => {
  const outcome = pace.wait(new Promise(() => undefined)).catch((error: unknown) => error);
  let isOver = false;
  void outcome.then(() => {
    isOver = true;
  });
  for (let window = 0; window < 10; window += 1) {
    moved += 240_000;
    clock.tick(15_000);
    await Promise.resolve();
  }
  expect(isOver).toBe(false);
  clock.tick(15_000);
  expect(await outcome).toBeInstanceOf(SlowPeer);
});

test('time in which something else is awaited does not count', async () => {
  for (let round = 0; round < 10; round += 1) {
    expect(await wait(1000, 1)).toBeUndefined();
    clock.tick(60_000);
  }
  expect(await wait(5000, 1)).toBeInstanceOf(SlowPeer);
});

test('the failure of a wait is its own', async () => {
  await expect(pace.wait(Promise.reject(new Error('reset')))).rejects.toThrow('reset');
  expect(clock.nextTimerMs).toBe(Number.POSITIVE_INFINITY);
});
