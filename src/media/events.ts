/** What the core reports for logs, metrics and traces: names, counts and times, and nothing about patients. */
import type { ErrorCode } from '../errors.ts';
import type { TreatmentName } from '../redox/reply/contents.ts';
import type { DestinationAlias } from './model/keys.ts';
import type { CircuitState } from './resilience/circuit-breaker.ts';

export interface CallStart {
  readonly destination: DestinationAlias;
  /** See `explain`. */
  readonly reading: string;
  /** How many needs it serves, and the lengths of its lists. */
  readonly needs: number;
  readonly keys: number;
  /** How the files in its reply are treated. */
  readonly files: TreatmentName;
  /** The longest time that any of its needs has waited. */
  readonly waitedMs: number;
}

export interface CallEnd {
  readonly destination: DestinationAlias;
  /** `answered`; `cancelled` when no operation waited for it any more; or the code of its error. */
  readonly outcome: 'answered' | 'cancelled' | ErrorCode;
  readonly durationMs: number;
  /** For an answered call: the size of its message, and the number of documents in it. */
  readonly bytes: number;
  readonly items: number;
  /** The number of documents that satisfied no need; they were dropped. */
  readonly unmatched: number;
  /** The number of documents given to needs; a document that was given to several needs counts several times. */
  readonly given: number;
  /** The ids by which Redox's support finds the call: `Meta.Logs` and `Redox-Trace-Id`. */
  readonly logIds: readonly string[];
  readonly traceId: string | null;
}

/**
 * `retried`: a call is sent once more. `split`: a call is divided into halves. `requeued`: the needs of a call wait again, as
 * Redox did not accept it (429). `coalesced`: a need waits for a call in flight. `overloaded` and `short-circuited`: a need was
 * rejected, as too many wait or the circuit breaker is open. `unattributed`: a need failed, as the returned documents do not show
 * whether they belong to it.
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
  readonly destination: DestinationAlias;
  readonly kind: IncidentKind;
}

/**
 * The kind of what is remembered. `page`: lookups by a cursor, and answers that a cursor names; `question`: lookups for callers
 * that accept an answer of some age, and all other answers; `file`: lookups by a link, and files.
 */
export type RecentKind = 'page' | 'question' | 'file';

/** Counted since the start of the process, except `bytes`, which is the current number. */
export interface RecentCounts {
  readonly hits: number;
  /** Lookups after which Redox had to be queried. */
  readonly misses: number;
  /** Answers or files that were evicted before they expired, to make room for others. */
  readonly evictions: number;
  readonly bytes: number;
}

export interface CircuitChange {
  /** Null: Redox itself. */
  readonly destination: DestinationAlias | null;
  readonly state: CircuitState;
}

export interface SchedulerEvents {
  onCall?(event: CallStart): void;
  onCallEnd?(event: CallEnd): void;
  onIncident?(event: Incident): void;
  onBreaker?(event: CircuitChange): void;
}

/** The span of one call. */
export interface TracedCall {
  /** Headers that are added to the request. */
  readonly headers: Readonly<Record<string, string>>;
  end(call: CallEnd): void;
}

export interface CallTracer {
  /** `traces`: those of the operations that wait for the call, the longest waiting first. */
  startCall(call: CallStart, traces: readonly unknown[]): TracedCall;
}
