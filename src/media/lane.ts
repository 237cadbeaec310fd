/** The way to one destination: needs that wait, calls planned for them, calls in flight. */
import type { MediaReply } from '../redox/messages.ts';
import type { Ask } from './ask.ts';
import { type Box, boxKey, intersectBoxes, subtractBox } from './box.ts';
import { Call } from './call.ts';
import { halve } from './cut.ts';
import { distribute } from './distribute.ts';
import { dropRepeats } from './item.ts';
import type { Limits, PlannedCall, Wanted } from './plan.ts';
import { planCalls } from './planner.ts';

export class Lane {
  readonly destination: string;
  readonly #limits: Limits;
  /** Parts of needs that came since the last plan. */
  #fresh: Wanted<Ask>[] = [];
  /** Calls of the last plan that found no slot yet: planned anew, together with what is fresh. */
  #planned: PlannedCall<Ask>[] = [];
  /** Halves of refused calls: sent as they are, before anything else. */
  #halves: PlannedCall<Ask>[] = [];
  readonly #inFlight = new Set<Call>();

  constructor(destination: string, limits: Limits) {
    this.destination = destination;
    this.#limits = limits;
  }

  get callsInFlight(): number {
    return this.#inFlight.size;
  }

  /** Lets a need wait for the calls in flight that cover it, and for a slot with what they do not cover. */
  join(ask: Ask): void {
    let rest: Box | null = ask.box;
    for (const call of this.#inFlight) {
      if (rest === null) return;
      if (call.share !== ask.share) continue;
      const left = subtractBox(rest, call.box);
      if (left !== rest) call.take({ box: intersectBoxes(rest, call.box), owner: ask });
      rest = left;
    }
    if (rest !== null) this.#wait({ box: rest, owner: ask });
  }

  /** The call that should go next, now in flight; undefined when nothing waits. */
  startNext(): Call | undefined {
    this.#halves = this.#halves.filter(isWanted);
    if (this.#halves.length === 0) this.#replan();
    const planned = this.#halves.shift() ?? this.#planned.shift();
    if (planned === undefined) return undefined;
    const call = new Call(planned.box);
    for (const wanted of planned.wanted) {
      wanted.owner.waiting -= 1;
      call.take(wanted);
    }
    this.#inFlight.add(call);
    return call;
  }

  /** Gives every need of the call its items. Returns how many items were nobody's. */
  settle(call: Call, reply: MediaReply): number {
    this.#inFlight.delete(call);
    const asks = call.close();
    const { items, unsettled, strangers } = distribute(dropRepeats(reply.items), asks, call.box);
    for (const ask of asks) {
      if (unsettled.has(ask)) this.#askAlone(ask);
      else ask.receive(items.get(ask) ?? []);
    }
    return strangers;
  }

  /** A call failed: its needs fail with it, or go on in two halves where a smaller query may pass. */
  refuse(call: Call, fault: unknown, smallerMayPass: boolean): void {
    this.#inFlight.delete(call);
    const asks = call.close();
    const wanted = call.wanted.filter(({ owner }) => !owner.finished);
    const halves = smallerMayPass && wanted.length > 0 ? halve({ box: call.box, wanted }) : [];
    for (const half of halves) for (const { owner } of half.wanted) owner.waiting += 1;
    this.#halves.push(...halves);
    if (halves.length === 0) for (const ask of asks) ask.fail(fault);
  }

  #wait(part: Wanted<Ask>): void {
    part.owner.waiting += 1;
    this.#fresh.push(part);
  }

  #askAlone(ask: Ask): void {
    for (const call of this.#inFlight) call.drop(ask);
    this.#halves = this.#halves.map(({ box, wanted }) => ({ box, wanted: wanted.filter(isNot(ask)) }));
    this.#fresh = [...this.#planned.flatMap(({ wanted }) => wanted), ...this.#fresh].filter(isNot(ask));
    this.#planned = [];
    ask.startAlone();
    this.#wait({ box: ask.box, owner: ask });
  }

  /** Plans all that waits, when there is something new or somebody has gone; who waits longest goes first. */
  #replan(): void {
    const stale = this.#planned.some(({ wanted }) => wanted.some(({ owner }) => owner.finished));
    if (this.#fresh.length === 0 && !stale) return;
    const parts = [...this.#planned.flatMap(({ wanted }) => wanted), ...this.#fresh];
    this.#fresh = [];
    for (const { owner } of parts) owner.waiting -= 1;
    const live = parts.filter(({ owner }) => !owner.finished);
    const groups = Map.groupBy(
      live,
      ({ owner }) => (owner.alone ? `!${boxKey(owner.box)}` : '') + owner.share,
    );
    this.#planned = [...groups.values()].flatMap((group) => planCalls(group, this.#limits));
    for (const { wanted } of this.#planned) for (const { owner } of wanted) owner.waiting += 1;
    this.#planned.sort((a, b) => oldestOf(a) - oldestOf(b));
  }
}

function oldestOf({ wanted }: PlannedCall<Ask>): number {
  return wanted.reduce((oldest, { owner }) => Math.min(oldest, owner.order), Number.POSITIVE_INFINITY);
}

function isWanted({ wanted }: PlannedCall<Ask>): boolean {
  return wanted.some(({ owner }) => !owner.finished);
}

function isNot(ask: Ask): (wanted: Wanted<Ask>) => boolean {
  return ({ owner }) => owner !== ask;
}
