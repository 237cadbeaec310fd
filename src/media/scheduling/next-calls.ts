/** Which call starts next: of all destinations' queries and of the writes, as far as slots let it. */

import type { CallerParts, CallerTurns } from '../fairness/caller-turns.ts';
import type { ConcurrencyLimiter, MayStart } from '../fairness/concurrency-limiter.ts';
import type { CircuitBreakers } from '../resilience/circuit-breakers.ts';
import type { Waiter } from '../resilience/rate-limiter.ts';
import type { DestinationQueue } from './destination-queue.ts';
import type { UpstreamCall } from './upstream-call.ts';
import type { WriteQueue } from './write-queue.ts';

export interface NextCallsOptions {
  readonly queues: readonly DestinationQueue[];
  readonly writes: WriteQueue;
  readonly turns: CallerTurns;
  readonly concurrency: ConcurrencyLimiter;
  readonly breakers: CircuitBreakers;
  readonly send: (queue: DestinationQueue, call: UpstreamCall) => void;
}

export class NextCalls {
  readonly #options: NextCallsOptions;
  /** All queues; the one that sent a call last comes last. */
  readonly #queues: DestinationQueue[];

  constructor(options: NextCallsOptions) {
    this.#options = options;
    this.#queues = [...options.queues];
  }

  /** Starts the next call, or the next write. False when none may start now. */
  startOne(): boolean {
    const { concurrency } = this.#options;
    if (!concurrency.hasFreeSlot) return false;
    const mayStart: MayStart = (seeker) => concurrency.admits(seeker);
    if (!concurrency.isShared) return this.#startOne(mayStart);
    return this.#startOne((seeker) => concurrency.prefers(seeker)) || this.#startOne(mayStart);
  }

  /**
   * Those who wait for each call, in the order in which calls will start: callers take turns, and in one turn writes go first, and
   * then one call of each queue.
   */
  *waitersInTurn(): Generator<readonly Waiter[]> {
    const { writes, turns } = this.#options;
    const queues = this.#queues.map(({ waiting }) => waiting.calls);
    const longest = Math.max(0, ...queues.map(({ length }) => length));
    const calls: { readonly callers: CallerParts; readonly waiters: () => readonly Waiter[] }[] = [];
    for (const write of writes.waiting) calls.push({ callers: write.callers, waiters: () => [write] });
    for (let at = 0; at < longest; at++) {
      for (const call of queues.flatMap((ofQueue) => ofQueue[at] ?? [])) {
        calls.push({ callers: call.callers, waiters: () => call.parts.map(({ owner }) => owner) });
      }
    }
    for (const { waiters } of turns.order(calls)) yield waiters();
  }

  #startOne(mayStart: MayStart): boolean {
    const { writes } = this.#options;
    const queues = this.#queuesInTurn(mayStart);
    // A write goes before queries of the same turn.
    const first = queues[0]?.turn ?? Number.POSITIVE_INFINITY;
    if (writes.turnOfNext(mayStart) <= first && writes.startNext(mayStart)) return true;
    return queues.some(({ queue }) => this.#startFrom(queue, mayStart)) || writes.startNext(mayStart);
  }

  /** Those that have a call that may start; in one turn of callers the queues take turns, a call each. */
  #queuesInTurn(mayStart: MayStart): { readonly queue: DestinationQueue; readonly turn: number }[] {
    const { breakers, concurrency } = this.#options;
    const mayHave = (queue: DestinationQueue) =>
      breakers.admits(queue.destination) && concurrency.hasFreeSlotFor(queue, this.#queues);
    return this.#queues
      .filter(mayHave)
      .map((queue) => ({ queue, turn: queue.turnOfNext(mayStart) }))
      .filter(({ turn }) => Number.isFinite(turn))
      .sort((a, b) => a.turn - b.turn);
  }

  #startFrom(queue: DestinationQueue, mayStart: MayStart): boolean {
    const call = queue.startNext(mayStart);
    if (call === undefined) return false;
    this.#options.concurrency.acquire(call);
    this.#queues.push(...this.#queues.splice(this.#queues.indexOf(queue), 1));
    this.#options.send(queue, call);
    return true;
  }
}
