/**
 * Decides when calls are sent, for all operations of the process. While slots are free and the quota allows it, calls are sent at
 * the end of the tick; otherwise needs gather and are planned together.
 */

import type { Clock, Timer } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import type { IncidentKind } from '../events.ts';
import { CallerTurns } from '../fairness/caller-turns.ts';
import { ConcurrencyLimiter } from '../fairness/concurrency-limiter.ts';
import type { DestinationAlias } from '../model/keys.ts';
import type { Need } from '../model/need.ts';
import { WriteFence } from '../ordering/write-fence.ts';
import { CircuitBreakers, createUnavailableError } from '../resilience/circuit-breakers.ts';
import { LearnedLimits } from '../resilience/learned-limits.ts';
import { RateLimiter } from '../resilience/rate-limiter.ts';
import { CallSender } from './call-sender.ts';
import { DestinationQueue } from './destination-queue.ts';
import { NextCalls } from './next-calls.ts';
import type { PendingNeed, PendingNeedOptions } from './pending-need.ts';
import type { SchedulerOptions } from './scheduler-options.ts';
import { SlowCallWatch } from './slow-call-watch.ts';
import type { UpstreamCall } from './upstream-call.ts';
import { type WriteOptions, WriteQueue } from './write-queue.ts';

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #clock: Clock;
  readonly #queues: Map<string, DestinationQueue>;
  /** The turns of callers, for the queries of all queues and for writes. */
  readonly #turns = new CallerTurns();
  readonly #nextCalls: NextCalls;
  readonly #rateLimiter: RateLimiter;
  readonly #breakers: CircuitBreakers;
  readonly #concurrency: ConcurrencyLimiter;
  readonly #writes: WriteQueue;
  readonly #slowCalls: SlowCallWatch;
  readonly #sender: CallSender;
  /** Decides which writes needs must wait for, and which earlier answers are too old for them. */
  readonly fence: WriteFence;
  #willDispatch = false;
  /** Calls `#dispatch` when the next call may start. */
  #timer: Timer | undefined;

  constructor(options: SchedulerOptions) {
    const { clock, destinations, rate, events } = options;
    this.#options = options;
    this.#clock = clock;
    this.#rateLimiter = new RateLimiter(rate, clock, options.sharedQuota);
    options.sharedQuota?.onChange(() => this.#dispatchSoon());
    this.#concurrency = new ConcurrencyLimiter(options.concurrency, clock);
    const aliases = [...destinations.keys()];
    this.#breakers = new CircuitBreakers({
      destinations: aliases,
      clock,
      onBreaker: events?.onBreaker?.bind(events),
    });
    this.#writes = new WriteQueue({
      concurrency: this.#concurrency,
      rateLimiter: this.#rateLimiter,
      turns: this.#turns,
      maxWaiting: options.maxWaiting,
      clock,
      onChange: () => this.#dispatchSoon(),
    });
    this.fence = new WriteFence(destinations, options.sharedWriteOrder ?? null, clock);
    this.#queues = new Map(aliases.map((alias) => [alias, this.#createQueue(alias)]));
    const parts = {
      queues: [...this.#queues.values()],
      writes: this.#writes,
      concurrency: this.#concurrency,
      breakers: this.#breakers,
      send: (queue: DestinationQueue, call: UpstreamCall) => void this.#sender.send(queue, call),
    };
    this.#nextCalls = new NextCalls({ ...parts, turns: this.#turns });
    this.#slowCalls = new SlowCallWatch({
      ...parts,
      rateLimiter: this.#rateLimiter,
      clock,
      onChange: () => this.#dispatchSoon(),
    });
    this.#sender = new CallSender(options, {
      ...parts,
      turns: this.#turns,
      rateLimiter: this.#rateLimiter,
      slowCalls: this.#slowCalls,
      onEnd: () => this.#dispatchSoon(),
    });
  }

  #createQueue(destination: DestinationAlias): DestinationQueue {
    const { limits, maxResponseBytes, trustedLone } = this.#options;
    const clock = this.#clock;
    const trustsLone = trustedLone?.has(destination) ?? false;
    const configured = trustsLone ? { ...limits, patients: 1 } : limits;
    return new DestinationQueue({
      destination,
      limits: new LearnedLimits(configured, maxResponseBytes, clock),
      writes: this.fence.orderOf(destination),
      turns: this.#turns,
      clock,
      trustsLone,
      hash: this.#options.hash,
      onUnattributed: () => this.reportUnattributed(destination),
      onAllRefused: () => this.#breakers.recordRefusal(destination, { ofAllPieces: true }),
    });
  }

  /**
   * Submits one need. Needs of equal `batchKey` that arrive in one tick, or wait for a slot, share calls. A need that is covered
   * by calls in flight waits for those calls.
   */
  submit(need: Need, options: PendingNeedOptions): PendingNeed {
    const queue = this.#queues.get(need.destination);
    if (queue === undefined) throw new Error('a need names an unknown destination');
    const pending = queue.createPending(need, options);
    if (!this.#breakers.admits(need.destination)) {
      pending.fail(createUnavailableError());
      this.#reportIncident(queue, 'short-circuited');
    } else if (queue.shares.size < this.#options.maxWaiting || this.#makeRoom(queue, pending)) {
      const writes = this.fence.waitFor(need.destination, pending.queryBox);
      if (writes === null) this.#join(queue, pending);
      else void queue.hold(pending, writes).then((mayJoin) => this.#join(queue, pending, mayJoin));
    }
    return pending;
  }

  /**
   * Called when no more needs may wait. Fails a waiting need of the caller with the most waiting parts, or the new need itself
   * when its caller has its share. Returns whether the new need may wait.
   */
  #makeRoom(queue: DestinationQueue, pending: PendingNeed): boolean {
    const rejected = queue.shares.findNeedToEvict(pending.caller) ?? pending;
    rejected.fail(new GatewayError('OVERLOADED'));
    this.#reportIncident(queue, 'overloaded');
    return rejected !== pending;
  }

  /**
   * Sends a write as soon as a slot is free and the quota allows it. A write is never retried. @throws UPSTREAM_UNAVAILABLE,
   * without sending the write, while a circuit breaker is open; and see `WriteQueue.add`.
   */
  async write<T>(
    destinations: readonly DestinationAlias[],
    send: () => Promise<T>,
    { caller = '', deadline, signal, ...write }: WriteOptions,
  ): Promise<T> {
    const admits = () => destinations.every((alias) => this.#breakers.admits(alias));
    if (!admits()) throw createUnavailableError();
    const sendWatched = () => {
      for (const alias of destinations) this.#queues.get(alias)?.inFlight.retries.recordCall();
      this.#slowCalls.recordStart();
      return this.#breakers.watch(destinations, send);
    };
    const sendInOrder = () => this.fence.send(destinations, write, sendWatched);
    return this.#writes.add({ send: sendInOrder, admits, caller, deadline, signal });
  }

  /** Reports a need that failed because no reply shows which documents belong to it. */
  reportUnattributed(destination: DestinationAlias): void {
    this.#options.events?.onIncident?.({ destination, kind: 'unattributed' });
  }

  /** The clock that all times of the scheduler are read from. */
  get clock(): Clock {
    return this.#options.clock;
  }

  /** How busy the scheduler is now. */
  get load(): { quotaLeft: number; callsInFlight: number; waitingParts: ReadonlyMap<string, number> } {
    const queues = [...this.#queues.values()];
    return {
      quotaLeft: this.#rateLimiter.callsLeft,
      callsInFlight: queues.reduce((sum, { inFlight }) => sum + inFlight.all.length, 0),
      waitingParts: new Map(queues.map((queue) => [queue.destination, queue.shares.size])),
    };
  }

  #join(queue: DestinationQueue, pending: PendingNeed, mayJoin = true): void {
    if (pending.finished) return;
    if (queue.join(pending, mayJoin) === 'in-flight') this.#reportIncident(queue, 'coalesced');
    this.#dispatchSoon();
  }

  /** Dispatches at the end of the tick, so that all needs that arrive in this tick are planned together. */
  #dispatchSoon(): void {
    if (this.#willDispatch) return;
    this.#willDispatch = true;
    this.#clock.setImmediate(() => {
      this.#willDispatch = false;
      this.#dispatch();
    });
  }

  /** Dispatches at `time`, instead of at the time set before. An infinite time sets no timer. */
  #dispatchAt(time: number): void {
    this.#clock.clearTimeout(this.#timer);
    if (time === Number.POSITIVE_INFINITY) return;
    const delayMs = Math.max(0, time - this.#clock.now());
    // The timer must not keep an idle process alive; while an operation waits, its connection does.
    this.#timer = this.#clock.setTimeout(() => this.#dispatch(), delayMs).unref();
  }

  /** Starts calls until the slots or the quota are used up. */
  #dispatch(): void {
    // Calls that are due at this time start below, or wait for a slot. Calls that become due later need the timer.
    const now = this.#clock.now();
    for (const queue of this.#queues.values()) {
      if (!this.#breakers.admits(queue.destination)) queue.failWaiting(createUnavailableError());
    }
    this.#slowCalls.repeatLost();
    do {
      const delayMs = this.#rateLimiter.delayMs;
      if (delayMs > 0) {
        this.#waitForQuota(delayMs);
        return;
      }
    } while (this.#nextCalls.startOne());
    this.#dispatchAt(Math.min(...[...this.#queues.values()].map((queue) => queue.waiting.nextDueAfter(now))));
  }

  /**
   * Dispatches when the quota allows the next call. Rejects at once the waiters whose deadline comes before their call can start.
   */
  #waitForQuota(delayMs: number): void {
    this.#rateLimiter.rejectPastDeadline(this.#nextCalls.waitersInOrder(), delayMs);
    // The delay is infinite when it depends on the end of a call in flight, which dispatches by itself.
    this.#dispatchAt(this.#clock.now() + delayMs);
  }

  #reportIncident({ destination }: DestinationQueue, kind: IncidentKind): void {
    this.#options.events?.onIncident?.({ destination, kind });
  }
}
