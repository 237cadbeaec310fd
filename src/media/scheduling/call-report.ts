/** Reports the start and the end of one call as events and in traces. */

import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import { nameOfTreatment } from '../../redox/reply/contents.ts';
import type { CallEnd, CallStart, CallTracer, SchedulerEvents, TracedCall } from '../events.ts';
import { DIMENSIONS } from '../model/box.ts';
import type { DestinationAlias } from '../model/keys.ts';
import { explain } from '../planning/plan.ts';
import type { UpstreamCall } from './upstream-call.ts';

type CallCounts = Pick<CallEnd, 'bytes' | 'items' | 'unmatched' | 'given'>;
type CallLogged = Pick<CallEnd, 'logIds' | 'traceId'>;

/** The counts of a call that failed. */
const NO_COUNTS: CallCounts = { bytes: 0, items: 0, unmatched: 0, given: 0 };

export interface ReportOptions {
  readonly events?: SchedulerEvents;
  readonly tracing?: CallTracer | null;
}

export class CallReport {
  readonly #destination: DestinationAlias;
  readonly #call: UpstreamCall;
  readonly #events: SchedulerEvents | undefined;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #start: CallStart;
  readonly #traced: TracedCall | undefined;

  /** `clock`: the clock that the needs' times of submission were read from. */
  constructor(
    destination: DestinationAlias,
    call: UpstreamCall,
    { events, tracing }: ReportOptions,
    clock: Clock,
  ) {
    this.#destination = destination;
    this.#call = call;
    this.#events = events;
    this.#clock = clock;
    this.#startedAt = clock.now();
    this.#start = describeStart(destination, call, this.#startedAt);
    this.#traced = tracing?.startCall(this.#start, tracesOf(call));
  }

  /** The trace headers to send with the request. */
  get headers(): Readonly<Record<string, string>> | undefined {
    return this.#traced?.headers;
  }

  reportStart(): void {
    this.#events?.onCall?.(this.#start);
  }

  reportReply(counts: CallCounts, { logIds, traceId }: CallLogged): void {
    this.#end('answered', counts, { logIds, traceId });
  }

  reportFailure(error: unknown): void {
    const isKnown = error instanceof GatewayError;
    const { logIds = [], traceId = null } = (isKnown && error.details.redox) || {};
    const outcome = isKnown ? error.code : 'INTERNAL_SERVER_ERROR';
    this.#end(this.#call.state === 'cancelled' ? 'cancelled' : outcome, NO_COUNTS, { logIds, traceId });
  }

  #end(outcome: CallEnd['outcome'], counts: CallCounts, logged: CallLogged): void {
    const durationMs = this.#clock.now() - this.#startedAt;
    const end = { destination: this.#destination, outcome, durationMs, ...counts, ...logged };
    this.#events?.onCallEnd?.(end);
    this.#traced?.end(end);
  }
}

function describeStart(destination: DestinationAlias, call: UpstreamCall, now: number): CallStart {
  const { files, parts, box } = call;
  const lists = DIMENSIONS.map((dimension) => box[dimension]);
  return {
    destination,
    reading: explain([call]),
    needs: parts.length,
    keys: lists.reduce((sum, list) => sum + (list === 'all' ? 0 : list.size), 0),
    files: nameOfTreatment(files),
    waitedMs: now - parts.reduce((earliest, { owner }) => Math.min(earliest, owner.submittedAt), now),
  };
}

/** Returns the traces of the operations that the call is for, each once; the operation that has waited longest comes first. */
function tracesOf({ parts }: UpstreamCall): readonly unknown[] {
  const owners = parts.map(({ owner }) => owner).sort((a, b) => a.order - b.order);
  return [...new Set(owners.flatMap(({ trace }) => trace ?? []))];
}
