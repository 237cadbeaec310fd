/**
 * One for the whole process, under every operation's loader: sends calls while slots are free, gathers needs and plans
 * them together while none is.
 */
import { RedoxFault } from '../redox/fault.ts';
import type { MediaQuery, MediaReply } from '../redox/messages.ts';
import { Ask } from './ask.ts';
import { toMediaQuery } from './box.ts';
import type { Call } from './call.ts';
import { Lane } from './lane.ts';
import type { Need } from './need.ts';
import type { Limits } from './plan.ts';

/** What the core reports as it works, free of patient data. */
export interface SchedulerEvents {
  /** A reply held items that satisfy nobody's need; they were dropped. */
  onStrangers?(event: { readonly destination: string; readonly count: number }): void;
}

export interface SchedulerOptions {
  /** Sends one Media Query; rejects with a fault whose `smallerMayPass` tells whether halves are worth a try. */
  readonly query: (destination: string, query: MediaQuery, signal: AbortSignal) => Promise<MediaReply>;
  /** Aliases of all destinations. */
  readonly destinations: readonly string[];
  /** Most calls in flight at once, over all destinations. */
  readonly concurrency: number;
  readonly limits: Limits;
  readonly events?: SchedulerEvents;
}

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #lanes: Map<string, Lane>;
  #inFlight = 0;
  #dispatching: NodeJS.Immediate | undefined;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#lanes = new Map(options.destinations.map((alias) => [alias, new Lane(alias, options.limits)]));
  }

  /**
   * Answers one need. Needs of the same tick, and those that wait for a slot, share calls with those of equal `share`;
   * a need that calls in flight cover waits for those.
   */
  ask(need: Need, share: string): Ask {
    const lane = this.#lanes.get(need.destination);
    if (lane === undefined) throw new Error('a need names an unknown destination');
    const ask = new Ask(need, share);
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

  /** Fills the free slots, one call a lane in turn. */
  #dispatch(): void {
    for (let sent = true; sent; ) {
      sent = false;
      for (const lane of this.#lanes.values()) {
        if (!this.#mayStart(lane)) continue;
        const call = lane.startNext();
        if (call === undefined) continue;
        sent = true;
        void this.#send(lane, call);
      }
    }
  }

  /**
   * A lane leaves one free slot for every other lane that has none, so that a destination whose calls hang never keeps
   * the others waiting.
   */
  #mayStart(lane: Lane): boolean {
    const free = this.#options.concurrency - this.#inFlight;
    if (lane.callsInFlight === 0) return free > 0;
    let kept = 0;
    for (const other of this.#lanes.values()) if (other.callsInFlight === 0) kept += 1;
    return free > kept;
  }

  async #send(lane: Lane, call: Call): Promise<void> {
    this.#inFlight += 1;
    try {
      const reply = await this.#options.query(lane.destination, toMediaQuery(call.box), call.signal);
      const strangers = lane.settle(call, reply);
      if (strangers > 0)
        this.#options.events?.onStrangers?.({ destination: lane.destination, count: strangers });
    } catch (fault) {
      lane.refuse(call, fault, fault instanceof RedoxFault && fault.smallerMayPass);
    } finally {
      this.#inFlight -= 1;
      this.#dispatchSoon();
    }
  }
}
