/** Long work is divided among turns of the event loop, and what one operation needs is still loaded together. */
import { describe, expect, test } from 'vitest';
import type { Clock } from '../src/clock.ts';
import { OperationSlices } from '../src/operation-slices.ts';
import { TimeSlices, type Work } from '../src/time-slices.ts';
import { FakeClock } from './support/fake-clock.ts';
import { startTestGateway } from './support/gateway.ts';
import { byRecordNumber, chartDocument } from './support/own-chart.ts';

/** Every look at it takes as long as a piece of work: `stepMs`. */
class WorkingClock extends FakeClock {
  turns = 0;
  stepMs = 1;
  #isCounting = false;

  override now(): number {
    this.tick(this.stepMs);
    return super.now();
  }

  /** Counts the turns of the real loop in which something is done. */
  override setImmediate(callback: () => void): void {
    if (!this.#isCounting) {
      this.#isCounting = true;
      super.setImmediate(() => {
        this.#isCounting = false;
        this.turns += 1;
      });
    }
    super.setImmediate(callback);
  }
}

const run = (turns: TimeSlices, steps: number) =>
  Promise.all(Array.from({ length: steps }, () => new Promise<void>((resolve) => turns.next(resolve))));

describe('work', () => {
  function* count(to: number): Work<number> {
    for (let at = 0; at < to; at += 1) yield;
    return to;
  }

  test('that takes one turn is done at once', () => {
    expect(new TimeSlices(new FakeClock()).finish(count(1000))).toBe(1000);
  });

  test('that takes several goes on in the next ones, and leaves the loop to others in between', async () => {
    const clock = new WorkingClock();
    const working = new TimeSlices(clock).finish(count(100));
    expect(working).toBeInstanceOf(Promise);
    expect(await working).toBe(100);
    expect(clock.turns).toBeGreaterThan(5);
  });
});

describe('steps', () => {
  test('run in the order in which they came, those that come meanwhile last', async () => {
    const [turns, order] = [new TimeSlices(new FakeClock()), [] as string[]];
    const done = Promise.withResolvers<void>();
    turns.next(() => {
      order.push('first');
      turns.next(() => {
        order.push('from within');
        done.resolve();
      });
    });
    turns.next(() => order.push('second'));
    await done.promise;
    expect(order).toEqual(['first', 'second', 'from within']);
  });

  test('that take no time run in one turn; those that take long in several', async () => {
    const [quick, slow] = [new WorkingClock(), new WorkingClock()];
    quick.stepMs = 0;
    await run(new TimeSlices(quick), 100);
    await run(new TimeSlices(slow), 100);
    expect(quick.turns).toBe(1);
    // Eight milliseconds a turn.
    expect(slow.turns).toBeGreaterThan(10);
    expect(slow.turns).toBeLessThan(15);
  });

  test('leave the loop to others in between', async () => {
    const turns = new TimeSlices(new WorkingClock());
    let [others, isOver] = [0, false];
    const look = () => {
      others += 1;
      if (!isOver) setImmediate(look);
    };
    setImmediate(look);
    await run(turns, 200);
    isOver = true;
    expect(others).toBeGreaterThan(10);
  });
});

test('what is loaded waits for all that waits its turn, and for nothing of another operation', async () => {
  const turns = new TimeSlices(new WorkingClock());
  const [one, other] = [new OperationSlices(turns), new OperationSlices(turns)];
  const order: string[] = [];
  const waits = Array.from({ length: 30 }, () => one.next().then(() => order.push('one')));
  const loaded = (operation: OperationSlices, name: string) =>
    new Promise<void>((resolve) => {
      operation.whenNoneWaits(() => {
        order.push(name);
        resolve();
      });
    });
  await Promise.all([...waits, loaded(one, 'one loads'), loaded(other, 'other loads')]);
  expect(order.at(-1)).toBe('one loads');
  expect(order.indexOf('other loads')).toBeLessThan(order.indexOf('one loads'));
});

test('a list of patients that takes many turns costs the calls of one that takes one', async () => {
  const names = Array.from({ length: 200 }, (_, at) => `n${at}`);
  const charts = names.map((name) => chartDocument(name));
  const ask = async (clock: Clock) => {
    await using gateway = await startTestGateway({ charts }, {}, clock);
    const { data, errors } = await gateway.ask(
      'query ($patients: [PatientInput!]!) { patients(patients: $patients) { media { nodes { documentId patient { media { totalCount } } } } } }',
      { patients: names.map(byRecordNumber) },
    );
    expect(errors).toEqual([]);
    return { data, calls: gateway.redox.callCount };
  };
  const clock = new WorkingClock();
  const slow = await ask(clock);
  expect(clock.turns).toBeGreaterThan(20);
  expect(slow).toEqual(await ask(new FakeClock()));
  expect(slow.calls).toBe(2);
});
