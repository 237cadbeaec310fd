/** How busy the event loop is, by what it says of itself. */
import { expect, test } from 'vitest';
import { EventLoopLoad } from '../src/event-loop-load.ts';
import { FakeClock } from './support/fake-clock.ts';

function startLoop() {
  const clock = new FakeClock();
  const times = { active: 1000, idle: 9000 };
  const load = new EventLoopLoad(clock, () => ({ ...times }));
  return {
    load,
    pass(active: number, idle: number) {
      times.active += active;
      times.idle += idle;
      clock.tick(active + idle);
    },
  };
}

test('it is busy while it has worked for most of the last time, whatever it did before', () => {
  const { load, pass } = startLoop();
  expect(load.isBusy).toBe(false);
  pass(80, 20);
  expect(load.isBusy).toBe(true);
  pass(50, 50);
  expect(load.isBusy).toBe(false);
});

test('one long turn says nothing yet', () => {
  const { load, pass } = startLoop();
  pass(40, 0);
  expect(load.isBusy).toBe(false);
  pass(20, 50);
  expect(load.isBusy).toBe(false);
  pass(90, 0);
  expect(load.isBusy).toBe(false);
  pass(10, 0);
  expect(load.isBusy).toBe(true);
});
