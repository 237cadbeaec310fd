/**
 * One for the whole process, under every operation's loader: sends calls while slots and quota are free, gathers needs
 * and plans them together while they are not.
 */
import { GatewayError } from '../errors.ts';
import type { RedoxClient } from '../redox/client.ts';
import { nameOfTreatment, type TreatmentName } from '../redox/contents.ts';
import { RedoxFault } from '../redox/fault.ts';
import { Ask, type AskOptions } from './ask.ts';
import { toMediaQuery } from './box.ts';
import type { Call } from './call.ts';
import { QuotaGovernor, type Rate } from './governor.ts';
import { Lane } from './lane.ts';
import { LearnedLimits } from './learned-limits.ts';
import type { Need } from './need.ts';
import { explain, type Limits } from './plan.ts';

export interface CallStart {
  readonly destination: string;
  /** See `explain`. */
  readonly reading: string;
  /** How many needs it settles. */
  readonly needs: number;
  /** What is done with the files in its reply. */
  readonly files: TreatmentName;
}

/** What the core reports as it works, free of patient data. */
export interface SchedulerEvents {
  /** A Media Query starts. */
  onCall?(event: CallStart): void;
  /** A reply held items that satisfy nobody's need; they were dropped. */
  onStrangers?(event: { readonly destination: string; readonly count: number }): void;
}

export interface SchedulerOptions {
  /** Sends one Media Query; rejects with a RedoxFault, whose `smallerMayPass` tells whether halves are worth a try. */
  readonly query: RedoxClient['query'];
  /** Aliases of all destinations. */
  readonly destinations: readonly string[];
  /** Most calls in flight at once, over all destinations. */
  readonly concurrency: number;
  readonly rate: Rate;
  readonly limits: Limits;
  /** Largest message of Redox's. */
  readonly maxResponseBytes: number;
  /** Milliseconds; deadlines are in its time. */
  readonly clock?: () => number;
  readonly events?: SchedulerEvents;
}

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #clock: () => number;
  readonly #lanes: Map<string, Lane>;
  /** All lanes; who sent a call last comes last. */
  readonly #turns: Lane[];
  readonly #governor: QuotaGovernor;
  #inFlight = 0;
  #relaysInFlight = 0;
  #dispatching: NodeJS.Immediate | undefined;
  #waking: NodeJS.Timeout | undefined;

  constructor(options: SchedulerOptions) {
    const { destinations, limits, maxResponseBytes, rate, clock = Date.now } = options;
    this.#options = options;
    this.#clock = clock;
    this.#governor = new QuotaGovernor(rate, clock);
    this.#lanes = new Map(
      destinations.map((alias) => [
        alias,
        new Lane(alias, new LearnedLimits(limits, maxResponseBytes, clock)),
      ]),
    );
    this.#turns = [...this.#lanes.values()];
  }

  /**
   * Answers one need. Needs of the same tick, and those that wait for a slot, share calls with those of equal `share`;
   * a need that calls in flight cover waits for those.
   */
  ask(need: Need, options: AskOptions): Ask {
    const lane = this.#lanes.get(need.destination);
    if (lane === undefined) throw new Error('a need names an unknown destination');
    const ask = new Ask(need, options);
    lane.join(ask);
    this.#dispatchSoon();
    return ask;
  }

  /** At the end of the tick, so that all needs that arrive in it are planned together. */
  #dispatchSoon(): void {
    this.#dispatching ??= setImmediate(() => {
      this.#dispatching = undefined;
      this.#dispatch();
    });
  }

  /** Fills the free slots as far as the quota lets. */
  #dispatch(): void {
    do {
      const delayMs = this.#governor.delayMs;
      if (delayMs > 0) {
        this.#waitForQuota(delayMs);
        return;
      }
    } while (this.#sendNext());
  }

  /** One call a lane in turn, so that no lane starves behind another's backlog. */
  #sendNext(): boolean {
    for (const [at, lane] of this.#turns.entries()) {
      const call = this.#mayStart(lane) ? lane.startNext({ mayRelay: this.#mayRelay }) : undefined;
      if (call === undefined) continue;
      this.#turns.push(...this.#turns.splice(at, 1));
      void this.#send(lane, call);
      return true;
    }
    return false;
  }

  /**
   * A lane leaves one free slot for every other lane that has none, so that a destination whose calls hang never keeps
   * the others waiting; but no more than half of all, so that many quiet destinations do not throttle a busy one.
   */
  #mayStart(lane: Lane): boolean {
    const { concurrency } = this.#options;
    const free = concurrency - this.#inFlight;
    if (lane.callsInFlight === 0) return free > 0;
    const quiet = this.#turns.filter(({ callsInFlight }) => callsInFlight === 0).length;
    return free > Math.min(quiet, Math.floor(concurrency / 2));
  }

  /** A relay lasts as long as its taker likes, so that half of all slots is kept free of them. */
  get #mayRelay(): boolean {
    return this.#relaysInFlight < Math.max(1, Math.floor(this.#options.concurrency / 2));
  }

  /** Comes back when the quota lets the next call go; refuses those now whose time will be over before their turn. */
  #waitForQuota(delayMs: number): void {
    const now = this.#clock();
    // Infinite: calls in flight have used it up. A whole window follows the end of the first of them.
    let turn = now + Math.min(delayMs, this.#options.rate.windowMs);
    let ahead = 0;
    for (const { wanted } of inTurn(this.#turns.map((lane) => lane.waiting))) {
      const retryAfterSeconds = Math.ceil((turn - now) / 1000);
      for (const { owner } of wanted) {
        if (owner.deadline >= turn) continue;
        owner.fail(new GatewayError('RATE_LIMITED', { retryable: true, retryAfterSeconds }));
      }
      if (wanted.some(({ owner }) => !owner.finished)) turn += this.#governor.spacingAfter(ahead++);
    }
    clearTimeout(this.#waking);
    // The end of a call in flight dispatches by itself.
    if (delayMs === Number.POSITIVE_INFINITY) return;
    // It must not keep a process alive that is done: whoever waits has a connection open.
    this.#waking = setTimeout(() => this.#dispatch(), delayMs).unref();
  }

  async #send(lane: Lane, call: Call): Promise<void> {
    const { destination } = lane;
    const { query, events } = this.#options;
    this.#inFlight += 1;
    if (call.isRelay) this.#relaysInFlight += 1;
    this.#governor.start();
    try {
      const { files, wanted } = call;
      const [reading, needs] = [explain([call]), wanted.length];
      events?.onCall?.({ destination, reading, needs, files: nameOfTreatment(files) });
      const reply = await query(destination, toMediaQuery(call.box), call.signal, call.files);
      const count = lane.settle(call, reply);
      if (count > 0) events?.onStrangers?.({ destination, count });
    } catch (fault) {
      lane.refuse(call, fault, fault instanceof RedoxFault && fault.smallerMayPass);
    } finally {
      this.#inFlight -= 1;
      if (call.isRelay) this.#relaysInFlight -= 1;
      this.#governor.end();
      this.#dispatchSoon();
    }
  }
}

/** The first of every list, then the second of every list, and so on. */
function* inTurn<T>(lists: readonly (readonly T[])[]): Generator<T> {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  for (let at = 0; at < longest; at++) {
    for (const list of lists) yield* list.slice(at, at + 1);
  }
}
