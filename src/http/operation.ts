/** One GraphQL operation's time: it ends at its deadline, or when its caller is gone. */

import type { FastifyReply } from 'fastify';
import type { Clock } from '../clock.ts';
import { GatewayError } from '../errors.ts';

/** The signal that every upstream call of the operation derives from. */
export function limitOperation(reply: FastifyReply, clock: Clock, timeoutMs: number): AbortSignal {
  const controller = new AbortController();
  const deadline = clock.setTimeout(
    () => controller.abort(new GatewayError('UPSTREAM_TIMEOUT', { retryable: true })),
    timeoutMs,
  );
  const end = () => {
    clock.clearTimeout(deadline);
    // Answered in full: nothing of it is open any more.
    if (reply.raw.writableFinished) return;
    controller.abort(new GatewayError('UPSTREAM_UNAVAILABLE', { retryable: true }));
  };
  // `close` follows the last byte of an answer, and also a caller that hangs up before it.
  if (reply.raw.closed) end();
  else reply.raw.once('close', end);
  return controller.signal;
}
