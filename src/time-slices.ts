/** Divides long work into time slices of the event loop, so that no request waits until all the work of another one is done. */
import type { Clock } from './clock.ts';

/** Other requests wait for one slice, and for its last step; both together stay well below 50 ms. */
const MAX_TURN_MS = 8;

export type Step = () => void;

/** Long work that yields where it may be interrupted. */
export type Work<T> = Generator<void, T, void>;

/** Does all steps of the work at once. */
export function finishAtOnce<T>(work: Work<T>): T {
  let step = work.next();
  while (step.done !== true) step = work.next();
  return step.value;
}

/** The time slices of the process. Work that waits for a slice continues in the order of its arrival. */
export class TimeSlices {
  readonly #clock: Clock;
  /** When the current slice began; null: its time has not been measured yet in this turn of the event loop. */
  #startedAt: number | null = null;
  #waiting: Step[] = [];
  #isRunning = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Whether new work should wait for its slice by `next`: the current slice has lasted long enough, or other work waits already.
   */
  get isOver(): boolean {
    return this.#isRunning || this.#hasLasted;
  }

  /**
   * Calls back when the slice of the step begins, perhaps in this very turn of the event loop. Microtasks that the step starts
   * belong to its slice.
   */
  next(step: Step): void {
    this.#waiting.push(step);
    if (this.#isRunning) return;
    this.#isRunning = true;
    afterMicrotasks(() => this.#run());
  }

  /**
   * Does all steps of the work, in as many slices as they take. Work that fits into one slice is done synchronously: no promise
   * delays what follows it.
   */
  finish<T>(work: Work<T>): T | Promise<T> {
    for (let step = work.next(); ; step = work.next()) {
      if (step.done === true) return step.value;
      if (this.isOver) return this.#finishLater(work);
    }
  }

  async #finishLater<T>(work: Work<T>): Promise<T> {
    for (;;) {
      await new Promise<void>((resolve) => this.next(resolve));
      do {
        const step = work.next();
        if (step.done === true) return step.value;
      } while (!this.isOver);
    }
  }

  get #hasLasted(): boolean {
    const now = this.#clock.now();
    if (this.#startedAt === null) {
      this.#startedAt = now;
      this.#clock.setImmediate(() => {
        this.#startedAt = null;
      });
    }
    return now - this.#startedAt >= MAX_TURN_MS;
  }

  /** Runs one list of steps after the other: steps that arrive meanwhile wait for the next list. */
  #run(steps = this.#take(), at = 0): void {
    const step = steps[at];
    if (step === undefined) {
      if (this.#waiting.length > 0) this.#run();
      else this.#isRunning = false;
      return;
    }
    if (this.#hasLasted) {
      this.#clock.setImmediate(() => this.#run(steps, at));
      return;
    }
    step();
    afterMicrotasks(() => this.#run(steps, at + 1));
  }

  #take(): readonly Step[] {
    const steps = this.#waiting;
    this.#waiting = [];
    return steps;
  }
}

/** Node runs the next-tick queue when no microtask is left. */
export function afterMicrotasks(step: Step): void {
  void Promise.resolve().then(() => process.nextTick(step));
}
