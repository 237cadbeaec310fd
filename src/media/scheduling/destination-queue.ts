/** The way to one destination: needs that wait, calls planned for them, calls in flight. */
import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import type { MediaReply } from '../../redox/messages.ts';
import { RedoxError } from '../../redox/redox-error.ts';
import { distribute } from '../matching/distribute.ts';
import { type Box, intersectBoxes, subtractBox } from '../model/box.ts';
import { dropRepeats } from '../model/item.ts';
import { halve, longestList } from '../planning/cut.ts';
import type { PlannedCall } from '../planning/plan.ts';
import { AgainQueue } from './again.ts';
import { Backlog } from './backlog.ts';
import { Call } from './call.ts';
import type { Isolation } from './isolation.ts';
import { Isolator } from './isolator.ts';
import type { LearnedLimits } from './learned-limits.ts';
import type { PendingNeed } from './pending-need.ts';
import { Split } from './split.ts';
import type { WriteOrder } from './write-order.ts';

/** How a call that was not answered went on. */
export type Refusal = 'split' | 'retried' | 'failed';

export interface DestinationQueueOptions {
  /** Alias. */
  readonly destination: string;
  readonly limits: LearnedLimits;
  readonly writes: WriteOrder;
  readonly clock: Clock;
  /** The items of a call for one patient are that patient's, though they name it otherwise (REDOX_ATTRIBUTION). */
  readonly trustsLone: boolean;
  readonly onUnattributed: () => void;
}

export class DestinationQueue {
  readonly destination: string;
  readonly #clock: Clock;
  readonly #limits: LearnedLimits;
  readonly #backlog: Backlog;
  /** Sent before anything else. */
  readonly #again = new AgainQueue();
  readonly #inFlight = new Set<Call>();
  readonly #writes: WriteOrder;
  readonly #isolator: Isolator;
  readonly #trustsLone: boolean;
  /** Needs that wait until a write has been answered. */
  readonly #held = new Set<PendingNeed>();

  constructor({ destination, limits, writes, clock, trustsLone, onUnattributed }: DestinationQueueOptions) {
    this.destination = destination;
    this.#writes = writes;
    this.#clock = clock;
    this.#limits = limits;
    this.#trustsLone = trustsLone;
    this.#isolator = new Isolator(clock, onUnattributed);
    this.#backlog = new Backlog(limits, trustsLone);
  }

  get callsInFlight(): number {
    return this.#inFlight.size;
  }

  /** The calls that wait for a slot, who waits longest first. */
  get waiting(): readonly PlannedCall<PendingNeed>[] {
    return [...this.#again.calls, ...this.#backlog.calls];
  }

  /** How many parts of needs wait for a slot. */
  get waitingParts(): number {
    return this.#again.calls.reduce(
      (sum, { parts }) => sum + parts.length,
      this.#backlog.size + this.#held.size,
    );
  }

  /** Whether so many parts wait that somebody still wants. They are only looked at when there may be so many. */
  isFull(most: number): boolean {
    if (this.waitingParts < most) return false;
    const again = this.#again.calls.flatMap(({ parts }) => parts);
    const owners = [...this.#backlog.parts, ...again].map(({ owner }) => owner);
    return [...owners, ...this.#held].filter(({ finished }) => !finished).length >= most;
  }

  /** When the first call that waits for its time after `now` goes again. */
  nextDueAfter(now: number): number {
    return this.#again.nextDueAfter(now);
  }

  /** Keeps a need back until the writes that it must see have been answered; resolves to whether it may join then. */
  async hold(pending: PendingNeed, writes: Promise<boolean>): Promise<boolean> {
    this.#held.add(pending);
    const mayJoin = await writes;
    this.#held.delete(pending);
    return mayJoin;
  }

  /**
   * Lets a need wait for the calls in flight that cover it, and for a slot with what they do not cover, if anything. A
   * call that was sent before a write was answered is none for what that write may concern; none is, where it is not known
   * what was written (`mayJoin`).
   */
  join(pending: PendingNeed, mayJoin: boolean): 'in-flight' | 'waiting' {
    this.#isolator.recall(pending);
    let rest: Box | null = pending.box;
    for (const call of mayJoin ? this.#inFlight : []) {
      if (rest === null) break;
      if (!call.isOpenTo(pending)) continue;
      const left: Box | null = subtractBox(rest, call.box);
      if (left === rest) continue;
      const part = intersectBoxes(rest, call.box);
      if (!this.#writes.isCurrent(part, call.sentAt)) continue;
      call.take({ box: part, owner: pending });
      rest = left;
    }
    if (rest === null) return 'in-flight';
    this.#backlog.add({ box: rest, owner: pending });
    return 'waiting';
  }

  /** The call that should go next, now in flight; undefined when nothing may. */
  startNext({ mayRelay }: { readonly mayRelay: boolean }): Call | undefined {
    const again = this.#again.take(this.#clock.now());
    const planned = again?.call ?? this.#nextAffordable(mayRelay);
    if (planned === undefined) return undefined;
    const call = new Call(planned, this.#writes.nextPlace(), again);
    for (const { owner } of planned.parts) owner.waiting -= 1;
    this.#inFlight.add(call);
    return call;
  }

  /** Gives every need of the call its items. `unmatched`: how many were nobody's. */
  settle(call: Call, reply: MediaReply): { unmatched: number; given: number } {
    const waiting = this.#end(call, reply);
    this.#limits.passed(call.box, reply.bytes);
    call.split?.passed(call.box);
    const documents = { items: dropRepeats(reply.items), unreadable: reply.unreadable };
    const { shares, unmatched, hasStrays, open } = distribute(documents, waiting, call.box, this.#trustsLone);
    let given = 0;
    for (const [pending, { items, settlement }] of shares) {
      if (settlement === 'unattributed') this.#isolator.fail(pending, reply, false);
      if (settlement !== 'settled') continue;
      given += items.length;
      pending.receive(items, { sentAt: call.sentAt, hasStrays });
    }
    const unsettled = waiting.filter((pending) => shares.get(pending)?.settlement === 'unsettled');
    if (unsettled.length > 0) {
      const isolations = this.#isolator.isolationsAfter(call, unsettled, open);
      for (const [pending, isolation] of isolations) this.#restart(pending, isolation);
    }
    this.#noteIdle();
    return { unmatched, given };
  }

  /**
   * A call was not answered: its needs go on in two halves where a smaller query may pass, or wait until it is repeated,
   * or fail with it. `retryAt` is asked when it cannot be cut; null for never.
   */
  refuse(call: Call, fault: unknown, retryAt: () => number | null): Refusal {
    const waiting = this.#end(call, fault instanceof GatewayError ? fault.details.redox : undefined);
    const refusal = this.#goOn(call, fault, retryAt);
    if (refusal === 'failed') {
      call.split?.failed();
      for (const pending of waiting) pending.fail(fault);
    }
    this.#noteIdle();
    return refusal;
  }

  /** Nobody need wait any more. */
  failWaiting(fault: GatewayError): void {
    const owners = this.waiting.flatMap(({ parts }) => parts.map(({ owner }) => owner));
    for (const pending of [...owners, ...this.#held]) pending.fail(fault);
  }

  #goOn({ box, split, isRetry, ...call }: Call, fault: unknown, retryAt: () => number | null): Refusal {
    const parts = call.parts.filter(({ owner }) => !owner.finished);
    if (parts.length === 0) return 'failed';
    const splittable = fault instanceof RedoxError && fault.splittable;
    const list = splittable ? longestList(box) : null;
    if (list !== null) {
      const halves = new Split(box, list.dimension, split, (...tooLong) => this.#limits.refused(...tooLong));
      for (const half of halve({ box, parts }, list.dimension, list.values)) {
        this.#again.push({ call: half, split: halves, isRetry, dueAt: Number.NEGATIVE_INFINITY });
      }
      return 'split';
    }
    // A half is itself a second attempt.
    const dueAt = split === null && !isRetry ? retryAt() : null;
    if (dueAt === null) return 'failed';
    this.#again.push({ call: { box, parts }, split: null, isRetry: true, dueAt });
    return 'retried';
  }

  #end(
    call: Call,
    { logIds = [], traceId = null }: Partial<Pick<MediaReply, 'logIds' | 'traceId'>> = {},
  ): PendingNeed[] {
    this.#inFlight.delete(call);
    const waiting = call.close();
    for (const pending of waiting) pending.endedCalls.push({ id: call.id, logIds, traceId });
    return waiting;
  }

  #noteIdle(): void {
    if (this.#inFlight.size + this.#again.size + this.#backlog.size === 0) this.#limits.idle();
  }

  /** Forgets what has come so far: of a need in several calls, one that does not settle it unsettles all. */
  #restart(pending: PendingNeed, isolation: Isolation, isRecalled = false): void {
    for (const call of this.#inFlight) call.drop(pending);
    this.#again.drop(pending);
    this.#backlog.drop(pending);
    pending.startAnew(isolation, isRecalled);
    this.#backlog.add({ box: pending.box, owner: pending });
  }

  /** Beyond its budget, a destination's replies cause no more calls: needs that it left open fail, or are tried together. */
  #nextAffordable(mayRelay: boolean): PlannedCall<PendingNeed> | undefined {
    for (;;) {
      const planned = this.#nextPlanned(mayRelay);
      if (planned === undefined) return undefined;
      const owners = [...new Set(planned.parts.map(({ owner }) => owner))];
      if (this.#isolator.affords(owners, this.#hasOthersThan(owners))) return planned;
      for (const owner of owners) if (!owner.isRecalled) this.#isolator.fail(owner, null, true);
      const waiting = this.#backlog.parts.map(({ owner }) => owner);
      const recalled = [...owners, ...waiting].filter((one) => one.isRecalled && one.isolation === 'alone');
      const isolation = this.#isolator.isolationTogether();
      for (const owner of new Set(recalled)) this.#restart(owner, isolation, true);
    }
  }

  /** Whether others wait, or are in flight, who may share calls with these. */
  #hasOthersThan([first]: readonly PendingNeed[]): boolean {
    const isOther = ({ parts: [one] }: PlannedCall<PendingNeed>) => one?.owner.batchKey === first?.batchKey;
    return this.#backlog.calls.some(isOther) || this.#inFlight.values().some(isOther);
  }

  /**
   * Of calls longer than any that is known to pass, one at a time goes, to try; the others wait for what it tells, which
   * after a refusal its halves do.
   */
  #nextPlanned(mayRelay: boolean): PlannedCall<PendingNeed> | undefined {
    const isProbe = ({ box, split }: Call) => split !== null || !this.#limits.isProven(box);
    const isProbing = this.#inFlight.values().some(isProbe);
    return this.#backlog.take(({ box, parts }) => {
      if (!mayRelay && parts.some(({ owner }) => owner.isRelay)) return false;
      return !isProbing || this.#limits.isProven(box);
    });
  }
}
