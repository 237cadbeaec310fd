/** Chooses which call starts next among the queries of all destinations and the writes, as far as free slots allow. */

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
  /** All queues; the queue that started the latest call is the last one. */
  readonly #queues: DestinationQueue[];

  constructor(options: NextCallsOptions) {
    this.#options = options;
    this.#queues = [...options.queues];
  }

  /** Starts the next query or write. Returns false when none may start now. */
  startOne(): boolean {
    const { concurrency } = this.#options;
    if (!concurrency.hasFreeSlot) return false;
    const mayStart: MayStart = (seeker) => concurrency.admits(seeker);
    if (!concurrency.isShared) return this.#startOne(mayStart);
    return this.#startOne((seeker) => concurrency.prefers(seeker)) || this.#startOne(mayStart);
  }

  /**
   * Yields the waiters of each call, in the order in which the calls will start. Callers take turns; within one turn writes start
   * first, then one call of each queue.
   */
  *waitersInOrder(): Generator<readonly Waiter[]> {
    const { writes, turns } = this.#options;
    const queues = this.#queues.map(({ waiting }) => waiting.calls);
    const maxLength = Math.max(0, ...queues.map(({ length }) => length));
    const calls: { readonly callers: CallerParts; readonly waiters: () => readonly Waiter[] }[] = [];
    for (const write of writes.waiting) calls.push({ callers: write.callers, waiters: () => [write] });
    for (let at = 0; at < maxLength; at++) {
      for (const call of queues.flatMap((queue) => queue[at] ?? [])) {
        calls.push({ callers: call.callers, waiters: () => call.parts.map(({ owner }) => owner) });
      }
    }
    for (const { waiters } of turns.order(calls)) yield waiters();
  }

  #startOne(mayStart: MayStart): boolean {
    const { writes } = this.#options;
    const queues = this.#queuesInOrder(mayStart);
    // A write starts before queries of the same turn.
    const firstTurn = queues[0]?.turn ?? Number.POSITIVE_INFINITY;
    if (writes.turnOfNext(mayStart) <= firstTurn && writes.startNext(mayStart)) return true;
    return queues.some(({ queue }) => this.#startFrom(queue, mayStart)) || writes.startNext(mayStart);
  }

  /** Returns the queues that have a call that may start, by the turn of that call. Within one turn the queues alternate. */
  #queuesInOrder(mayStart: MayStart): { readonly queue: DestinationQueue; readonly turn: number }[] {
    const { breakers, concurrency } = this.#options;
    const mayStartFrom = (queue: DestinationQueue) =>
      breakers.admits(queue.destination) && concurrency.hasFreeSlotFor(queue, this.#queues);
    return this.#queues
      .filter(mayStartFrom)
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
