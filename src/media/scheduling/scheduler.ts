/**
 * Decides when calls are sent, for all operations of the process: at once while slots and quota are free; while they are
 * not, needs gather and are planned together.
 */
import type { Clock, Timer } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import type { IncidentKind } from '../events.ts';
import { CallerTurns } from '../fairness/caller-turns.ts';
import { ConcurrencyLimiter } from '../fairness/concurrency-limiter.ts';
import type { Need } from '../model/need.ts';
import { WriteFence } from '../ordering/write-fence.ts';
import { CircuitBreakers, unavailable } from '../resilience/circuit-breakers.ts';
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
  /** Of the callers of all queues, and of the writes. */
  readonly #turns = new CallerTurns();
  readonly #nextCalls: NextCalls;
  readonly #rateLimiter: RateLimiter;
  readonly #breakers: CircuitBreakers;
  readonly #concurrency: ConcurrencyLimiter;
  readonly #writes: WriteQueue;
  readonly #slowCalls: SlowCallWatch;
  readonly #sender: CallSender;
  /** What needs must see of writes; also of what an operation has loaded. */
  readonly fence: WriteFence;
  #willDispatch = false;
  /** Dispatches when the next call may start, if nothing else does before. */
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
      onEnd: () => this.#dispatchSoon(),
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

  #createQueue(destination: string): DestinationQueue {
    const { limits, maxResponseBytes, trustedLone } = this.#options;
    const clock = this.#clock;
    const trustsLone = trustedLone?.has(destination) ?? false;
    const most = trustsLone ? { ...limits, patients: 1 } : limits;
    return new DestinationQueue({
      destination,
      limits: new LearnedLimits(most, maxResponseBytes, clock),
      writes: this.fence.orderOf(destination),
      turns: this.#turns,
      clock,
      trustsLone,
      hash: this.#options.hash,
      onUnattributed: () => this.#options.events?.onIncident?.({ destination, kind: 'unattributed' }),
      onAllRefused: () => this.#breakers.recordRefusal(destination, { ofAllPieces: true }),
    });
  }

  /**
   * Answers one need. Needs of equal `batchKey` that arrive in one tick, or wait for a slot, share calls; a need that calls
   * in flight cover waits for those.
   */
  submit(need: Need, options: PendingNeedOptions): PendingNeed {
    const queue = this.#queues.get(need.destination);
    if (queue === undefined) throw new Error('a need names an unknown destination');
    const pending = queue.createPending(need, options);
    if (!this.#breakers.admits(need.destination)) {
      pending.fail(unavailable());
      this.#note(queue, 'short-circuited');
    } else if (queue.shares.size < this.#options.maxWaiting || this.#makeRoom(queue, pending)) {
      const writes = this.fence.waitFor(need.destination, pending.queryBox);
      if (writes === null) this.#join(queue, pending);
      else void queue.hold(pending, writes).then((mayJoin) => this.#join(queue, pending, mayJoin));
    }
    return pending;
  }

  /** One need too many waits: it is refused itself, or one of a caller with more than its share, which is left its place. */
  #makeRoom(queue: DestinationQueue, pending: PendingNeed): boolean {
    const refused = queue.shares.findNeedToEvict(pending.caller) ?? pending;
    refused.fail(new GatewayError('OVERLOADED', { retryable: true }));
    this.#note(queue, 'overloaded');
    return refused !== pending;
  }

  /** Sends a write when a slot and the quota let it; it is never retried. @throws UPSTREAM_UNAVAILABLE unsent, as `submit`. */
  async write<T>(
    destinations: readonly string[],
    send: () => Promise<T>,
    { caller = '', deadline, signal, ...write }: WriteOptions,
  ): Promise<T> {
    const admits = () => destinations.every((alias) => this.#breakers.admits(alias));
    if (!admits()) throw unavailable();
    const watched = () => {
      for (const alias of destinations) this.#queues.get(alias)?.inFlight.retries.recordCall();
      this.#slowCalls.recordStart();
      return this.#breakers.watch(destinations, send);
    };
    const inOrder = () => this.fence.send(destinations, write, watched);
    return this.#writes.add({ send: inOrder, admits, caller, deadline, signal });
  }

  /** Times are in its milliseconds. */
  get clock(): Clock {
    return this.#options.clock;
  }

  /** How busy it is now. */
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
    if (queue.join(pending, mayJoin) === 'in-flight') this.#note(queue, 'coalesced');
    this.#dispatchSoon();
  }

  /** At the end of the tick, so that all needs that arrive in it are planned together. */
  #dispatchSoon(): void {
    if (this.#willDispatch) return;
    this.#willDispatch = true;
    this.#clock.setImmediate(() => {
      this.#willDispatch = false;
      this.#dispatch();
    });
  }

  /** Infinite: not before something else happens. */
  #dispatchAt(time: number): void {
    this.#clock.clearTimeout(this.#timer);
    if (time === Number.POSITIVE_INFINITY) return;
    const delayMs = Math.max(0, time - this.#clock.now());
    // It must not keep a process alive that has nothing else to do: an operation that waits has a connection open.
    this.#timer = this.#clock.setTimeout(() => this.#dispatch(), delayMs).unref();
  }

  /** Starts calls until the slots or the quota are used up. */
  #dispatch(): void {
    // Calls that are due by now start below, or wait for a slot; those that become due meanwhile need the timer.
    const now = this.#clock.now();
    for (const queue of this.#queues.values()) {
      if (!this.#breakers.admits(queue.destination)) queue.failWaiting(unavailable());
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

  /** Dispatches when the quota lets the next call go; rejects those now whose deadline comes before their turn. */
  #waitForQuota(delayMs: number): void {
    this.#rateLimiter.rejectPastDeadline(this.#nextCalls.waitersInTurn(), delayMs);
    // Infinite: the end of a call dispatches by itself.
    this.#dispatchAt(this.#clock.now() + delayMs);
  }

  #note({ destination }: DestinationQueue, kind: IncidentKind): void {
    this.#options.events?.onIncident?.({ destination, kind });
  }
}
