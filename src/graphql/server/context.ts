/** What all resolvers of one operation share. It is created before the first resolver runs, so nothing of it is awaited. */

import type { ChangeRequest, ChangeStream } from '../../events/changes.ts';
import type { MediaLoader } from '../../media/loader.ts';
import type { RightsKey } from '../../media/model/keys.ts';
import type { Rights } from '../../media/model/rights.ts';
import type { OperationSlices } from '../../operation-slices.ts';
import type { Seal } from '../../seal.ts';
import type { MediaWriter } from '../../writes/media-writer.ts';
import type { Destinations } from '../inputs/destinations.ts';
import type { ContentLinks } from '../nodes/content-link.ts';
import type { LiveTransport } from './live-results.ts';
import type { ResponseBudget } from './response-budget.ts';

/** One operation in the audit trail. */
interface OperationAudit {
  /** Called before the operation accesses a patient. `hash`: SHA-256 of the document's text, in hex. */
  begin(operation: { readonly name: string | null; readonly hash: string | null }): void;
  /** Called before its response is sent. @throws when it must not be sent. */
  end(): Promise<void>;
}

/** What one operation cost. */
interface OperationCost {
  /** The age of the oldest remembered answer that was used; null where none was. */
  readonly ageSeconds: number | null;
  /** For `extensions.redox`. */
  describe(): object;
}

/** Subscribes the operation's caller, whose rights are checked when it subscribes and at every event. */
export interface Changes {
  /**
   * The events from now on, or after a cursor. The stream returns when the gateway stops, and when its reader ends it. @throws
   * FORBIDDEN, BAD_USER_INPUT, RATE_LIMITED or OVERLOADED before there is any event. While it is read, it throws CURSOR_EXPIRED
   * when events were missed, OVERLOADED with a cursor when it is read too slowly, and the reason of the operation's signal. The
   * reader calls its `throw` when the last event could not be passed on; the stream then adds to the error the cursor after which
   * to continue.
   */
  subscribe(request: ChangeRequest): ChangeStream;
}

/** `answered`: without errors; `partial`: with errors at fields; `refused`: as a whole. */
export type OperationOutcome = 'answered' | 'partial' | 'refused';

export interface ResolvedOperation {
  readonly type: 'query' | 'mutation' | 'subscription';
  /** Only if its document is a persisted one: other names are chosen by callers. */
  readonly name: string | null;
}

export interface Context {
  /** Receives the results of a subscription; absent if the request accepts no stream. */
  readonly transport?: LiveTransport;
  /** The operation in the audit trail; absent where there is none, as in the benchmarks' references. */
  readonly audit?: OperationAudit;
  /** What the operation has cost so far; absent in the same cases as `audit`. */
  readonly cost?: OperationCost;
  /** Called with the kind of the operation, once its document is valid. */
  readonly onResolved?: (operation: ResolvedOperation) => void;
  /** Called with the outcome when the operation is over. */
  readonly onEnd?: (outcome: OperationOutcome) => void;
  /** How much more the response may contain. */
  readonly responseBudget: ResponseBudget;
  /** The caller's rights. The loader checks every need and every item against them. */
  readonly rights: Rights;
  /** Equal for equal rights, different for different ones. */
  readonly rightsKey: RightsKey;
  readonly loader: MediaLoader;
  readonly slices: OperationSlices;
  /** Performs the caller's writes. */
  readonly writer: MediaWriter;
  /** Makes the caller's links to files. */
  readonly links: ContentLinks;
  /** Whether the files for which links are made are kept in memory; absent: they are not. */
  readonly keepsFilesForLinks?: boolean;
  /** Null where no events of Redox are received; absent in the same cases as `audit`. */
  readonly changes?: Changes | null;
  /**
   * Creates the context of one event of a subscription, with its own loader, budgets, deadline and entry in the audit trail. Its
   * `onEnd` must be called. Absent in the same cases as `audit`.
   */
  readonly forEvent?: () => Context;
  readonly destinations: Destinations;
  readonly ids: Seal;
  readonly cursors: Seal;
}
