/** How many upstream calls one operation may plan: one that asks too much is refused before it spends the quota. */
import { GatewayError } from '../errors.ts';
import type { Box } from './box.ts';
import { LIMITED, type Limits } from './plan.ts';
import { planCalls } from './planner.ts';

/** What callers call the lists. */
const ARGUMENTS = { patients: 'patients', visits: 'visitNumbers', documents: 'documentIds' } as const;

export class CallBudget {
  readonly #maxCalls: number;
  readonly #limits: Limits;
  #planned = 0;

  /** `limits`: the configured ones; what a destination was learned to take is not the caller's fault. */
  constructor(maxCalls: number, limits: Limits) {
    this.#maxCalls = maxCalls;
    this.#limits = limits;
  }

  /** Counts the calls for these boxes of one destination. @throws BAD_USER_INPUT, naming the list that is too long. */
  spend(boxes: readonly Box[]): void {
    const plan = planCalls(
      boxes.map((box) => ({ box, owner: null })),
      this.#limits,
    );
    this.#planned += plan.length;
    if (this.#planned <= this.#maxCalls) return;
    const lengths = LIMITED.map((dimension) => ({ dimension, length: countValues(plan, dimension) }));
    const longest = lengths.reduce((a, b) => (b.length > a.length ? b : a));
    throw new GatewayError('BAD_USER_INPUT', {
      argument: ARGUMENTS[longest.dimension],
      problem: 'is too long: one operation may not need so many upstream calls',
      retryable: false,
    });
  }
}

function countValues(plan: readonly { readonly box: Box }[], dimension: (typeof LIMITED)[number]): number {
  return plan.reduce((sum, { box }) => {
    const values = box[dimension];
    return sum + (values === 'all' ? 0 : values.size);
  }, 0);
}
