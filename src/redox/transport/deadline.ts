/** Time limits for a piece of work as a whole. They leave no listener on the caller's signal. */
import type { Clock } from '../../clock.ts';
import type { RedoxError } from '../redox-error.ts';

/**
 * Runs `work` under a signal that fires with the caller's reason when the caller aborts, and with `lateError()` after `ms`.
 * AbortSignal.any is not used, as the caller's signal may live as long as the process: here the listener and the timer are
 * removed when the work ends.
 */
export async function withDeadline<T>(
  clock: Clock,
  caller: AbortSignal,
  ms: number,
  lateError: () => RedoxError,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  caller.throwIfAborted();
  const controller = new AbortController();
  const onAbort = () => controller.abort(caller.reason);
  const timer = clock.setTimeout(() => controller.abort(lateError()), ms);
  caller.addEventListener('abort', onAbort, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    clock.clearTimeout(timer);
    caller.removeEventListener('abort', onAbort);
  }
}

/** Waits for work that others share: the signal ends this wait, never the work. */
export async function waitShared<T>(shared: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([shared, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
