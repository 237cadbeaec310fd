/** Starts tracing. OpenTelemetry's SDK is loaded only when its variables (`OTEL_…`) enable traces. */
import { type Clock, sleep } from '../clock.ts';
import type { TracingOptions } from './otel-sdk.ts';
import { Tracing } from './tracing.ts';

export interface RunningTracing {
  readonly tracing: Tracing;
  /** Sends the remaining spans; false when the collector did not accept them in time. Never rejects. */
  stop(): Promise<boolean>;
}

/**
 * A collector takes milliseconds, or seconds if both hosts are busy. One that does not respond must not delay the end of the
 * process.
 */
const MAX_STOP_MS = 5_000;

/** Null when no variable enables traces. */
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
