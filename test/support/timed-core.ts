/** A core on a clock of the test's own, which moves on only while no call is on its way: each takes as long as the test says. */
import { type CoreOptions, startCore, type TestCore } from './core.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { until } from './until.ts';

export interface TimedCore extends TestCore {
  readonly clock: FakeClock;
  /** Moves on by so many milliseconds. */
  pass(ms: number): Promise<void>;
  /** Moves on, from one timer to the next, until the work is done. Resolves to what came of it, and how long it took. */
  finish<T>(work: Promise<T>): Promise<{ readonly result: T; readonly tookMs: number }>;
}

export async function startTimedCore(options: Omit<CoreOptions, 'clock'> = {}): Promise<TimedCore> {
  const clock = new FakeClock();
  // A renewal in the background is no call, so that time would pass while it is on its way.
  const sandbox = { tokenLifetimeSeconds: 24 * 3600, ...options.sandbox };
  const core = await startCore({ ...options, sandbox, clock });
  return Object.assign(core, {
    clock,
    async pass(ms: number) {
      const end = clock.now() + ms;
      do {
        await settleCalls(core);
        await clock.advance(Math.min(clock.nextTimerMs, end - clock.now()));
      } while (clock.now() < end);
      await settleCalls(core);
    },
    async finish<T>(work: Promise<T>) {
      const begun = clock.now();
      const progress = { isOver: false };
      const end = () => {
        progress.isOver = true;
      };
      work.then(end, end);
      await settleCalls(core);
      while (!progress.isOver) {
        if (clock.nextTimerMs === Number.POSITIVE_INFINITY) throw new Error('nothing is left to wait for');
        await clock.advance(clock.nextTimerMs);
        await settleCalls(core);
      }
      return { result: await work, tookMs: clock.now() - begun };
    },
  });
}

/** Until all calls are answered or wait for the clock, and what that set off has been done. */
async function settleCalls(core: TestCore): Promise<void> {
  while (!(await settle()) || core.callsOnTheWay > 0) await until(() => core.callsOnTheWay === 0);
}
