/** How busy the event loop has been lately. While it is, work that can be done together is: that takes less of it in all. */
import { performance } from 'node:perf_hooks';
import type { Clock } from './clock.ts';

/** Milliseconds that the loop has worked, and that it has waited for work, since its start. */
export interface LoopTimes {
  readonly active: number;
  readonly idle: number;
}

/** Shorter ones would show the one long turn that just was. */
const WINDOW_MS = 100;
/** From this share of the time on, operations wait for each other's work, which sharing more of the calls makes less. */
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

  /** Whether it has had little time to wait since about a tenth of a second ago. */
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
