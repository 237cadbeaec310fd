/** The events to which one operation may subscribe. */
import { GatewayError } from '../errors.ts';
import type { Subscribers } from '../events/subscribers.ts';
import type { Changes } from '../graphql/server/context.ts';
import { callerOf, type Operation } from '../http/operation.ts';
import type { MediaLoader } from '../media/loader.ts';
import { createNeed } from '../media/model/need.ts';

/** `loader`: that of the operation; a refused subscription is recorded in the audit trail like a refused need. */
export function changesFor(
  operation: Operation,
  subscribers: Subscribers | null,
  loader: MediaLoader,
): Changes | null {
  if (subscribers === null) return null;
  return {
    subscribe(request) {
      const { signal } = operation;
      try {
        return subscribers.subscribe(request, { caller: callerOf(operation), signal });
      } catch (error) {
        if (!(error instanceof GatewayError) || error.code !== 'FORBIDDEN') throw error;
        const { destination, patients } = request;
        return loader.refuse(createNeed(destination, { patients }), error);
      }
    },
  };
}
