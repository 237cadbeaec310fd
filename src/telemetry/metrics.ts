/**
 * Prometheus metrics of one gateway. Labels are aliases, codes and kinds: they have few values, and none from patients or
 * callers.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import packageJson from '../../package.json' with { type: 'json' };
import type { SubscriberReport } from '../events/subscribers.ts';
import type {
  CallEnd,
  CallStart,
  CircuitChange,
  Incident,
  RecentCounts,
  RecentKind,
} from '../media/events.ts';
import { EventMetrics, type InboxReadings } from './event-metrics.ts';
import { createSubscriberMetrics, type SubscriberReadings } from './subscriber-metrics.ts';

const PREFIX = 'redox_media_';

/** Buckets from less than any network takes to more than Redox (120 s) and an operation (140 s by default) may take. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 150];
const COUNTS = [0, 1, 2, 3, 5, 10, 20, 50, 100, 200, 500];

/** Values of gauges, which are read when Prometheus scrapes. */
export interface Readings {
  /** The number of calls that the quota still allows now. */
  quotaLeft(): number;
  callsInFlight(): number;
  /** The number of parts of needs that wait for a slot or the quota, by destination. */
  waitingNeeds(): ReadonlyMap<string, number>;
  /** The age of the access token in seconds; null while there is none. */
  tokenAgeSeconds(): number | null;
}

export interface OperationMeasure {
  /** `answered`: without errors; `partial`: with errors of fields; `refused`: as a whole. */
  readonly outcome: 'answered' | 'partial' | 'refused';
  /** Null: it was refused before its document was known to be valid. `name`: only for persisted documents. */
  readonly resolved: { readonly type: string; readonly name: string | null } | null;
  readonly durationMs: number;
  /** The upstream calls whose replies the operation used, including those that it shared with other operations. */
  readonly calls: number;
}

export class GatewayMetrics {
  readonly #registry = new Registry();
  readonly #operations = this.#counter('operations_total', 'GraphQL operations.', [
    'outcome',
    'type',
    'operation',
  ]);
  readonly #notCompiled = this.#counter(
    'operations_not_compiled_total',
    'Operations that the compiled executor left to graphql-js.',
    ['reason'],
  );
  readonly #tokenFailures = this.#counter(
    'token_failures_total',
    'Attempts to get an access token that failed.',
    [],
  );
  readonly #operationSeconds = this.#histogram('operation_seconds', 'Duration of operations.', SECONDS, [
    'type',
    'operation',
  ]);
  readonly #callsPerOperation = this.#histogram(
    'calls_per_operation',
    'Upstream calls of an operation.',
    COUNTS,
  );
  readonly #requests = this.#counter('http_requests_total', 'HTTP requests.', ['route', 'status']);
  readonly #calls = this.#counter('calls_total', 'Media Queries sent to Redox.', ['destination', 'outcome']);
  readonly #callSeconds = this.#histogram('call_seconds', 'Duration of calls.', SECONDS, ['destination']);
  readonly #needsPerCall = this.#histogram('needs_per_call', 'Fields that one call settles.', COUNTS);
  readonly #queueSeconds = this.#histogram(
    'queue_seconds',
    'How long the longest waiting need of a call waited.',
    SECONDS,
  );
  readonly #filesOfCalls = this.#counter('calls_by_files_total', 'Calls by what they do with files.', [
    'files',
  ]);
  readonly #items = this.#counter('items_total', 'Documents in replies.', ['destination']);
  readonly #given = this.#counter('items_given_total', 'Documents given to fields.', ['destination']);
  readonly #unmatched = this.#counter(
    'unmatched_items_total',
    'Documents in replies that satisfy no need; dropped.',
    ['destination'],
  );
  readonly #bytes = this.#counter('reply_bytes_total', 'Bytes of replies.', ['destination']);
  readonly #incidents = this.#counter(
    'incidents_total',
    'Calls retried, split or not taken (429); needs coalesced with a call in flight, rejected, or not answered as documents leave open whose they are.',
    ['destination', 'kind'],
  );
  readonly #breakers = new Gauge({
    name: `${PREFIX}breaker_state`,
    help: '0 closed, 1 half-open, 2 open; destination "redox" is Redox itself.',
    labelNames: ['destination'],
    registers: [this.#registry],
  });

  constructor(destinations: readonly string[]) {
    for (const destination of [...destinations, 'redox']) this.#breakers.set({ destination }, 0);
    // Under the names that dashboards for Node expect.
    collectDefaultMetrics({ register: this.#registry });
    const build = { version: packageJson.version, node: process.versions.node };
    new Gauge({
      name: `${PREFIX}build_info`,
      help: 'Always 1: the versions of the gateway and of Node.',
      labelNames: Object.keys(build),
      registers: [this.#registry],
    }).set(build, 1);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** Adds the gauges. To be called once. */
  watch(readings: Readings): void {
    this.#gauge('quota_left', 'Calls that the quota still allows.', () => readings.quotaLeft());
    this.#gauge('calls_in_flight', 'Calls in flight.', () => readings.callsInFlight());
    this.#gauge(
      'token_age_seconds',
      'Age of the access token; -1 without one.',
      () => readings.tokenAgeSeconds() ?? -1,
    );
    new Gauge({
      name: `${PREFIX}waiting_needs`,
      help: 'Parts of needs that wait for a slot or the quota.',
      labelNames: ['destination'],
      registers: [this.#registry],
      collect() {
        for (const [destination, count] of readings.waitingNeeds()) this.set({ destination }, count);
      },
    });
  }

  /** Adds the metrics of remembered answers and kept files. To be called once, if anything is remembered. */
  watchRecent(readings: () => Iterable<readonly [RecentKind, RecentCounts]>): void {
    this.#counterOfKinds('recent_hits_total', 'What was answered from memory.', 'hits', readings);
    this.#counterOfKinds(
      'recent_misses_total',
      'What was looked for in memory and not found there.',
      'misses',
      readings,
    );
    this.#counterOfKinds(
      'recent_evictions_total',
      'What was forgotten before its time, so that others had room.',
      'evictions',
      readings,
    );
    new Gauge({
      name: `${PREFIX}recent_bytes`,
      help: 'Bytes of what is remembered.',
      labelNames: ['kind'],
      registers: [this.#registry],
      collect() {
        for (const [kind, { bytes }] of readings()) this.set({ kind }, bytes);
      },
    });
  }

  /** Adds the metrics of Redox's events. To be called once, if they are received. */
  watchEvents(inbox: InboxReadings): EventMetrics {
    return new EventMetrics(this.#registry, PREFIX, inbox);
  }

  /** Adds the metrics of subscriptions. To be called once, if events are received. `wallTime`: see `Clock`. */
  watchSubscribers(wallTime: () => number, read: () => SubscriberReadings): SubscriberReport {
    return createSubscriberMetrics(this.#registry, PREFIX, wallTime, read);
  }

  /** Adds the gauge of what replicas share. To be called once, if there is a Redis. */
  watchShared(readings: () => ReadonlyMap<string, boolean>): void {
    new Gauge({
      name: `${PREFIX}redis_available`,
      help: '1 while replicas share this through Redis, 0 while each is alone with it.',
      labelNames: ['part'],
      registers: [this.#registry],
      collect() {
        for (const [part, isShared] of readings()) this.set({ part }, isShared ? 1 : 0);
      },
    });
  }

  readonly operation = ({ outcome, resolved, durationMs, calls }: OperationMeasure): void => {
    const { type = 'unknown', name = null } = resolved ?? {};
    const labels = name === null ? { type } : { type, operation: name };
    this.#operations.inc({ outcome, ...labels });
    this.#operationSeconds.observe(labels, durationMs / 1000);
    this.#callsPerOperation.observe(calls);
  };

  /** `too-large`: compiling it would take too much time or memory; `failed`: it could not be compiled. */
  readonly notCompiled = (reason: 'too-large' | 'failed'): void => {
    this.#notCompiled.inc({ reason });
  };

  readonly tokenNotGranted = (): void => {
    this.#tokenFailures.inc();
  };

  readonly request = (route: string, status: number): void => {
    this.#requests.inc({ route, status });
  };

  readonly callStart = (call: CallStart): void => {
    this.#needsPerCall.observe(call.needs);
    this.#queueSeconds.observe(call.waitedMs / 1000);
    this.#filesOfCalls.inc({ files: call.files });
  };

  readonly callEnd = ({ destination, outcome, durationMs, ...counts }: CallEnd): void => {
    this.#calls.inc({ destination, outcome });
    this.#callSeconds.observe({ destination }, durationMs / 1000);
    this.#bytes.inc({ destination }, counts.bytes);
    this.#items.inc({ destination }, counts.items);
    this.#given.inc({ destination }, counts.given);
    this.#unmatched.inc({ destination }, counts.unmatched);
  };

  readonly incident = (event: Incident): void => {
    this.#incidents.inc({ destination: event.destination, kind: event.kind });
  };

  readonly breaker = (event: CircuitChange): void => {
    const value = { closed: 0, 'half-open': 1, open: 2 }[event.state];
    this.#breakers.set({ destination: event.destination ?? 'redox' }, value);
  };

  #counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name: PREFIX + name, help, labelNames, registers: [this.#registry] });
  }

  /** A counter that is counted elsewhere, and read when Prometheus scrapes. */
  #counterOfKinds(
    name: string,
    help: string,
    count: Exclude<keyof RecentCounts, 'bytes'>,
    readings: () => Iterable<readonly [RecentKind, RecentCounts]>,
  ): void {
    new Counter({
      name: PREFIX + name,
      help,
      labelNames: ['kind'],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [kind, counts] of readings()) this.inc({ kind }, counts[count]);
      },
    });
  }

  #histogram(name: string, help: string, buckets: number[], labelNames: string[] = []): Histogram {
    return new Histogram({ name: PREFIX + name, help, buckets, labelNames, registers: [this.#registry] });
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name: PREFIX + name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }
}
