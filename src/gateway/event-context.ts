/** One event of a subscription as an operation of its own, which has its own time and ends with its subscription. */
import { GatewayError } from '../errors.ts';
import type { Context } from '../graphql/server/context.ts';
import type { Operation } from '../http/operation.ts';

/** No listener stays at the subscription's signal, which may live for hours. `create`: makes the context of an operation. */
export function createEventContext(
  subscription: Operation,
  timeoutMs: number,
  create: (operation: Operation) => Context,
): Context {
  const { clock, signal, freshness } = subscription;
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  const timer = clock.setTimeout(() => controller.abort(new GatewayError('UPSTREAM_TIMEOUT')), timeoutMs);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  const context = create({
    ...subscription,
    signal: controller.signal,
    deadline: clock.now() + timeoutMs,
    // What is asked is asked because something has changed.
    freshness: { ...freshness, maxAgeMs: 0, onlyRemembered: false },
  });
  return {
    ...context,
    onEnd(outcome) {
      clock.clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      context.onEnd?.(outcome);
    },
  };
}
