import { expect, test } from 'vitest';
import { StopSignals } from '../../src/gateway/stop-signals.ts';
import { FakeClock } from '../support/fake-clock.ts';

test('the first signal drains, what a terminal and npm send once more is nothing, and a later one ends', () => {
  const clock = new FakeClock();
  const signals = new StopSignals(clock);
  expect(signals.receive()).toBe('drain');
  expect(signals.receive()).toBe('none');
  clock.tick(200);
  expect(signals.receive()).toBe('none');
  clock.tick(1);
  expect(signals.receive()).toBe('end');
});
