/**
 * Creates the context of one event of a subscription, as an operation of its own with its own deadline, which ends with its
 * subscription.
 */
import { GatewayError } from '../errors.ts';
import type { Context } from '../graphql/server/context.ts';
import type { Operation } from '../http/operation.ts';

/** No listener stays on the subscription's signal, which may live for hours. `create`: creates the context of an operation. */
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
    // The event says that something has changed, so nothing older is accepted.
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
