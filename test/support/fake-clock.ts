/** A clock that stands still until the test moves it, and the order in which things happen when it does. */
import { performance } from 'node:perf_hooks';
import { setTimeout as realSleep, setImmediate as turn } from 'node:timers/promises';
import type { Clock, Timer } from '../../src/clock.ts';

/** A round trip on loopback is over well before; what goes on for longer, the test waits for by its cause. */
const MAX_TURNS = 200;
const QUIET_TURNS = 5;
/** Of `advanceUntil`: the shortest pause before a repeated call is longer, and no deadline is near. */
const STEP_MS = 5;

export class FakeClock implements Clock {
  #now = 1_000_000;
  /** Of another size than `now`, so that a mix-up of both is seen. */
  #wallTime: number;
  readonly #timers = new Set<FakeTimer>();
  #isMoving = false;

  constructor(wallTime = Date.UTC(2026, 2, 4)) {
    this.#wallTime = wallTime;
  }

  now(): number {
    return this.#now;
  }

  wallTime(): number {
    return this.#wallTime;
  }

  setTimeout(callback: () => void, ms: number): Timer {
    const timer = new FakeTimer(callback, this.#now + Math.max(0, ms), this.#timers);
    this.#timers.add(timer);
    return timer;
  }

  clearTimeout(timer: Timer | undefined): void {
    timer?.[Symbol.dispose]();
  }

  /** At the end of the real turn: it is an order, not a time, and HTTP on loopback needs real turns too. */
  setImmediate(callback: () => void): void {
    setImmediate(callback);
  }

  /** In how many milliseconds the next timer is due; infinite when none is set. */
  get nextTimerMs(): number {
    return Math.min(...[...this.#timers].map(({ dueAt }) => dueAt - this.#now));
  }

  /**
   * Moves on by `ms`, which may be 0. Timers that become due meanwhile run one after the other, in the order of their
   * times, when the clock shows it, and those of one moment in one turn, as Node runs them; after each moment, what they set
   * off goes on as `settle` says.
   */
  async advance(ms: number): Promise<void> {
    if (this.#isMoving) throw new Error('the clock is moving already: await it');
    this.#isMoving = true;
    try {
      const until = this.#now + ms;
      await settle();
      for (let due = this.#dueUntil(until); due.length > 0; due = this.#dueUntil(until)) {
        this.#moveTo(due[0]?.dueAt ?? until);
        // Between immediates come microtasks, but nothing from outside.
        await Promise.all(due.map(runInNextTurn));
        await settle();
      }
      this.#moveTo(until);
    } finally {
      this.#isMoving = false;
    }
  }

  /**
   * Moves on, a little at a time, until `outcome` is settled: for what takes a moment or two of the gateway's time, such as
   * a repeated call. Between the steps real time passes, so that the network keeps up with the clock. After `withinMs` in
   * all the clock stands still, and `outcome` must be settled without more of its time.
   */
  async advanceUntil<T>(outcome: Promise<T>, withinMs = Number.POSITIVE_INFINITY): Promise<T> {
    const until = this.#now + withinMs;
    let isSettled = false;
    const settled = () => {
      isSettled = true;
    };
    outcome.then(settled, settled);
    while (!isSettled) {
      await this.advance(Math.min(STEP_MS, until - this.#now));
      await realSleep(1);
    }
    return outcome;
  }

  /** As `advance`, in one step: for parts that do nothing but ask the time and set timers. */
  tick(ms: number): void {
    const until = this.#now + ms;
    for (let due = this.#dueUntil(until); due.length > 0; due = this.#dueUntil(until)) {
      this.#moveTo(due[0]?.dueAt ?? until);
      for (const timer of due) timer.run();
    }
    this.#moveTo(until);
  }

  /** The machine's clock is corrected; no timer minds. */
  setWallTime(ms: number): void {
    this.#wallTime = ms;
  }

  /** The next timers, all of one moment, if that comes by then; in the order in which they were set. */
  #dueUntil(time: number): readonly FakeTimer[] {
    const next = Math.min(...[...this.#timers].map(({ dueAt }) => dueAt));
    return next > time ? [] : [...this.#timers].filter(({ dueAt }) => dueAt === next);
  }

  #moveTo(time: number): void {
    if (!(time >= this.#now)) throw new Error('time does not run backwards');
    this.#wallTime += time - this.#now;
    this.#now = time;
  }
}

class FakeTimer implements Timer {
  readonly dueAt: number;
  readonly #callback: () => void;
  readonly #timers: Set<FakeTimer>;

  constructor(callback: () => void, dueAt: number, timers: Set<FakeTimer>) {
    this.#callback = callback;
    this.dueAt = dueAt;
    this.#timers = timers;
  }

  /** Unless it has been cleared. */
  run(): void {
    if (this.#timers.delete(this)) this.#callback();
  }

  /** It never keeps a process alive. */
  unref(): this {
    return this;
  }

  [Symbol.dispose](): void {
    this.#timers.delete(this);
  }
}

function runInNextTurn(timer: FakeTimer): Promise<void> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      try {
        resolve(timer.run());
      } catch (error) {
        reject(error);
      }
    });
  });
}

/**
 * Lets what is under way in this process go on without any time passing: microtasks, immediates, and requests on loopback,
 * until for some turns of the event loop nothing has come from outside. What another thread or process does is not waited
 * for (signing a token is another thread's): await its outcome, or `until`. False when it went on for too long to see the end.
 */
export async function settle(): Promise<boolean> {
  let quiet = 0;
  for (let turns = 0; quiet < QUIET_TURNS && turns < MAX_TURNS; turns++) {
    const { events } = performance.nodeTiming.uvMetricsInfo;
    await turn();
    quiet = performance.nodeTiming.uvMetricsInfo.events === events ? quiet + 1 : 0;
  }
  return quiet >= QUIET_TURNS;
}
