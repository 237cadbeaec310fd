/** Writes that wait for a slot and the quota. They go one by one, in the order in which they came, before queries. */
import { GatewayError } from '../errors.ts';
import type { QuotaGovernor } from './governor.ts';
import type { Slots } from './slots.ts';

interface Waiting {
  /** In the scheduler's time. */
  readonly deadline: number;
  readonly start: () => void;
  readonly fail: (error: GatewayError) => void;
}

export class WriteQueue {
  readonly #slots: Slots;
  readonly #governor: QuotaGovernor;
  readonly #onEnd: () => void;
  #waiting: Waiting[] = [];

  /** `onEnd`: a slot is free again. */
  constructor(slots: Slots, governor: QuotaGovernor, onEnd: () => void) {
    this.#slots = slots;
    this.#governor = governor;
    this.#onEnd = onEnd;
  }

  /**
   * Resolves to what `send` does, once it may go. @throws RATE_LIMITED when it would wait beyond its deadline, and the
   * signal's reason when that ends the wait.
   */
  async add<T>(send: () => Promise<T>, deadline: number, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const turn = Promise.withResolvers<void>();
    const waiting = { deadline, start: turn.resolve, fail: turn.reject };
    const leave = () => {
      this.#waiting = this.#waiting.filter((one) => one !== waiting);
      turn.reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#waiting.push(waiting);
    this.#onEnd();
    await turn.promise.finally(() => signal.removeEventListener('abort', leave));
    const permit = this.#governor.start();
    try {
      return await send();
    } finally {
      permit.end();
      this.#slots.giveBack(false);
      this.#onEnd();
    }
  }

  /** Lets the first go, if there is one and a slot for it. */
  startNext(): boolean {
    if (this.#waiting.length === 0 || !this.#slots.hasOne) return false;
    this.#slots.take(false);
    this.#waiting.shift()?.start();
    return true;
  }

  /** Refuses who would wait too long for the quota. */
  refuseLate({ now, firstTurn }: { readonly now: number; readonly firstTurn: number }): void {
    const retryAfterSeconds = Math.ceil((firstTurn - now) / 1000);
    const late = this.#waiting.filter(({ deadline }) => deadline < firstTurn);
    this.#waiting = this.#waiting.filter((one) => !late.includes(one));
    for (const { fail } of late) {
      fail(new GatewayError('RATE_LIMITED', { retryable: true, retryAfterSeconds }));
    }
  }
}
