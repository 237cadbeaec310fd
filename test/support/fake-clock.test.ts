/** The clock of tests runs timers as Node's would, when the test says so. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { portOf } from '../redox/upstream.ts';
import { FakeClock } from './fake-clock.ts';

test('timers run at their time, those of one moment in the order in which they were set, and cleared ones never', async () => {
  const clock = new FakeClock();
  const start = clock.now();
  const runs: [string, number][] = [];
  const note = (name: string) => () => void runs.push([name, clock.now() - start]);
  clock.setTimeout(note('late'), 30);
  clock.setTimeout(note('early'), 10);
  clock.setTimeout(note('early too'), 10);
  clock.clearTimeout(clock.setTimeout(note('cleared'), 10));
  clock.setTimeout(() => clock.setTimeout(note('set by another'), 5), 20);
  await clock.advance(29);
  expect(clock.nextTimerMs).toBe(1);
  clock.tick(1);
  expect(runs).toEqual([
    ['early', 10],
    ['early too', 10],
    ['set by another', 25],
    ['late', 30],
  ]);
  expect([clock.now() - start, clock.nextTimerMs]).toEqual([30, Number.POSITIVE_INFINITY]);
});

test('a timer that one of the same moment clears, though by a promise, does not run', async () => {
  const clock = new FakeClock();
  const runs: string[] = [];
  clock.setTimeout(() => void Promise.resolve().then(() => clock.clearTimeout(second)), 10);
  const second = clock.setTimeout(() => void runs.push('second'), 10);
  await clock.advance(10);
  expect(runs).toEqual([]);
});

test('what a timer sets off on loopback is over before the next one runs', async () => {
  const clock = new FakeClock();
  const server = createServer((_, response) => response.end('answer')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const events: string[] = [];
  const url = `http://127.0.0.1:${portOf(server.address())}`;
  clock.setTimeout(() => void fetch(url).then(async (answer) => events.push(await answer.text())), 1);
  clock.setTimeout(() => void events.push('next'), 2);
  await clock.advance(2);
  expect(events).toEqual(['answer', 'next']);
  server.closeAllConnections();
  server.close();
});

test('both times move by the same, and the wall clock alone may be corrected', async () => {
  const clock = new FakeClock();
  const [now, wallTime] = [clock.now(), clock.wallTime()];
  await clock.advance(5);
  expect([clock.now() - now, clock.wallTime() - wallTime]).toEqual([5, 5]);
  clock.setWallTime(wallTime - 1000);
  expect(clock.now() - now).toBe(5);
  await expect(clock.advance(-1)).rejects.toThrow('backwards');
});

test('immediates are real: they need no time', async () => {
  const clock = new FakeClock();
  let hasRun = false;
  clock.setImmediate(() => {
    hasRun = true;
  });
  await turn();
  expect(hasRun).toBe(true);
});
