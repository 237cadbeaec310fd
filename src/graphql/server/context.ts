/** What all resolvers of one operation share. It is made before the first resolver runs, so none of it is awaited. */

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
  /** Before it touches a patient. `hash`: SHA-256 of the document's text, in hex. */
  begin(operation: { readonly name: string | null; readonly hash: string | null }): void;
  /** Before its response leaves. @throws when it may not. */
  end(): Promise<void>;
}

/** What one operation cost. */
interface OperationCost {
  /** Of the oldest remembered answer that was used; null where none was. */
  readonly ageSeconds: number | null;
  /** For `extensions.redox`. */
  describe(): object;
}

/** Subscribes the operation's caller, whose rights are checked when it subscribes and at every event. */
export interface Changes {
  /**
   * The events from now on, or after a cursor. It returns when the gateway stops, and when its reader ends it. @throws
   * FORBIDDEN, BAD_USER_INPUT, RATE_LIMITED or OVERLOADED, before there is any event; while it is read, CURSOR_EXPIRED when events
   * were missed, OVERLOADED with a cursor when it is read too slowly, and what the operation's signal ends it with. Its `throw` ends
   * it because its last event could not be passed on, and adds to the error the cursor after which to continue.
   */
  subscribe(request: ChangeRequest): ChangeStream;
}

/** `answered`, `partial` with errors at fields, `refused` whole. */
export type OperationOutcome = 'answered' | 'partial' | 'refused';

export interface ResolvedOperation {
  readonly type: 'query' | 'mutation' | 'subscription';
  /** Only where its document is a persisted one: others' names are the callers' own words. */
  readonly name: string | null;
}

export interface Context {
  /** Takes what a subscription sends; absent: the request accepts no stream. */
  readonly transport?: LiveTransport;
  /** The operation in the audit trail; absent where there is none, as in the benchmarks' references. */
  readonly audit?: OperationAudit;
  /** What the operation cost until now; absent as `audit` is. */
  readonly cost?: OperationCost;
  /** Hears what kind of operation it is, once its document is valid. */
  readonly onResolved?: (operation: ResolvedOperation) => void;
  /** Hears that the operation is over, and how it came out. */
  readonly onEnd?: (outcome: OperationOutcome) => void;
  /** How much more the response may hold. */
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
  /** Whether the files that links are made to are kept in memory for them; absent: they are not. */
  readonly keepsFilesForLinks?: boolean;
  /** Null where no events of Redox are received; absent as `audit` is. */
  readonly changes?: Changes | null;
  /**
   * Makes the context of one event of a subscription: with its own loader, budgets, deadline and entry in the audit trail. Its
   * `onEnd` must be called. Absent as `audit` is.
   */
  readonly forEvent?: () => Context;
  readonly destinations: Destinations;
  readonly ids: Seal;
  readonly cursors: Seal;
}
