/** Stopping without cutting off a caller: operations in flight are answered before the listener closes. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { GatewayError } from '../errors.ts';
import type { Readiness } from './health.ts';
import { sendError } from './responses.ts';

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
 * The listener stays open while operations are, so that `/readyz` can tell and late callers get a response. Every response
 * ends its connection, so that no caller sends its next request into one that is about to close.
 */
export function drainBeforeClosing(app: FastifyInstance, open: OpenOperations, readiness: Readiness): void {
  app.addHook('preClose', () => open.end());
  app.addHook('onSend', async (_, reply) => {
    if (readiness.draining) reply.header('connection', 'close');
  });
}

/** For an operation that arrives while this process stops: another replica may take it. */
export function refuseWhileDraining(reply: FastifyReply): FastifyReply {
  return sendError(reply, new GatewayError('OVERLOADED'));
}
