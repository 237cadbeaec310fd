/**
 * The parts of OpenTelemetry's SDK that traces over OTLP/HTTP need. Its package for Node would bring those of metrics, logs,
 * gRPC, Zipkin and Prometheus along. Variables that are not in the options are read from `process.env`, as the standard
 * has them.
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

/** As the settings have read it from OpenTelemetry's variables. */
export interface TracingOptions {
  readonly exporters: readonly ('otlp' | 'console')[];
  readonly otlpProtocol: 'http/protobuf' | 'http/json';
  /** Is W3C trace context taken from callers and handed to Redox? */
  readonly propagates: boolean;
  /** Of the standard's names. */
  readonly sampler: string;
  readonly sampledRatio: number;
}

/** @returns what sends the spans that are left, and ends it */
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

/** Its name, and what OTEL_RESOURCE_ATTRIBUTES says; not the host, the user or the command line, unless they are asked for. */
function describeProcess(): Resource {
  const asked = getStringListFromEnv('OTEL_NODE_RESOURCE_DETECTORS') ?? ['env'];
  const isAsked = (name: string) =>
    !asked.includes('none') && (asked.includes('all') || asked.includes(name));
  const detectors = Object.entries(DETECTORS).flatMap(([name, one]) => (isAsked(name) ? [one] : []));
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

/** Our spans have no events, and their links no attributes. */
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

/** The first that is set; the fallbacks are the standard's. */
function readNumber(names: readonly string[], fallback: number): number {
  const value = names.map(getNumberFromEnv).find((one) => one !== undefined);
  return value !== undefined && value >= 0 ? value : fallback;
}
