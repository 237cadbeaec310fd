/**
 * One for the whole process, under every operation's loader: sends calls while slots and quota are free, gathers needs
 * and plans them together while they are not.
 */
import type { Clock, Timer } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import { RedoxError } from '../../redox/redox-error.ts';
import type { CoreIncident } from '../events.ts';
import { toMediaQuery } from '../model/box.ts';
import type { Need } from '../model/need.ts';
import { CircuitBreakers, unavailable } from '../resilience/circuit-breakers.ts';
import { RateLimiter } from '../resilience/rate-limiter.ts';
import type { Call } from './call.ts';
import { CallReport } from './call-report.ts';
import { ConcurrencyLimiter } from './concurrency-limiter.ts';
import { DestinationQueue } from './destination-queue.ts';
import { LearnedLimits } from './learned-limits.ts';
import { PendingNeed, type PendingNeedOptions } from './pending-need.ts';
import { rejectPastDeadline } from './reject-past-deadline.ts';
import type { SchedulerOptions } from './scheduler-options.ts';
import { WriteFence } from './write-fence.ts';
import { type WriteOptions, WriteQueue } from './write-queue.ts';

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #clock: Clock;
  readonly #queues: Map<string, DestinationQueue>;
  /** All queues; who sent a call last comes last. */
  readonly #turns: DestinationQueue[];
  readonly #rateLimiter: RateLimiter;
  readonly #breakers: CircuitBreakers;
  readonly #concurrency: ConcurrencyLimiter;
  readonly #writes: WriteQueue;
  /** What needs must see of writes; also of what an operation has loaded. */
  readonly fence: WriteFence;
  #willDispatch = false;
  /** Dispatches when the next call may start, if nothing else does before. */
  #timer: Timer | undefined;

  constructor(options: SchedulerOptions) {
    const { destinations, rate, events } = options;
    const { clock, random = Math.random } = options;
    this.#options = options;
    this.#clock = clock;
    this.#rateLimiter = new RateLimiter(rate, clock, options.sharedQuota);
    this.#concurrency = new ConcurrencyLimiter(options.concurrency);
    const aliases = [...destinations.keys()];
    this.#breakers = new CircuitBreakers({
      destinations: aliases,
      clock,
      random,
      onBreaker: events?.onBreaker?.bind(events),
    });
    this.#writes = new WriteQueue(this.#concurrency, this.#rateLimiter, () => this.#dispatchSoon());
    this.fence = new WriteFence(destinations, options.sharedWriteOrder ?? null, clock);
    this.#queues = new Map(aliases.map((alias) => [alias, this.#createQueue(alias)]));
    this.#turns = [...this.#queues.values()];
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
      clock,
      trustsLone,
      onUnattributed: () => this.#options.events?.onIncident?.({ destination, kind: 'unattributed' }),
    });
  }

  /**
   * Answers one need. Needs of the same tick, and those that wait for a slot, share calls with those of equal `batchKey`;
   * a need that calls in flight cover waits for those.
   */
  submit(need: Need, options: PendingNeedOptions): PendingNeed {
    const queue = this.#queues.get(need.destination);
    if (queue === undefined) throw new Error('a need names an unknown destination');
    const pending = new PendingNeed(need, { ...options, askedAt: this.#clock.now() });
    if (!this.#breakers.admits(need.destination)) {
      pending.fail(unavailable());
      this.#note(queue, 'short-circuited');
    } else if (queue.isFull(this.#options.maxWaiting)) {
      pending.fail(new GatewayError('OVERLOADED', { retryable: true }));
      this.#note(queue, 'overloaded');
    } else {
      const writes = this.fence.waitFor(need);
      if (writes === null) this.#join(queue, pending);
      else void queue.hold(pending, writes).then((mayJoin) => this.#join(queue, pending, mayJoin));
    }
    return pending;
  }

  /** Sends a write when a slot and the quota let it; it is never repeated. @throws UPSTREAM_UNAVAILABLE unsent, as `submit`. */
  async write<T>(
    destinations: readonly string[],
    send: () => Promise<T>,
    { patient, deadline, signal }: WriteOptions,
  ): Promise<T> {
    const admits = () => destinations.every((alias) => this.#breakers.admits(alias));
    if (!admits()) throw unavailable();
    const watched = () => this.#breakers.watch(destinations, send);
    const inOrder = () => this.fence.send(destinations, patient, watched);
    return this.#writes.add({ send: inOrder, admits, deadline, signal });
  }

  /** How busy it is now. */
  get load(): { quotaLeft: number; callsInFlight: number; waitingParts: ReadonlyMap<string, number> } {
    return {
      quotaLeft: this.#rateLimiter.left,
      callsInFlight: this.#turns.reduce((sum, queue) => sum + queue.callsInFlight, 0),
      waitingParts: new Map(this.#turns.map((queue) => [queue.destination, queue.waitingParts])),
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

  /** Fills the free slots as far as the quota lets. */
  #dispatch(): void {
    // What is due by now goes below, or waits for a slot; what becomes due meanwhile must not be forgotten.
    const now = this.#clock.now();
    for (const queue of this.#turns) {
      if (!this.#breakers.admits(queue.destination)) queue.failWaiting(unavailable());
    }
    do {
      const delayMs = this.#rateLimiter.delayMs;
      if (delayMs > 0) {
        this.#waitForQuota(delayMs);
        return;
      }
    } while (this.#writes.startNext() || this.#sendNext());
    this.#dispatchAt(Math.min(...this.#turns.map((queue) => queue.nextDueAfter(now))));
  }

  /** One call a queue in turn, so that no queue starves behind another's backlog. */
  #sendNext(): boolean {
    for (const [at, queue] of this.#turns.entries()) {
      if (!this.#breakers.admits(queue.destination) || !this.#concurrency.hasOneFor(queue, this.#turns))
        continue;
      const call = queue.startNext(this.#concurrency);
      if (call === undefined) continue;
      this.#turns.push(...this.#turns.splice(at, 1));
      void this.#send(queue, call);
      return true;
    }
    return false;
  }

  /** Comes back when the quota lets the next call go; refuses those now whose time will be over before their turn. */
  #waitForQuota(delayMs: number): void {
    const now = this.#clock.now();
    // Infinite: calls in flight have used it up. A whole window follows the end of the first of them.
    const earliestStart = now + Math.min(delayMs, this.#options.rate.windowMs);
    const waiting = this.#turns.map((queue) => queue.waiting);
    rejectPastDeadline(waiting, this.#rateLimiter, { now, earliestStart });
    this.#writes.rejectPastDeadline({ now, earliestStart });
    // Infinite: the end of a call dispatches by itself.
    this.#dispatchAt(now + delayMs);
  }

  async #send(queue: DestinationQueue, call: Call): Promise<void> {
    const { destination } = queue;
    const report = new CallReport(destination, call, this.#options, this.#clock);
    const permit = this.#rateLimiter.start();
    this.#concurrency.acquire(call.isRelay);
    this.#breakers.begin(destination);
    try {
      report.begin();
      const how = { files: call.files, headers: report.headers };
      const reply = await this.#options.query(destination, toMediaQuery(call.box), call.signal, how);
      const counts = queue.settle(call, reply);
      this.#breakers.record(destination, null);
      report.answered({ ...counts, bytes: reply.bytes, items: reply.items.length }, reply);
    } catch (fault) {
      this.#goOnAfter(queue, call, fault);
      report.failed(fault);
    } finally {
      this.#concurrency.release(call.isRelay);
      permit.end();
      this.#dispatchSoon();
    }
  }

  #goOnAfter(queue: DestinationQueue, call: Call, fault: unknown): void {
    const { destination } = queue;
    // What halves may be spared is the call's own fault, whoever seems to have failed.
    const isForLength = fault instanceof RedoxError && fault.splittable && call.isCuttable;
    if (isForLength) this.#breakers.recordInconclusive(destination);
    else this.#breakers.record(destination, fault);
    const delayMs = this.#breakers.retryDelayMs(fault);
    // For everybody, but not longer than the quota can have to do with it.
    const isRateLimit = fault instanceof RedoxError && fault.code === 'RATE_LIMITED';
    if (isRateLimit) this.#rateLimiter.pause(Math.min(delayMs, this.#options.rate.windowMs));
    const refusal = queue.refuse(call, fault, () => {
      const dueAt = this.#clock.now() + delayMs;
      const isInTime = call.parts.some(({ owner }) => !owner.finished && owner.deadline > dueAt);
      return isInTime && this.#breakers.takeRetry(destination, fault) ? dueAt : null;
    });
    if (refusal !== 'failed') this.#note(queue, refusal);
  }

  #note({ destination }: DestinationQueue, kind: CoreIncident): void {
    this.#options.events?.onIncident?.({ destination, kind });
  }
}
