/** Decides with which others needs are asked again whose items a reply leaves open: within a budget, and remembered for a while. */
import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import { ExpiringMap } from '../../expiring-map.ts';
import type { MediaReply } from '../../redox/messages.ts';
import { type Box, boxKey } from '../model/box.ts';
import { TokenBucket } from '../resilience/token-bucket.ts';
import { hasShapeOf, type Isolation } from './isolation.ts';
import type { PendingNeed } from './pending-need.ts';

/**
 * How many calls a destination's replies may cause beyond those that were planned. What one operation may need at once is a full
 * list of patients, each asked alone; then a fifth of Redox's default quota of 25 calls a second: four fifths stay for planned calls.
 */
const BUDGET = { maxTokens: 100, tokensPerSecond: 5 };

/** What a destination's items say changes with its configuration; until then each need would cost a call in vain. */
const REMEMBERED_MS = 5 * 60_000;

/** 100 bytes each: a megabyte. */
const MAX_REMEMBERED = 10_000;

export interface IsolatorOptions {
  readonly clock: Clock;
  /** An HMAC of a text: what is remembered of patients is remembered by it. */
  readonly hash: (text: string) => string;
  /** Is told of every need that fails because no reply shows which items are its own. */
  readonly onUnattributed: () => void;
}

export class Isolator {
  readonly #hash: (text: string) => string;
  readonly #onUnattributed: () => void;
  readonly #budget: TokenBucket;
  /** Of boxes, by their HMACs. */
  readonly #known: ExpiringMap<Isolation>;
  #groups = 0;

  constructor({ clock, hash, onUnattributed }: IsolatorOptions) {
    this.#hash = hash;
    this.#onUnattributed = onUnattributed;
    this.#budget = new TokenBucket(BUDGET, clock);
    this.#known = new ExpiringMap(clock, REMEMBERED_MS, MAX_REMEMBERED);
  }

  /** Isolates a need at once that could not be settled otherwise lately, which saves it a call in vain. */
  recall(pending: PendingNeed): void {
    if (this.#known.isEmpty) return;
    pending.isolation = this.#known.get(this.#keyOf(pending.queryBox)) ?? 'none';
    pending.isRecalled = pending.isolation !== 'none';
  }

  /**
   * How the needs that a call left open are isolated when they are asked again. `open`: of how many patients at most the
   * items are that left them open; where those are few they are found by halves, so that the others need no call alone.
   */
  isolationsAfter(
    { box: callBox }: { readonly box: Box },
    waiting: readonly PendingNeed[],
    open: number,
  ): Map<PendingNeed, Isolation> {
    const [ofCallsShape, ofOthers] = partition(waiting, ({ queryBox }) => hasShapeOf(callBox, queryBox));
    const isolations = new Map<PendingNeed, Isolation>(ofOthers.map((pending) => [pending, 'shape']));
    const equals = [...Map.groupBy(ofCallsShape, ({ queryBox }) => boxKey(queryBox)).values()];
    const isHalved = callsByHalves(equals.length, open) <= equals.length;
    const middle = isHalved ? Math.ceil(equals.length / 2) : 0;
    for (const half of [equals.slice(0, middle), equals.slice(middle)]) {
      const isolation = isHalved && half.length > 1 ? this.isolationTogether() : 'alone';
      for (const pending of half.flat()) isolations.set(pending, isolation);
    }
    for (const [{ queryBox }, isolation] of isolations) {
      // Most of those in halves turn out to need no isolation.
      if (isolation !== 'shape' && isolation !== 'alone') continue;
      this.#known.set(this.#keyOf(queryBox), isolation);
    }
    return isolations;
  }

  /** For needs that share calls with each other alone. */
  isolationTogether(): Isolation {
    this.#groups += 1;
    return `group ${this.#groups}`;
  }

  /**
   * Whether a call for these needs may start. It counts against the budget when only the destination's way of replying
   * causes it: after a reply that left the needs open, or for one need alone where others might share its call
   * (`isAmongOthers`). Needs that are known to need a call by their shape merge as all others do, and do not count.
   */
  affords(waiting: readonly PendingNeed[], isAmongOthers: () => boolean): boolean {
    const isExtra = waiting.every(({ isolation, isRecalled }) => {
      if (isolation === 'none') return false;
      return !isRecalled || (isolation === 'alone' && isAmongOthers());
    });
    return !isExtra || this.#budget.take();
  }

  /** `reply`: the one that leaves it open; null where the budget does not allow another call. */
  fail(pending: PendingNeed, reply: Pick<MediaReply, 'logIds' | 'traceId'> | null, retryable: boolean): void {
    if (pending.finished) return;
    this.#onUnattributed();
    pending.fail(new GatewayError('UNATTRIBUTED', { retryable, ...(reply && { redox: describe(reply) }) }));
  }

  #keyOf(box: Box): string {
    return this.#hash(boxKey(box));
  }
}

function describe({ logIds, traceId }: Pick<MediaReply, 'logIds' | 'traceId'>) {
  return { logIds, status: 200, ...(traceId !== null && { traceId }) };
}

/** About how many calls find `open` needs among `all` by halves. */
function callsByHalves(all: number, open: number): number {
  return open > 0 && open < all ? 2 * open * Math.ceil(Math.log2(all / open)) : Number.POSITIVE_INFINITY;
}

function partition<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}
