/** How a sandbox may be started; every option has a default. */
import type { ChartDocument } from './charts/chart.ts';
import type { Subscriber } from './push/subscriber.ts';
import type { AnswerHook } from './server/answer.ts';
import type { Quota } from './server/quota.ts';

export interface SandboxOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Delay before each answer of /endpoint; default 0. */
  readonly latencyMs?: number;
  /** Default: the seeded charts. */
  readonly charts?: readonly ChartDocument[];
  /** Default 300, as at Redox. Holds for legacy tokens too. */
  readonly tokenLifetimeSeconds?: number;
  /** Milliseconds since 1970; default Date.now. Rules expiry, quota and recorded times. */
  readonly clock?: () => number;
  /** Resolves after so many milliseconds, or when the signal fires; default: real ones. Rules the latency and the pauses of pushing. */
  readonly wait?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined;
  /** Who hears of what is written, from the start; `subscribe` takes others later. Default: no subscriber. */
  readonly subscribers?: readonly Subscriber[];
  /** Hears, in a sentence, what became of the pushing; nothing of patients is in it. Default: it is not told. */
  readonly report?: (sentence: string) => void;
  /** A query with more entries in `Patients[]` is refused with 400; default: no limit. */
  readonly maxPatientsPerQuery?: number;
  /** Calls above it are answered 429; default: no limit. */
  readonly quota?: Quota;
  /** Sees every accepted query and the documents that match it, and may answer something else. */
  readonly answer?: AnswerHook;
  /** A file that keeps what is written; default: memory. */
  readonly database?: string | undefined;
  /** How many calls `calls` holds; default 10,000. Lower it where queries are large and many. */
  readonly maxRecordedCalls?: number;
}
