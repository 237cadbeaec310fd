/** Divides long work among turns of the event loop, so that no request waits until all of another one's is done. */
import type { Clock } from './clock.ts';

/** Others wait for a turn's work, and for the step that it ends with; both together stay well below 50 ms. */
const MAX_TURN_MS = 8;

export type Step = () => void;

/** Long work that pauses where others may go on. */
export type Work<T> = Generator<void, T, void>;

/** Does all steps of the work at once. */
export function finishAtOnce<T>(work: Work<T>): T {
  let step = work.next();
  while (step.done !== true) step = work.next();
  return step.value;
}

/** The turns of the process. Work that has to wait goes on in the order in which it came. */
export class TimeSlices {
  readonly #clock: Clock;
  /** Null: nothing was asked yet in this turn. */
  #startedAt: number | null = null;
  #waiting: Step[] = [];
  #isRunning = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether what comes should wait its turn by `next`: the work of this one has lasted long enough, or others wait already. */
  get isOver(): boolean {
    return this.#isRunning || this.#hasLasted;
  }

  /** Calls back when it is the step's turn, perhaps in this very turn of the loop. What it sets off in microtasks belongs to it. */
  next(step: Step): void {
    this.#waiting.push(step);
    if (this.#isRunning) return;
    this.#isRunning = true;
    afterMicrotasks(() => this.#run());
  }

  /**
   * Does all steps of the work, in as many turns as they take. What takes one turn is done at once: no promise delays what follows it.
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

  /** One list of steps after the other: those that come meanwhile wait for the next list. */
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

/** Node runs what is due in the next tick when no microtask is left. */
export function afterMicrotasks(step: Step): void {
  void Promise.resolve().then(() => process.nextTick(step));
}
