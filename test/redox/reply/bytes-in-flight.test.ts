/** All replies being received hold no more than they may together, whichever caller stalls. */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { BytesInFlight } from '../../../src/redox/reply/bytes-in-flight.ts';

async function isHeld(room: Promise<void> | undefined): Promise<boolean> {
  if (room === undefined) return false;
  let held = true;
  void room.then(() => {
    held = false;
  });
  await turn();
  return held;
}

describe('replies of up to 40 bytes, within 100', () => {
  const start = () => new BytesInFlight(100, 40);

  it('come at once as long as there is room for one more whole one', () => {
    const bytes = start();
    const [a, b] = [bytes.open(), bytes.open()];
    expect([a.hold(30), b.hold(30)]).toEqual([undefined, undefined]);
  });

  it('then wait but for the longest, and go on one by one as others end', async () => {
    const bytes = start();
    const [a, b, c] = [bytes.open(), bytes.open(), bytes.open()];
    a.hold(30);
    b.hold(25);
    const waiting = { b: b.hold(35), c: c.hold(5) };
    // b has become the longest.
    expect([await isHeld(waiting.b), await isHeld(waiting.c)]).toEqual([false, true]);
    const room = a.hold(31);
    expect(await isHeld(room)).toBe(true);
    b.close();
    expect([await isHeld(room), await isHeld(waiting.c)]).toEqual([false, false]);
  });

  it('are not held up by one that stalls at its beginning', async () => {
    const bytes = start();
    const stalled = bytes.open();
    stalled.hold(1);
    const others = [bytes.open(), bytes.open()];
    for (const one of others) one.hold(29);
    const room = others[0]?.hold(34);
    expect(await isHeld(room)).toBe(false);
    others[0]?.close();
    expect(await isHeld(others[1]?.hold(34))).toBe(false);
  });

  it('that hold nothing never wait, and those that let go make room', async () => {
    const bytes = start();
    const [a, b] = [bytes.open(), bytes.open()];
    expect(await isHeld(a.hold(40))).toBe(false);
    const room = b.hold(30);
    expect(await isHeld(room)).toBe(true);
    expect(bytes.open().hold(0)).toBeUndefined();
    a.hold(10);
    expect(await isHeld(room)).toBe(false);
  });

  it('that end waiting leave nothing behind', () => {
    const bytes = start();
    for (let at = 0; at < 1000; at += 1) {
      const [a, b] = [bytes.open(), bytes.open()];
      a.hold(40);
      b.hold(39);
      b.close();
      a.close();
    }
    expect(bytes.open().hold(60)).toBeUndefined();
  });
});

it('a bound below one message lets one come at a time', async () => {
  const bytes = new BytesInFlight(10, 40);
  const [a, b] = [bytes.open(), bytes.open()];
  a.hold(5);
  const room = b.hold(4);
  expect([await isHeld(a.hold(35)), await isHeld(room)]).toEqual([false, true]);
  a.close();
  expect(await isHeld(room)).toBe(false);
});
