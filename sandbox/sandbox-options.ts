/** The options of a sandbox; every option has a default. */
import type { ChartDocument } from './charts/chart.ts';
import type { Subscriber } from './push/subscriber.ts';
import type { AnswerHook } from './server/answer.ts';
import type { Quota } from './server/quota.ts';

export interface SandboxOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Delay before each response of /endpoint; default 0. */
  readonly latencyMs?: number;
  /** Default: the seeded charts. */
  readonly charts?: readonly ChartDocument[];
  /** Default 300, as at Redox. Holds for legacy tokens too. */
  readonly tokenLifetimeSeconds?: number;
  /** Milliseconds since 1970; default Date.now. Determines expiry, quota and recorded times. */
  readonly clock?: () => number;
  /**
   * Resolves after so many milliseconds, or when the signal fires; by default with real timers. Determines the latency and the
   * pauses of pushing.
   */
  readonly wait?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined;
  /** Subscribers from the start; `subscribe` adds others later. Default: none. */
  readonly subscribers?: readonly Subscriber[];
  /** Called with one sentence about each outcome of pushing; it contains nothing about patients. Default: not called. */
  readonly report?: (sentence: string) => void;
  /** A query with more entries in `Patients[]` is refused with 400; default: no limit. */
  readonly maxPatientsPerQuery?: number;
  /** Further calls get a 429; default: no limit. */
  readonly quota?: Quota;
  /** Receives every accepted query and the documents that match it, and may return another response. */
  readonly answer?: AnswerHook;
  /** A file that stores what is written; default: memory. */
  readonly database?: string | undefined;
  /** The number of calls that `calls` keeps; default 10,000. Lower it if queries are large and many. */
  readonly maxRecordedCalls?: number;
}
