/**
 * The parts of OpenTelemetry's SDK that traces over OTLP/HTTP need. The SDK's package for Node would also install those for
 * metrics, logs, gRPC, Zipkin and Prometheus. Variables that are not in the options are read from `process.env`, as OpenTelemetry
 * specifies.
 */
import { DiagConsoleLogger, diag, propagation, trace } from '@opentelemetry/api';
import {
  diagLogLevelFromString,
  getNumberFromEnv,
  getStringFromEnv,
  getStringListFromEnv,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  envDetector,
  hostDetector,
  osDetector,
  processDetector,
  type Resource,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ConsoleSpanExporter,
  ParentBasedSampler,
  type Sampler,
  SimpleSpanProcessor,
  type SpanLimits,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

/** The options that the settings read from OpenTelemetry's variables. */
export interface TracingOptions {
  readonly exporters: readonly ('otlp' | 'console')[];
  readonly otlpProtocol: 'http/protobuf' | 'http/json';
  /** Whether W3C trace context is accepted from callers and sent to Redox. */
  readonly propagates: boolean;
  /** One of the names that OpenTelemetry specifies. */
  readonly sampler: string;
  readonly sampledRatio: number;
}

/** Returns a function that sends the remaining spans and shuts the SDK down. */
export function registerSdk(options: TracingOptions): () => Promise<void> {
  const level = diagLogLevelFromString(getStringFromEnv('OTEL_LOG_LEVEL'));
  if (level !== undefined) diag.setLogger(new DiagConsoleLogger(), { logLevel: level });
  if (options.propagates) propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const provider = new TracerProvider({
    resource: describeProcess(),
    sampler: createSampler(options),
    spanLimits: readSpanLimits(),
    spanProcessors: options.exporters.map((exporter) => createProcessor(exporter, options)),
  });
  trace.setGlobalTracerProvider(provider);
  return () => provider.shutdown();
}

const DETECTORS = {
  env: envDetector,
  host: hostDetector,
  os: osDetector,
  process: processDetector,
  serviceinstance: serviceInstanceIdDetector,
};

/**
 * The service name and OTEL_RESOURCE_ATTRIBUTES. Host, user and command line are added only when a variable selects their
 * detectors.
 */
function describeProcess(): Resource {
  const selected = getStringListFromEnv('OTEL_NODE_RESOURCE_DETECTORS') ?? ['env'];
  const isSelected = (name: string) =>
    !selected.includes('none') && (selected.includes('all') || selected.includes(name));
  const detectors = Object.entries(DETECTORS).flatMap(([name, one]) => (isSelected(name) ? [one] : []));
  return defaultResource()
    .merge(resourceFromAttributes({ 'service.name': 'redox-media-gateway' }))
    .merge(detectResources({ detectors }));
}

function createSampler({ sampler, sampledRatio }: TracingOptions): Sampler {
  const name = sampler.replace(/^parentbased_/, '');
  const root =
    name === 'always_off'
      ? new AlwaysOffSampler()
      : name === 'traceidratio'
        ? new TraceIdRatioBasedSampler(sampledRatio)
        : new AlwaysOnSampler();
  return name === sampler ? root : new ParentBasedSampler({ root });
}

function createProcessor(
  exporter: TracingOptions['exporters'][number],
  { otlpProtocol }: TracingOptions,
): SpanProcessor {
  if (exporter === 'console') return new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() });
  return new BatchSpanProcessor({
    exporter: otlpProtocol === 'http/json' ? new JsonExporter() : new ProtobufExporter(),
    maxQueueSize: readNumber(['OTEL_BSP_MAX_QUEUE_SIZE'], 2048),
    maxExportBatchSize: readNumber(['OTEL_BSP_MAX_EXPORT_BATCH_SIZE'], 512),
    scheduledDelayMillis: readNumber(['OTEL_BSP_SCHEDULE_DELAY'], 5000),
    exportTimeoutMillis: readNumber(['OTEL_BSP_EXPORT_TIMEOUT'], 30_000),
  });
}

/** The limits that apply, as the gateway's spans have no events, and links without attributes. */
function readSpanLimits(): SpanLimits {
  return {
    attributeCountLimit: readNumber(['OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT'], 128),
    attributeValueLengthLimit: readNumber(
      ['OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'],
      Number.POSITIVE_INFINITY,
    ),
    linkCountLimit: readNumber(['OTEL_SPAN_LINK_COUNT_LIMIT'], 128),
  };
}

/** The value of the first variable that is set; the fallbacks are those that OpenTelemetry specifies. */
function readNumber(names: readonly string[], fallback: number): number {
  const value = names.map(getNumberFromEnv).find((one) => one !== undefined);
  return value !== undefined && value >= 0 ? value : fallback;
}
