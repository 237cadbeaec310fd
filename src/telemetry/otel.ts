/** Traces by OpenTelemetry's SDK, which is loaded only when its own variables (`OTEL_…`) ask for them. */
import type { Clock } from '../clock.ts';
import type { TracingOptions } from './otel-sdk.ts';
import { Tracing } from './tracing.ts';

export interface RunningTracing {
  readonly tracing: Tracing;
  /** Sends what is left. */
  stop(): Promise<void>;
}

/** Null: nothing asks for traces. */
export async function startTracing(
  options: TracingOptions | null,
  clock: Clock,
): Promise<RunningTracing | null> {
  if (options === null) return null;
  const { registerSdk } = await import('./otel-sdk.ts');
  const stop = registerSdk(options);
  return { tracing: new Tracing(clock), stop };
}
