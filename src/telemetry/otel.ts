/** OpenTelemetry's SDK, loaded only when its own variables (`OTEL_…`) ask for traces. They configure all of it. */
import type { Clock } from '../clock.ts';
import { Tracing } from './tracing.ts';

export interface RunningTracing {
  readonly tracing: Tracing;
  /** Sends what is left. */
  stop(): Promise<void>;
}

const ASKING = ['OTEL_TRACES_EXPORTER', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];

/** Where OpenTelemetry's defaults are not ours: metrics and logs have their own ways, and baggage goes nowhere. */
const DEFAULTS = {
  OTEL_SERVICE_NAME: 'redox-media-gateway',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_PROPAGATORS: 'tracecontext',
  // Not the host, the user or the command line.
  OTEL_NODE_RESOURCE_DETECTORS: 'env',
};

/** Null: nobody asks. `environment` is `process.env`, which is where the SDK looks; what is not set there is. */
export async function startTracing(
  environment: NodeJS.ProcessEnv,
  clock: Clock,
): Promise<RunningTracing | null> {
  const isAsked = ASKING.some((name) => (environment[name] ?? 'none') !== 'none');
  if (!isAsked || environment['OTEL_SDK_DISABLED'] === 'true') return null;
  for (const [name, value] of Object.entries(DEFAULTS)) environment[name] ??= value;
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const sdk = new NodeSDK();
  sdk.start();
  return { tracing: new Tracing(clock), stop: () => sdk.shutdown() };
}
