/**
 * Decides how needs that a reply left open are queried again: which of them share calls, within a budget. Results are remembered.
 */
import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import { ExpiringMap } from '../../expiring-map.ts';
import type { MediaReply } from '../../redox/messages.ts';
import { type Box, boxKey } from '../model/box.ts';
import { TokenBucket } from '../resilience/token-bucket.ts';
import { hasShapeOf, type Isolation } from './isolation.ts';
import type { PendingNeed } from './pending-need.ts';

/**
 * The budget for calls that are made only because a destination's replies left needs open. At once, one operation may need a call
 * for each patient of a full list. After that, a fifth of Redox's default quota of 25 calls a second is used, and the rest is
 * left for other calls.
 */
const BUDGET = { maxTokens: 100, tokensPerSecond: 5 };

/**
 * How long isolation is remembered. The way a destination identifies patients changes only with its configuration, and forgetting
 * it costs one useless call for each need.
 */
const REMEMBERED_MS = 5 * 60_000;

/** About 100 bytes each, a megabyte in all. */
const MAX_REMEMBERED = 10_000;

export interface IsolatorOptions {
  readonly clock: Clock;
  /** Returns an HMAC of a text. Values that concern patients are stored only as their HMACs. */
  readonly hash: (text: string) => string;
  /** Called for each need that fails because no reply shows which items are its own. */
  readonly onUnattributed: () => void;
}

export class Isolator {
  readonly #hash: (text: string) => string;
  readonly #onUnattributed: () => void;
  readonly #budget: TokenBucket;
  /** The isolation that boxes needed; keys are HMACs of the boxes. */
  readonly #known: ExpiringMap<Isolation>;
  #groups = 0;

  constructor({ clock, hash, onUnattributed }: IsolatorOptions) {
    this.#hash = hash;
    this.#onUnattributed = onUnattributed;
    this.#budget = new TokenBucket(BUDGET, clock);
    this.#known = new ExpiringMap(clock, REMEMBERED_MS, MAX_REMEMBERED);
  }

  /** Isolates a need in advance when an equal need had to be isolated lately, which saves a useless call. */
  recallIsolation(pending: PendingNeed): void {
    if (this.#known.isEmpty) return;
    pending.isolation = this.#known.get(this.#keyOf(pending.queryBox)) ?? 'none';
    pending.isIsolatedInAdvance = pending.isolation !== 'none';
  }

  /**
   * Decides how the needs that a call left open are isolated when they are queried again. `openPatients`: the greatest number of
   * patients that the ambiguous items can belong to. When it is small, the needs are queried in halves to find these patients, so
   * that most other needs require no call of their own.
   */
  isolationsAfter(
    { box: callBox }: { readonly box: Box },
    openNeeds: readonly PendingNeed[],
    openPatients: number,
  ): Map<PendingNeed, Isolation> {
    const [ofCallsShape, others] = partition(openNeeds, ({ queryBox }) => hasShapeOf(callBox, queryBox));
    const isolations = new Map<PendingNeed, Isolation>(others.map((pending) => [pending, 'shape']));
    const equals = [...Map.groupBy(ofCallsShape, ({ queryBox }) => boxKey(queryBox)).values()];
    const isHalved = callsByHalves(equals.length, openPatients) <= equals.length;
    const middle = isHalved ? Math.ceil(equals.length / 2) : 0;
    for (const half of [equals.slice(0, middle), equals.slice(middle)]) {
      const isolation = isHalved && half.length > 1 ? this.createGroup() : 'alone';
      for (const pending of half.flat()) isolations.set(pending, isolation);
    }
    for (const [{ queryBox }, isolation] of isolations) {
      // Isolation in a group is not remembered: most needs of a half turn out to need no isolation.
      if (isolation !== 'shape' && isolation !== 'alone') continue;
      this.#known.set(this.#keyOf(queryBox), isolation);
    }
    return isolations;
  }

  /** Creates the isolation of a new group of needs, which share calls only with each other. */
  createGroup(): Isolation {
    this.#groups += 1;
    return `group ${this.#groups}`;
  }

  /**
   * Takes a call for these needs from the budget, if it counts. Returns false when the budget is used up. A call counts when it
   * is made only because of how the destination replies: after a reply left the needs open, or for a need that was isolated in
   * advance as `alone` while it could share a call with other needs (`hasOthers`). Needs isolated in advance by `shape` merge
   * with each other, and do not count.
   */
  takeBudgetFor(needs: readonly PendingNeed[], hasOthers: () => boolean): boolean {
    const isExtra = needs.every(({ isolation, isIsolatedInAdvance }) => {
      if (isolation === 'none') return false;
      return !isIsolatedInAdvance || (isolation === 'alone' && hasOthers());
    });
    return !isExtra || this.#budget.take();
  }

  /**
   * Fails a need as UNATTRIBUTED. `reply`: the reply that left the need open; null when the budget does not allow another call.
   */
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

/** Estimates how many calls it takes to find `open` needs among `all` by halving. */
function callsByHalves(all: number, open: number): number {
  return open > 0 && open < all ? 2 * open * Math.ceil(Math.log2(all / open)) : Number.POSITIVE_INFINITY;
}

function partition<T>(all: readonly T[], isFirst: (value: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((value) => !isFirst(value))];
}
