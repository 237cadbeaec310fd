/** What every resolver of one operation shares. Made before the first resolver runs, so nothing in it is awaited. */

import type { MediaLoader } from '../../media/loader.ts';
import type { Rights } from '../../media/model/rights.ts';
import type { Seal } from '../../seal.ts';
import type { MediaWriter } from '../../writes/media-writer.ts';
import type { Destinations } from '../inputs/arguments.ts';
import type { ContentLinks } from '../nodes/content-link.ts';
import type { ResponseBudget } from './response-budget.ts';

/** What the audit trail says of an operation. */
export interface AuditedOperation {
  readonly name: string | null;
  readonly hash: string | null;
}

/** `answered`, `partial` with errors at fields, `refused` whole. */
export type OperationOutcome = 'answered' | 'partial' | 'refused';

export interface Context {
  /** Writes who saw what into the audit trail; absent where there is none, as in benchmarks' references. */
  readonly recordAccesses?: (operation: AuditedOperation) => void | Promise<void>;
  /** The operation is over. */
  readonly onEnd?: (outcome: OperationOutcome) => void;
  /** How much more the response may hold. */
  readonly responseBudget: ResponseBudget;
  /** Of the caller. The loader holds every need and item to them. */
  readonly rights: Rights;
  readonly loader: MediaLoader;
  /** For the caller's writes. */
  readonly writer: MediaWriter;
  /** To files, for the caller. */
  readonly links: ContentLinks;
  readonly destinations: Destinations;
  readonly ids: Seal;
  readonly cursors: Seal;
}
