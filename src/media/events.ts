/** What the core reports as it works: names, counts and times, nothing of patients. */
import type { ErrorCode } from '../errors.ts';
import type { TreatmentName } from '../redox/reply/contents.ts';
import type { CircuitState } from './resilience/circuit-breaker.ts';

export interface CallStart {
  readonly destination: string;
  /** See `explain`. */
  readonly reading: string;
  /** How many needs it settles, and by how many values in its lists. */
  readonly needs: number;
  readonly keys: number;
  /** What is done with the files in its reply. */
  readonly files: TreatmentName;
  /** The longest that any of its needs has waited. */
  readonly waitedMs: number;
}

export interface CallEnd {
  readonly destination: string;
  /** `answered`, `cancelled` when nobody waited any more, or the code of its error. */
  readonly outcome: 'answered' | 'cancelled' | ErrorCode;
  readonly durationMs: number;
  /** Of an answered one: its message, and the documents in it. */
  readonly bytes: number;
  readonly items: number;
  /** Documents that satisfy nobody's need; they were dropped. */
  readonly unmatched: number;
  /** Documents given, a document given to several needs counted as often. */
  readonly given: number;
  /** What Redox calls the call: `Meta.Logs`, and `Redox-Trace-Id`. */
  readonly logIds: readonly string[];
  readonly traceId: string | null;
}

/** `retried`: the call goes again; `split`: in halves; `coalesced`: a need waits for a call in flight; `overloaded` and
 * `short-circuited`: a need was not taken, as too many wait or the breaker is open; `unattributed`: it failed, as the
 * documents that came do not tell whether they are its own. */
export type CoreIncident =
  | 'retried'
  | 'split'
  | 'coalesced'
  | 'overloaded'
  | 'short-circuited'
  | 'unattributed';

export interface SchedulerEvents {
  onCall?(event: CallStart): void;
  onCallEnd?(event: CallEnd): void;
  onIncident?(event: { readonly destination: string; readonly kind: CoreIncident }): void;
  onBreaker?(event: { readonly destination: string | null; readonly state: CircuitState }): void;
}

/** Follows calls from outside: `traces` are those of the needs that wait for it, the longest waiting first. */
export interface CallTracer {
  startCall(
    call: CallStart,
    traces: readonly unknown[],
  ): {
    /** Go along with the request. */
    readonly headers: Readonly<Record<string, string>>;
    end(call: CallEnd): void;
  };
}
