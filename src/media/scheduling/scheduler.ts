/**
 * One for the whole process, under every operation's loader: sends calls while slots and quota are free, gathers needs
 * and plans them together while they are not.
 */
import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import { RedoxFault } from '../../redox/fault.ts';
import type { CoreIncident } from '../events.ts';
import { toMediaQuery } from '../model/box.ts';
import type { Need } from '../model/need.ts';
import { QuotaGovernor } from '../resilience/governor.ts';
import { Guard, unavailable } from '../resilience/guard.ts';
import { Alarm } from './alarm.ts';
import { Ask, type AskOptions } from './ask.ts';
import type { Call } from './call.ts';
import { CallReport } from './call-report.ts';
import { Lane } from './lane.ts';
import { refuseLate } from './late.ts';
import { LearnedLimits } from './learned-limits.ts';
import type { SchedulerOptions } from './scheduler-options.ts';
import { Slots } from './slots.ts';
import { WriteFence } from './write-fence.ts';
import { type WriteOptions, WriteQueue } from './write-queue.ts';

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #clock: Clock;
  readonly #lanes: Map<string, Lane>;
  /** All lanes; who sent a call last comes last. */
  readonly #turns: Lane[];
  readonly #governor: QuotaGovernor;
  readonly #guard: Guard;
  readonly #slots: Slots;
  readonly #writes: WriteQueue;
  /** What needs must see of writes; also of what an operation has loaded. */
  readonly fence: WriteFence;
  #willDispatch = false;
  readonly #alarm: Alarm;

  constructor(options: SchedulerOptions) {
    const { destinations, rate, events } = options;
    const { clock, random = Math.random } = options;
    this.#options = options;
    this.#clock = clock;
    this.#governor = new QuotaGovernor(rate, clock, options.sharedQuota);
    this.#alarm = new Alarm(clock, () => this.#dispatch());
    this.#slots = new Slots(options.concurrency);
    const aliases = [...destinations.keys()];
    this.#guard = new Guard({
      destinations: aliases,
      clock,
      random,
      onBreaker: events?.onBreaker?.bind(events),
    });
    this.#writes = new WriteQueue(this.#slots, this.#governor, () => this.#dispatchSoon());
    this.fence = new WriteFence(destinations, options.sharedWriteOrder ?? null, clock);
    this.#lanes = new Map(aliases.map((alias) => [alias, this.#createLane(alias)]));
    this.#turns = [...this.#lanes.values()];
  }

  #createLane(destination: string): Lane {
    const { limits, maxResponseBytes, trustedLone } = this.#options;
    const clock = this.#clock;
    const trustsLone = trustedLone?.has(destination) ?? false;
    const most = trustsLone ? { ...limits, patients: 1 } : limits;
    return new Lane({
      destination,
      limits: new LearnedLimits(most, maxResponseBytes, clock),
      writes: this.fence.orderOf(destination),
      clock,
      trustsLone,
      onUnattributed: () => this.#options.events?.onIncident?.({ destination, kind: 'unattributed' }),
    });
  }

  /**
   * Answers one need. Needs of the same tick, and those that wait for a slot, share calls with those of equal `share`;
   * a need that calls in flight cover waits for those.
   */
  ask(need: Need, options: AskOptions): Ask {
    const lane = this.#lanes.get(need.destination);
    if (lane === undefined) throw new Error('a need names an unknown destination');
    const ask = new Ask(need, { ...options, askedAt: this.#clock.now() });
    if (!this.#guard.admits(need.destination)) {
      ask.fail(unavailable());
      this.#note(lane, 'short-circuited');
    } else if (lane.isFull(this.#options.maxWaiting)) {
      ask.fail(new GatewayError('OVERLOADED', { retryable: true }));
      this.#note(lane, 'overloaded');
    } else {
      const writes = this.fence.waitFor(need);
      if (writes === null) this.#join(lane, ask);
      else void lane.hold(ask, writes).then((mayJoin) => this.#join(lane, ask, mayJoin));
    }
    return ask;
  }

  /** Sends a write when a slot and the quota let it; it is never repeated. @throws UPSTREAM_UNAVAILABLE unsent, as `ask`. */
  async write<T>(
    destinations: readonly string[],
    send: () => Promise<T>,
    { patient, deadline, signal }: WriteOptions,
  ): Promise<T> {
    const admits = () => destinations.every((alias) => this.#guard.admits(alias));
    if (!admits()) throw unavailable();
    const watched = () => this.#guard.watch(destinations, send);
    const inOrder = () => this.fence.send(destinations, patient, watched);
    return this.#writes.add({ send: inOrder, admits, deadline, signal });
  }

  /** How busy it is now. */
  get load(): { quotaLeft: number; callsInFlight: number; waitingParts: ReadonlyMap<string, number> } {
    return {
      quotaLeft: this.#governor.left,
      callsInFlight: this.#turns.reduce((sum, lane) => sum + lane.callsInFlight, 0),
      waitingParts: new Map(this.#turns.map((lane) => [lane.destination, lane.waitingParts])),
    };
  }

  #join(lane: Lane, ask: Ask, mayJoin = true): void {
    if (ask.finished) return;
    if (lane.join(ask, mayJoin) === 'in-flight') this.#note(lane, 'joined');
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

  /** Fills the free slots as far as the quota lets. */
  #dispatch(): void {
    // What is due by now goes below, or waits for a slot; what becomes due meanwhile must not be forgotten.
    const now = this.#clock.now();
    for (const lane of this.#turns) {
      if (!this.#guard.admits(lane.destination)) lane.failWaiting(unavailable());
    }
    do {
      const delayMs = this.#governor.delayMs;
      if (delayMs > 0) {
        this.#waitForQuota(delayMs);
        return;
      }
    } while (this.#writes.startNext() || this.#sendNext());
    this.#alarm.set(Math.min(...this.#turns.map((lane) => lane.nextDueAfter(now))));
  }

  /** One call a lane in turn, so that no lane starves behind another's backlog. */
  #sendNext(): boolean {
    for (const [at, lane] of this.#turns.entries()) {
      if (!this.#guard.admits(lane.destination) || !this.#slots.hasOneFor(lane, this.#turns)) continue;
      const call = lane.startNext(this.#slots);
      if (call === undefined) continue;
      this.#turns.push(...this.#turns.splice(at, 1));
      void this.#send(lane, call);
      return true;
    }
    return false;
  }

  /** Comes back when the quota lets the next call go; refuses those now whose time will be over before their turn. */
  #waitForQuota(delayMs: number): void {
    const now = this.#clock.now();
    // Infinite: calls in flight have used it up. A whole window follows the end of the first of them.
    const firstTurn = now + Math.min(delayMs, this.#options.rate.windowMs);
    const waiting = this.#turns.map((lane) => lane.waiting);
    refuseLate(waiting, this.#governor, { now, firstTurn });
    this.#writes.refuseLate({ now, firstTurn });
    // Infinite: the end of a call dispatches by itself.
    this.#alarm.set(now + delayMs);
  }

  async #send(lane: Lane, call: Call): Promise<void> {
    const { destination } = lane;
    const report = new CallReport(destination, call, this.#options, this.#clock);
    const permit = this.#governor.start();
    this.#slots.take(call.isRelay);
    this.#guard.begin(destination);
    try {
      report.begin();
      const how = { files: call.files, headers: report.headers };
      const reply = await this.#options.query(destination, toMediaQuery(call.box), call.signal, how);
      const counts = lane.settle(call, reply);
      this.#guard.note(destination, null);
      report.answered({ ...counts, bytes: reply.bytes, items: reply.items.length }, reply);
    } catch (fault) {
      this.#goOnAfter(lane, call, fault);
      report.failed(fault);
    } finally {
      this.#slots.giveBack(call.isRelay);
      permit.end();
      this.#dispatchSoon();
    }
  }

  #goOnAfter(lane: Lane, call: Call, fault: unknown): void {
    const { destination } = lane;
    // What halves may be spared is the call's own fault, whoever seems to have failed.
    const isForLength = fault instanceof RedoxFault && fault.smallerMayPass && call.isCuttable;
    if (isForLength) this.#guard.noteNothing(destination);
    else this.#guard.note(destination, fault);
    const delayMs = this.#guard.delayBeforeRepeat(fault);
    // For everybody, but not longer than the quota can have to do with it.
    const isRateLimit = fault instanceof RedoxFault && fault.code === 'RATE_LIMITED';
    if (isRateLimit) this.#governor.pause(Math.min(delayMs, this.#options.rate.windowMs));
    const refusal = lane.refuse(call, fault, () => {
      const dueAt = this.#clock.now() + delayMs;
      const isInTime = call.wanted.some(({ owner }) => !owner.finished && owner.deadline > dueAt);
      return isInTime && this.#guard.takeRepeat(destination, fault) ? dueAt : null;
    });
    if (refusal !== 'failed') this.#note(lane, refusal);
  }

  #note({ destination }: Lane, kind: CoreIncident): void {
    this.#options.events?.onIncident?.({ destination, kind });
  }
}
