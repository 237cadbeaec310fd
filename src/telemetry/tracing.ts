/**
 * Spans for operations, for uploads and downloads, for the plan for which their needs wait, and for calls. Attributes are counts,
 * kinds and aliases. W3C trace context is accepted with operations and sent with calls. Baggage is not passed on, as it may
 * contain patients' data.
 */

import {
  type Context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { Clock } from '../clock.ts';
import type { CallEnd, CallStart, CallTracer, TracedCall } from '../media/events.ts';

export interface OperationTrace {
  /** The context of the spans of the operation's calls. */
  readonly context: Context;
  end(result: {
    readonly outcome: string;
    readonly calls: number;
    /** Null: it was refused before its document was known to be valid. */
    readonly resolved: { readonly type: string; readonly name: string | null } | null;
  }): void;
}

interface TracedRequest {
  readonly method: string;
  readonly route: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

export class Tracing implements CallTracer {
  readonly #tracer = trace.getTracer('redox-media-gateway');
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `headers` are those of the caller's request. */
  startOperation(headers: Readonly<Record<string, unknown>>): OperationTrace {
    const parent = propagation.extract(ROOT_CONTEXT, headers);
    const span = this.#tracer.startSpan('graphql.operation', { kind: SpanKind.SERVER }, parent);
    return {
      context: propagation.deleteBaggage(trace.setSpan(parent, span)),
      end({ outcome, calls, resolved }) {
        if (resolved !== null) span.setAttribute('graphql.operation.type', resolved.type);
        if (resolved?.name) span.setAttribute('graphql.operation.name', resolved.name);
        span.setAttributes({ 'redox_media.outcome': outcome, 'redox_media.calls': calls });
        if (outcome === 'refused') span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    };
  }

  /** Starts the span of an upload or a download, by OpenTelemetry's conventions for HTTP; `route` is the pattern of the route. */
  startRequest({ method, route, headers }: TracedRequest) {
    const parent = propagation.extract(ROOT_CONTEXT, headers);
    const attributes = { 'http.request.method': method, 'http.route': route };
    const span = this.#tracer.startSpan(`${method} ${route}`, { kind: SpanKind.SERVER, attributes }, parent);
    return {
      context: propagation.deleteBaggage(trace.setSpan(parent, span)),
      end({ status, isComplete }: { readonly status: number; readonly isComplete: boolean }) {
        span.setAttributes({ 'http.response.status_code': status, 'redox_media.complete': isComplete });
        if (status >= 500 || !isComplete) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    };
  }

  /** `operations`: the contexts of all operations that wait for the call; it belongs to the first and is linked to the others. */
  startCall(call: CallStart, operations: readonly unknown[]): TracedCall {
    const [first = ROOT_CONTEXT, ...others] = operations.filter(isContext);
    const links = others
      .flatMap((one) => trace.getSpanContext(one) ?? [])
      .map((linked) => ({ context: linked }));
    const attributes = {
      'redox_media.destination': call.destination,
      'redox_media.needs': call.needs,
      'redox_media.keys': call.keys,
      'redox_media.waiters': operations.length,
    };
    const now = this.#clock.wallTime();
    const plan = this.#tracer.startSpan(
      'redox_media.plan',
      { startTime: now - call.waitedMs, attributes },
      first,
    );
    const within = trace.setSpan(first, plan);
    const span = this.#tracer.startSpan(
      'redox.media_query',
      { kind: SpanKind.CLIENT, links, attributes: { ...attributes, 'redox_media.files': call.files } },
      within,
    );
    plan.end(now);
    const headers = {};
    propagation.inject(trace.setSpan(within, span), headers);
    return { headers, end: (end) => endCall(span, end) };
  }
}

function endCall(span: Span, { outcome, bytes, items, unmatched }: CallEnd): void {
  span.setAttributes({
    'redox_media.outcome': outcome,
    'redox_media.bytes': bytes,
    'redox_media.items': items,
    'redox_media.unmatched_items': unmatched,
  });
  if (outcome !== 'answered') span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** The scheduler treats traces as opaque values; those of this class are contexts. */
function isContext(value: unknown): value is Context {
  return typeof value === 'object' && value !== null && 'getValue' in value;
}
