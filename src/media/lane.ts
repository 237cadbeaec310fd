/** The way to one destination: needs that wait, calls planned for them, calls in flight. */
import { GatewayError } from '../errors.ts';
import type { MediaReply } from '../redox/messages.ts';
import type { Ask } from './ask.ts';
import { type Box, intersectBoxes, subtractBox } from './box.ts';
import { Call } from './call.ts';
import { halve, longestList } from './cut.ts';
import { distribute } from './distribute.ts';
import { dropRepeats } from './item.ts';
import type { LearnedLimits } from './learned-limits.ts';
import { LIMITED, type Limits, type PlannedCall, type Wanted } from './plan.ts';
import { planCalls } from './planner.ts';
import { Split } from './split.ts';

type Planned = PlannedCall<Ask>;

export class Lane {
  readonly destination: string;
  readonly #limits: LearnedLimits;
  /** Parts of needs that came since the last plan. */
  #fresh: Wanted<Ask>[] = [];
  /** Calls of the last plan that found no slot yet: planned anew, together with what is fresh. */
  #planned: Planned[] = [];
  #plannedWithin = '';
  /** Halves of refused calls: sent as they are, before anything else. */
  #halves: { readonly call: Planned; readonly split: Split }[] = [];
  readonly #inFlight = new Set<Call>();

  constructor(destination: string, limits: LearnedLimits) {
    this.destination = destination;
    this.#limits = limits;
  }

  get callsInFlight(): number {
    return this.#inFlight.size;
  }

  /** The calls that wait for a slot, who waits longest first. */
  get waiting(): readonly Planned[] {
    this.#replan();
    return [...this.#halves.map(({ call }) => call), ...this.#planned];
  }

  /** Lets a need wait for the calls in flight that cover it, and for a slot with what they do not cover. */
  join(ask: Ask): void {
    let rest: Box | null = ask.box;
    for (const call of this.#inFlight) {
      if (rest === null) return;
      if (!call.isOpenTo(ask)) continue;
      const left: Box | null = subtractBox(rest, call.box);
      if (left === rest) continue;
      call.take({ box: intersectBoxes(rest, call.box), owner: ask });
      rest = left;
    }
    if (rest !== null) this.#wait({ box: rest, owner: ask });
  }

  /** The call that should go next, now in flight; undefined when nothing may. */
  startNext({ mayRelay }: { readonly mayRelay: boolean }): Call | undefined {
    const half = this.#nextHalf();
    const planned = half?.call ?? this.#nextPlanned(mayRelay);
    if (planned === undefined) return undefined;
    const call = new Call(planned, half?.split ?? null);
    for (const { owner } of planned.wanted) owner.waiting -= 1;
    this.#inFlight.add(call);
    return call;
  }

  /** Gives every need of the call its items. Returns how many items were nobody's. */
  settle(call: Call, { items, bytes, logIds }: MediaReply): number {
    const asks = this.#end(call, logIds);
    this.#limits.passed(call.box, bytes);
    call.split?.passed(call.box);
    const given = distribute(dropRepeats(items), asks, call.box);
    for (const ask of asks) {
      if (given.unsettled.has(ask)) this.#askAlone(ask);
      else ask.receive(given.items.get(ask) ?? []);
    }
    this.#noteIdle();
    return given.strangers;
  }

  /** A call failed: its needs fail with it, or go on in two halves where a smaller query may pass. */
  refuse(call: Call, fault: unknown, smallerMayPass: boolean): void {
    const asks = this.#end(call, fault instanceof GatewayError ? (fault.details.redox?.logIds ?? []) : []);
    const list = smallerMayPass && asks.length > 0 ? longestList(call.box) : null;
    if (list === null) {
      call.split?.failed();
      for (const ask of asks) ask.fail(fault);
    } else {
      const split = new Split(call.box, list.dimension, call.split, (...tooLong) =>
        this.#limits.refused(...tooLong),
      );
      const wanted = call.wanted.filter(({ owner }) => !owner.finished);
      for (const half of halve({ box: call.box, wanted }, list.dimension, list.values)) {
        for (const { owner } of half.wanted) owner.waiting += 1;
        this.#halves.push({ call: half, split });
      }
    }
    this.#noteIdle();
  }

  #end(call: Call, logIds: readonly string[]): Ask[] {
    this.#inFlight.delete(call);
    const asks = call.close();
    for (const ask of asks) ask.traces.push({ id: call.id, logIds });
    return asks;
  }

  #noteIdle(): void {
    if (this.#inFlight.size + this.#halves.length + this.#planned.length + this.#fresh.length === 0) {
      this.#limits.idle();
    }
  }

  #wait(part: Wanted<Ask>): void {
    part.owner.waiting += 1;
    this.#fresh.push(part);
  }

  #askAlone(ask: Ask): void {
    const isOthers = ({ owner }: Wanted<Ask>) => owner !== ask;
    for (const call of this.#inFlight) call.drop(ask);
    this.#halves = this.#halves.map(({ call: { box, wanted }, split }) => {
      return { call: { box, wanted: wanted.filter(isOthers) }, split };
    });
    this.#fresh = [...this.#planned.flatMap(({ wanted }) => wanted), ...this.#fresh].filter(isOthers);
    this.#planned = [];
    ask.startAlone();
    this.#wait({ box: ask.box, owner: ask });
  }

  #nextHalf(): { readonly call: Planned; readonly split: Split } | undefined {
    for (let half = this.#halves.shift(); half; half = this.#halves.shift()) {
      if (half.call.wanted.some(({ owner }) => !owner.finished)) return half;
      half.split.failed();
    }
    return undefined;
  }

  /**
   * Of calls longer than any that is known to pass, one at a time goes, to try; the others wait for what it tells, which
   * after a refusal its halves do.
   */
  #nextPlanned(mayRelay: boolean): Planned | undefined {
    this.#replan();
    const isTry = ({ box, split }: Call) => split !== null || !this.#limits.isProven(box);
    const isTrying = this.#inFlight.values().some(isTry);
    const at = this.#planned.findIndex(({ box, wanted }) => {
      if (!mayRelay && wanted.some(({ owner }) => owner.isRelay)) return false;
      return !isTrying || this.#limits.isProven(box);
    });
    return at < 0 ? undefined : this.#planned.splice(at, 1)[0];
  }

  /** Plans all that waits, when something is new, somebody has gone, or the limits are others; longest waiting first. */
  #replan(): void {
    if (this.#fresh.length + this.#planned.length === 0) return;
    const choices = this.#limits.choices;
    const within = choices.flatMap((limits) => LIMITED.map((one) => limits[one])).join();
    const isStale = this.#planned.some(({ wanted }) => wanted.some(({ owner }) => owner.finished));
    const isSameWithin = within === this.#plannedWithin;
    if (this.#fresh.length === 0 && !isStale && isSameWithin) return;
    const parts = [...this.#planned.flatMap(({ wanted }) => wanted), ...this.#fresh];
    this.#fresh = [];
    this.#plannedWithin = within;
    for (const { owner } of parts) owner.waiting -= 1;
    this.#planned = planByChoices(
      parts.filter(({ owner }) => !owner.finished),
      choices,
    );
    for (const { wanted } of this.#planned) for (const { owner } of wanted) owner.waiting += 1;
    this.#planned.sort((a, b) => oldestOf(a) - oldestOf(b));
  }
}

/** The plan within the first limits, unless longer calls, which have yet to be tried, make it fewer. */
function planByChoices(parts: readonly Wanted<Ask>[], [proven, ...longer]: readonly [Limits, ...Limits[]]) {
  const groups = Map.groupBy(parts, ({ owner }) => owner.company);
  const planWithin = (limits: Limits) => [...groups.values()].flatMap((group) => planCalls(group, limits));
  const plan = planWithin(proven);
  if (plan.length <= groups.size) return plan;
  for (const limits of longer) {
    const bolder = planWithin(limits);
    if (bolder.length < plan.length) return bolder;
  }
  return plan;
}

function oldestOf({ wanted }: Planned): number {
  return wanted.reduce((oldest, { owner }) => Math.min(oldest, owner.order), Number.POSITIVE_INFINITY);
}
