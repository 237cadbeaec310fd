/** What the core reports as it works, for logs, metrics and traces alike: names, counts and times, nothing of patients. */
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
  /** `answered`, `cancelled` when no operation waited any more, or the code of its error. */
  readonly outcome: 'answered' | 'cancelled' | ErrorCode;
  readonly durationMs: number;
  /** Of an answered one: its message, and the documents in it. */
  readonly bytes: number;
  readonly items: number;
  /** Documents that satisfy no need; they were dropped. */
  readonly unmatched: number;
  /** Documents given, a document given to several needs counted as often. */
  readonly given: number;
  /** What Redox calls the call: `Meta.Logs`, and `Redox-Trace-Id`. */
  readonly logIds: readonly string[];
  readonly traceId: string | null;
}

/**
 * `retried`: a call is sent once more; `split`: in halves; `requeued`: its needs wait again, as Redox has not taken it (429); `coalesced`: a need waits for a call in flight; `overloaded` and
 * `short-circuited`: a need was rejected, as too many wait or the circuit breaker is open; `unattributed`: it failed, as the
 * documents that came leave open whether they are its own.
 */
export type IncidentKind =
  | 'retried'
  | 'split'
  | 'requeued'
  | 'coalesced'
  | 'overloaded'
  | 'short-circuited'
  | 'unattributed';

export interface Incident {
  readonly destination: string;
  readonly kind: IncidentKind;
}

/**
 * Of what is remembered. `page`: looked for by a cursor, and answers that a cursor names; `question`: looked for as its caller
 * accepts an answer of some age, and all other answers; `file`: by a link.
 */
export type RecentKind = 'page' | 'question' | 'file';

/** Since the process began, but for `bytes`, which are taken now. */
export interface RecentCounts {
  readonly hits: number;
  /** Redox was to be asked. */
  readonly misses: number;
  /** What went before its time, so that others had room. */
  readonly evictions: number;
  readonly bytes: number;
}

export interface CircuitChange {
  /** Null: Redox itself. */
  readonly destination: string | null;
  readonly state: CircuitState;
}

export interface SchedulerEvents {
  onCall?(event: CallStart): void;
  onCallEnd?(event: CallEnd): void;
  onIncident?(event: Incident): void;
  onBreaker?(event: CircuitChange): void;
}

/** One call, as it is traced. */
export interface TracedCall {
  /** Go along with the request. */
  readonly headers: Readonly<Record<string, string>>;
  end(call: CallEnd): void;
}

export interface CallTracer {
  /** `traces`: of the operations that wait for the call, the longest waiting first. */
  startCall(call: CallStart, traces: readonly unknown[]): TracedCall;
}
