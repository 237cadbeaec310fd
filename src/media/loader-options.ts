/** What the loader of one operation is made with. */
import type { OperationSlices } from '../operation-slices.ts';
import type { Values } from './model/box.ts';
import type { PatientKey } from './model/keys.ts';
import type { NeedOutcome } from './model/outcome.ts';
import type { Rights } from './model/rights.ts';
import type { Limits } from './planning/plan.ts';
import type { Freshness } from './recent/freshness.ts';
import type { RecentOptions } from './recent/remembered.ts';

/** The limits of one operation. */
export interface OperationBounds {
  /** See `NeedBudget`. */
  readonly maxNeeds: number;
  /** See `CallBudget`. */
  readonly maxCalls: number;
  readonly limits: Limits;
}

export interface OperationOptions {
  /** Called with the outcome of every need, including rejected ones. */
  readonly onOutcome?: (outcome: NeedOutcome) => void;
  /** The rights of the operation's caller. */
  readonly rights: Rights;
  /** The patients that a need without patients queries for. Default: those whom the rights name. */
  readonly patients?: Values<PatientKey>;
  /** The parent of the spans of its calls; opaque here. */
  readonly trace?: unknown;
  /** Operations with equal keys may share upstream calls. */
  readonly batchKey: string;
  /** See `PendingNeed`. */
  readonly caller?: string;
  /** The time by which the signal fires, in milliseconds of the scheduler's clock. */
  readonly deadline: number;
  readonly bounds: OperationBounds;
  /** How old an answer its caller accepts. Default: Redox is queried. */
  readonly freshness?: Freshness;
  /** Fires when the operation ends: at its deadline, or when its client disconnects. Pending loads fail with its reason. */
  readonly signal: AbortSignal;
  /** Null, which is the default: nothing is remembered beyond the operation. */
  readonly recent?: RecentOptions | null;
  /** The time slices over which the needs of a batch arrive. Default: one tick, until no microtask is left. */
  readonly slices?: OperationSlices;
}
