/** Writes that wait for a slot and the quota. They go one by one, in the order in which they came, before queries. */
import { GatewayError } from '../../errors.ts';
import type { Identifier } from '../../redox/messages.ts';
import type { QuotaGovernor } from '../resilience/governor.ts';
import { unavailable } from '../resilience/guard.ts';
import type { Slots } from './slots.ts';

export interface QueuedWrite<T> {
  readonly send: () => Promise<T>;
  /** Whether its destinations may be asked. */
  readonly admits: () => boolean;
  /** In the scheduler's time. */
  readonly deadline: number;
  readonly signal: AbortSignal;
}

export interface WriteOptions extends Pick<QueuedWrite<unknown>, 'deadline' | 'signal'> {
  /** Whom it is about: questions about this patient wait until it is answered. */
  readonly patient: readonly Identifier[];
}

interface Waiting extends Pick<QueuedWrite<unknown>, 'admits' | 'deadline'> {
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
   * Resolves to what `send` does, once it may go. @throws RATE_LIMITED when it would wait beyond its deadline,
   * UPSTREAM_UNAVAILABLE when a destination may not be asked at its turn, the signal's reason when that ends the wait.
   */
  async add<T>({ send, signal, ...write }: QueuedWrite<T>): Promise<T> {
    signal.throwIfAborted();
    const turn = Promise.withResolvers<T>();
    const waiting = { ...write, start: () => turn.resolve(this.#run(send)), fail: turn.reject };
    const leave = () => {
      this.#waiting = this.#waiting.filter((one) => one !== waiting);
      turn.reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#waiting.push(waiting);
    this.#onEnd();
    return turn.promise.finally(() => signal.removeEventListener('abort', leave));
  }

  /** Lets the first go, if there is one and a slot for it. What starts counts at once: the next one depends on it. */
  startNext(): boolean {
    const [first] = this.#waiting;
    if (first === undefined || !this.#slots.hasOne) return false;
    this.#waiting.shift();
    if (first.admits()) first.start();
    else first.fail(unavailable());
    return true;
  }

  async #run<T>(send: () => Promise<T>): Promise<T> {
    this.#slots.take(false);
    const permit = this.#governor.start();
    try {
      return await send();
    } finally {
      permit.end();
      this.#slots.giveBack(false);
      this.#onEnd();
    }
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
