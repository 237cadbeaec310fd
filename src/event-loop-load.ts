/**
 * Measures how busy the event loop has been recently. While it is busy, operations wait for each other and share work, which
 * costs less CPU in total.
 */
import { performance } from 'node:perf_hooks';
import type { Clock } from './clock.ts';

/** Milliseconds that the loop has spent working, and waiting for work, since its start. */
export interface LoopTimes {
  readonly active: number;
  readonly idle: number;
}

/** A shorter window would only show the one long turn that has just ended. */
const WINDOW_MS = 100;
/** Above this utilisation, operations wait for each other, so that they share more calls and cost less work. */
const BUSY = 0.7;

export class EventLoopLoad {
  readonly #clock: Clock;
  readonly #read: () => LoopTimes;
  #before: LoopTimes;
  #readAt: number;
  #isBusy = false;

  constructor(clock: Clock, read: () => LoopTimes = () => performance.eventLoopUtilization()) {
    this.#clock = clock;
    this.#read = read;
    this.#before = read();
    this.#readAt = clock.now();
  }

  /** Whether the utilisation of the last 100 ms or more was above the threshold. */
  get isBusy(): boolean {
    const now = this.#clock.now();
    if (now - this.#readAt < WINDOW_MS) return this.#isBusy;
    const { active, idle } = this.#read();
    const [worked, waited] = [active - this.#before.active, idle - this.#before.idle];
    this.#isBusy = worked > (worked + waited) * BUSY;
    this.#before = { active, idle };
    this.#readAt = now;
    return this.#isBusy;
  }
}
