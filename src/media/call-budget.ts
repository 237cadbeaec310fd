/** How many upstream calls one operation may need: one that needs more is rejected before it spends any of the quota. */
import { GatewayError } from '../errors.ts';
import type { Box, Values } from './model/box.ts';
import { LIMITED, type Limits } from './planning/plan.ts';
import { planCalls } from './planning/planner.ts';

/** The lists by the names of their arguments. */
const ARGUMENTS = { patients: 'patients', visits: 'visitNumbers', documents: 'documentIds' } as const;

/** Needs of one destination. Those that name no patients ask for `patients` alone. */
interface Batch {
  readonly boxes: readonly Box[];
  readonly patients: Values;
}

export class CallBudget {
  readonly #maxCalls: number;
  readonly #limits: Limits;
  /** Batches whose calls are only known to be no more than `#maxNeeded` in all: small operations are never planned here. */
  readonly #unplanned: Batch[] = [];
  readonly #planned: { readonly box: Box }[] = [];
  /** How many calls the planned ones are, as what names no patients may take several. */
  #plannedCalls = 0;
  #maxNeeded = 0;

  /** `limits`: the configured ones, as what a destination was learned to accept is not the caller's fault. */
  constructor(maxCalls: number, limits: Limits) {
    this.#maxCalls = maxCalls;
    this.#limits = limits;
  }

  /**
   * Counts the calls for these boxes of one destination. `patients`: those whom the caller's rights name, and a box without
   * patients asks for. @throws BAD_USER_INPUT, naming the list that is too long.
   */
  spend(boxes: readonly Box[], patients: Values = 'all'): void {
    const batch = { boxes, patients };
    this.#unplanned.push(batch);
    this.#maxNeeded += boxes.reduce(
      (sum, box) => sum + this.#callsForAlone(box) * this.#callsForPatients(box, batch),
      0,
    );
    if (this.#maxNeeded <= this.#maxCalls) return;
    for (const one of this.#unplanned.splice(0)) this.#plan(one);
    this.#maxNeeded = this.#plannedCalls;
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

  #plan(batch: Batch): void {
    for (const boxes of separate(batch)) {
      const parts = boxes.map((box) => ({ box, owner: null }));
      for (const call of planCalls(parts, this.#limits)) {
        this.#planned.push(call);
        this.#plannedCalls += this.#callsForPatients(call.box, batch);
      }
    }
  }

  #callsForAlone(box: Box): number {
    return LIMITED.reduce((calls, dimension) => {
      const values = box[dimension];
      return values === 'all' ? calls : calls * Math.ceil(values.size / this.#limits[dimension]);
    }, 1);
  }

  #callsForPatients(box: Box, { patients }: Batch): number {
    return box.patients === 'all' && patients !== 'all'
      ? Math.ceil(patients.size / this.#limits.patients)
      : 1;
  }
}

/** As they are planned: what names no patients is planned by itself where rights limit it. */
function separate({ boxes, patients }: Batch): readonly (readonly Box[])[] {
  if (patients === 'all') return [boxes];
  return [boxes.filter((box) => box.patients === 'all'), boxes.filter((box) => box.patients !== 'all')];
}

function countValues(plan: readonly { readonly box: Box }[], dimension: (typeof LIMITED)[number]): number {
  return plan.reduce((sum, { box }) => {
    const values = box[dimension];
    return sum + (values === 'all' ? 0 : values.size);
  }, 0);
}
