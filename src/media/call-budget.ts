/** How many upstream calls one operation may need: one that needs more is rejected before it spends any of the quota. */
import { GatewayError } from '../errors.ts';
import type { Box } from './model/box.ts';
import { LIMITED, type Limits } from './planning/plan.ts';
import { planCalls } from './planning/planner.ts';

/** The lists by the names of their arguments. */
const ARGUMENTS = { patients: 'patients', visits: 'visitNumbers', documents: 'documentIds' } as const;

export class CallBudget {
  readonly #maxCalls: number;
  readonly #limits: Limits;
  /** Batches whose calls are only known to be no more than `#maxNeeded` in all: small operations are never planned here. */
  readonly #unplanned: (readonly Box[])[] = [];
  readonly #planned: { readonly box: Box }[] = [];
  #maxNeeded = 0;

  /** `limits`: the configured ones, as what a destination was learned to accept is not the caller's fault. */
  constructor(maxCalls: number, limits: Limits) {
    this.#maxCalls = maxCalls;
    this.#limits = limits;
  }

  /** Counts the calls for these boxes of one destination. @throws BAD_USER_INPUT, naming the list that is too long. */
  spend(boxes: readonly Box[]): void {
    this.#unplanned.push(boxes);
    this.#maxNeeded += boxes.reduce((sum, box) => sum + this.#callsForAlone(box), 0);
    if (this.#maxNeeded <= this.#maxCalls) return;
    for (const batch of this.#unplanned.splice(0)) this.#planned.push(...this.#plan(batch));
    this.#maxNeeded = this.#planned.length;
    if (this.#maxNeeded <= this.#maxCalls) return;
    const lengths = LIMITED.map((dimension) => ({
      dimension,
      length: countValues(this.#planned, dimension),
    }));
    const longest = lengths.reduce((a, b) => (b.length > a.length ? b : a));
    throw new GatewayError('BAD_USER_INPUT', {
      argument: ARGUMENTS[longest.dimension],
      problem: 'is too long: one operation may not need so many upstream calls',
    });
  }

  #plan(boxes: readonly Box[]): readonly { readonly box: Box }[] {
    return planCalls(
      boxes.map((box) => ({ box, owner: null })),
      this.#limits,
    );
  }

  #callsForAlone(box: Box): number {
    return LIMITED.reduce((calls, dimension) => {
      const values = box[dimension];
      return values === 'all' ? calls : calls * Math.ceil(values.size / this.#limits[dimension]);
    }, 1);
  }
}

function countValues(plan: readonly { readonly box: Box }[], dimension: (typeof LIMITED)[number]): number {
  return plan.reduce((sum, { box }) => {
    const values = box[dimension];
    return sum + (values === 'all' ? 0 : values.size);
  }, 0);
}
