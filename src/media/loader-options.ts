/** What the loader of one operation is made with. */
import type { OperationSlices } from '../operation-slices.ts';
import type { Values } from './model/box.ts';
import type { PatientKey } from './model/keys.ts';
import type { NeedOutcome } from './model/outcome.ts';
import type { Rights } from './model/rights.ts';
import type { Limits } from './planning/plan.ts';
import type { Freshness } from './recent/freshness.ts';
import type { RecentOptions } from './recent/remembered.ts';

/** What one operation may ask for. */
export interface OperationBounds {
  /** See `NeedBudget`. */
  readonly maxNeeds: number;
  /** See `CallBudget`. */
  readonly maxCalls: number;
  readonly limits: Limits;
}

export interface OperationOptions {
  /** Is told how every need came out, rejected ones included. */
  readonly onOutcome?: (outcome: NeedOutcome) => void;
  /** The rights of the operation's caller. */
  readonly rights: Rights;
  /** A need that names no patients asks Redox for these alone. Default: those whom the rights name. */
  readonly patients?: Values<PatientKey>;
  /** What its calls are traced as part of; opaque here. */
  readonly trace?: unknown;
  /** Operations of equal keys may share upstream calls. */
  readonly batchKey: string;
  /** See `PendingNeed`. */
  readonly caller?: string;
  /** When the signal will end the operation at the latest, in milliseconds of the scheduler's clock. */
  readonly deadline: number;
  readonly bounds: OperationBounds;
  /** How old an answer its caller accepts. Default: Redox is asked. */
  readonly freshness?: Freshness;
  /** Ends the operation, at its deadline or when its caller hangs up. Open loads fail with its reason. */
  readonly signal: AbortSignal;
  /** Null, which is the default: nothing is remembered beyond the operation. */
  readonly recent?: RecentOptions | null;
  /** In which all needs of a batch come. Default: one tick, until no promise is left to go on. */
  readonly slices?: OperationSlices;
}
