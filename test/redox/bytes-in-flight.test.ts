/** All replies being received hold no more than they may together, whoever stalls. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { BytesInFlight } from '../../src/redox/bytes-in-flight.ts';

async function isHeld(room: Promise<void> | undefined): Promise<boolean> {
  if (room === undefined) return false;
  let held = true;
  void room.then(() => {
    held = false;
  });
  await sleep(0);
  return held;
}

describe('replies of up to 40 within 100', () => {
  const start = () => new BytesInFlight(100, 40);

  it('come at once as long as there is room for one more whole one', () => {
    const bytes = start();
    const [a, b] = [bytes.open(), bytes.open()];
    expect([a.add(30), b.add(30)]).toEqual([undefined, undefined]);
  });

  it('then wait but for the longest, and go on one by one as others end', async () => {
    const bytes = start();
    const [a, b, c] = [bytes.open(), bytes.open(), bytes.open()];
    a.add(30);
    b.add(25);
    const waiting = { b: b.add(10), c: c.add(5) };
    // b has become the longest.
    expect([await isHeld(waiting.b), await isHeld(waiting.c)]).toEqual([false, true]);
    const room = a.add(1);
    expect(await isHeld(room)).toBe(true);
    b.close();
    expect([await isHeld(room), await isHeld(waiting.c)]).toEqual([false, false]);
  });

  it('are not held up by one that stalls at its beginning', async () => {
    const bytes = start();
    const stalled = bytes.open();
    stalled.add(1);
    const others = [bytes.open(), bytes.open()];
    for (const one of others) one.add(29);
    const room = others[0]?.add(5);
    expect(await isHeld(room)).toBe(false);
    others[0]?.close();
    expect(await isHeld(others[1]?.add(5))).toBe(false);
  });

  it('that end waiting leave nothing behind', () => {
    const bytes = start();
    for (let at = 0; at < 1000; at += 1) {
      const [a, b] = [bytes.open(), bytes.open()];
      a.add(40);
      b.add(39);
      b.close();
      a.close();
    }
    expect(bytes.open().add(60)).toBeUndefined();
  });
});

it('a bound below one message lets one come at a time', async () => {
  const bytes = new BytesInFlight(10, 40);
  const [a, b] = [bytes.open(), bytes.open()];
  a.add(5);
  const room = b.add(4);
  expect([await isHeld(a.add(30)), await isHeld(room)]).toEqual([false, true]);
  a.close();
  expect(await isHeld(room)).toBe(false);
});
