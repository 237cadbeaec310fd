/** Traces by OpenTelemetry's SDK, which is loaded only when its own variables (`OTEL_…`) ask for them. */
import { type Clock, sleep } from '../clock.ts';
import type { TracingOptions } from './otel-sdk.ts';
import { Tracing } from './tracing.ts';

export interface RunningTracing {
  readonly tracing: Tracing;
  /** Sends what is left; false when the collector did not take it, or not in time. Never rejects. */
  stop(): Promise<boolean>;
}

/** A collector on the same host takes milliseconds. One that is away must not hold up a stop: traces are the least of it. */
const MAX_STOP_MS = 2_000;

/** Null: nothing asks for traces. */
export async function startTracing(
  options: TracingOptions | null,
  clock: Clock,
): Promise<RunningTracing | null> {
  if (options === null) return null;
  const { registerSdk } = await import('./otel-sdk.ts');
  const shutDown = registerSdk(options);
  const stop = () => {
    const sent = shutDown().then(
      () => true,
      () => false,
    );
    return Promise.race([sent, sleep(clock, MAX_STOP_MS).then(() => false)]);
  };
  return { tracing: new Tracing(clock), stop };
}
