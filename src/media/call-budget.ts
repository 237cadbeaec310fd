/**
 * Limits how many upstream calls one operation may need: an operation that needs more is rejected before it uses any of the
 * quota.
 */
import { GatewayError } from '../errors.ts';
import type { Box, Values } from './model/box.ts';
import { LIMITED, type Limits } from './planning/plan.ts';
import { planCalls } from './planning/planner.ts';

/** The arguments by which callers give the lists. */
const ARGUMENTS = { patients: 'patients', visits: 'visitNumbers', documents: 'documentIds' } as const;

/** Needs of one destination. Needs that name no patients query for `patients` only. */
interface Batch {
  readonly boxes: readonly Box[];
  readonly patients: Values;
}

export class CallBudget {
  readonly #maxCalls: number;
  readonly #limits: Limits;
  /** Batches whose calls are only known not to exceed `#maxNeeded` in total: small operations are never planned here. */
  readonly #unplanned: Batch[] = [];
  readonly #planned: { readonly box: Box }[] = [];
  /** The number of planned calls, as needs that name no patients may take several calls. */
  #plannedCalls = 0;
  #maxNeeded = 0;

  /** `limits`: the configured ones, since a lower limit that was learned for a destination is not the caller's fault. */
  constructor(maxCalls: number, limits: Limits) {
    this.#maxCalls = maxCalls;
    this.#limits = limits;
  }

  /**
   * Counts the calls for these boxes of one destination. `patients`: those in the caller's rights, which a box without patients
   * queries for. @throws BAD_USER_INPUT, naming the list that is too long.
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

/** Grouped as they will be planned: if the rights limit the patients, boxes without patients are planned separately. */
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
