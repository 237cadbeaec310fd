/** Draining: operations in flight are completed before the listener closes. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { GatewayError } from '../errors.ts';
import type { Readiness } from './monitoring.ts';
import { sendError } from './responses.ts';

export class OpenOperations {
  #count = 0;
  #isEnding = false;
  readonly #onNone: (() => void)[] = [];
  readonly #subscriptions = new Set<() => void>();

  /** Counts an operation until its last byte has been sent or its caller has closed the connection. */
  add(reply: FastifyReply): void {
    reply.raw.once('close', this.hold());
  }

  /** Counts an operation until the returned function is called, once. */
  hold(): () => void {
    this.#count += 1;
    return () => {
      this.#count -= 1;
      if (this.#count === 0) for (const resolve of this.#onNone.splice(0)) resolve();
    };
  }

  /**
   * A subscription would go on for as long as its client likes, so `end` is called when the process drains. Returns a function
   * that removes it.
   */
  addSubscription(end: () => void): () => void {
    if (this.#isEnding) end();
    else this.#subscriptions.add(end);
    return () => this.#subscriptions.delete(end);
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    for (const end of this.#subscriptions) end();
    if (this.#count > 0) await new Promise<void>((resolve) => this.#onNone.push(resolve));
  }
}

/**
 * Keeps the listener open while operations are in flight, so that `/readyz` and late requests still get responses. Every response
 * closes its connection, so that no client sends its next request on a connection that is about to close.
 */
export function drainBeforeClosing(app: FastifyInstance, open: OpenOperations, readiness: Readiness): void {
  app.addHook('preClose', () => open.end());
  app.addHook('onSend', (_, reply, payload, done) => {
    if (readiness.isDraining) reply.header('connection', 'close');
    done(null, payload);
  });
}

/** Refuses an operation that arrives while the process drains; another replica may accept it. */
export function refuseWhileDraining(reply: FastifyReply): FastifyReply {
  return sendError(reply, new GatewayError('OVERLOADED'));
}
