/** Stopping without cutting anybody off: operations in flight are answered before the listener closes. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { GatewayError } from '../errors.ts';
import { sendError } from './answers.ts';
import type { Readiness } from './health.ts';

export class OpenOperations {
  #count = 0;
  readonly #onNone: (() => void)[] = [];

  /** Counts an operation until its last byte has left, or its caller has. */
  add(reply: FastifyReply): void {
    this.#count += 1;
    reply.raw.once('close', () => {
      this.#count -= 1;
      if (this.#count === 0) for (const resolve of this.#onNone.splice(0)) resolve();
    });
  }

  async end(): Promise<void> {
    if (this.#count > 0) await new Promise<void>((resolve) => this.#onNone.push(resolve));
  }
}

/**
 * While operations are still open the listener is too, so that `/readyz` can say what goes on and stray callers get an
 * answer. Every answer ends its connection, so that nobody sends the next request into one that is about to go.
 */
export function drainBeforeClosing(app: FastifyInstance, open: OpenOperations, readiness: Readiness): void {
  app.addHook('preClose', () => open.end());
  app.addHook('onSend', async (_, reply) => {
    if (readiness.draining) reply.header('connection', 'close');
  });
}

/** For an operation that comes too late here: another replica may take it. */
export function refuseWhileDraining(reply: FastifyReply): FastifyReply {
  return sendError(reply, 503, new GatewayError('OVERLOADED', { retryable: true }));
}
