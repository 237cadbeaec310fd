/**
 * One operation: a request that works with Redox, be it a GraphQL operation, a download or an upload. Made once, before the
 * body of the request is read.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import { type Caller, type IdentifyCaller, refuseCaller } from './caller.ts';
import { type OpenOperations, refuseWhileDraining } from './drain.ts';
import type { Readiness } from './health.ts';

export interface Operation {
  /** Null: a content link that is enough by itself. */
  readonly caller: Caller | null;
  /** Fires at the deadline, and when the caller hangs up. Every upstream call of the operation derives from it. */
  readonly signal: AbortSignal;
  /** In milliseconds of the clock's `now`. */
  readonly deadline: number;
  readonly clock: Clock;
}

export interface OperationsOptions {
  /** Null: callers are not asked who they are. */
  readonly identifyCaller: IdentifyCaller | null;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly readiness: Readiness;
  readonly operations: OpenOperations;
}

const operationsOfRequests = new WeakMap<FastifyRequest, Operation>();

/**
 * Makes every request of this scope an operation: refused while the process stops, counted until its last byte has left,
 * and its caller known before its body is read. Never in a resolver: there it would split the operation's batches.
 */
export function takeOperations(scope: FastifyInstance, options: OperationsOptions): void {
  const { readiness, operations, identifyCaller, clock, timeoutMs } = options;
  scope.addHook('onRequest', async (request, reply) => {
    if (readiness.draining) return refuseWhileDraining(reply);
    operations.add(reply);
    try {
      const caller = (await identifyCaller?.(request)) ?? null;
      const deadline = clock.now() + timeoutMs;
      const signal = limitTime(reply, clock, timeoutMs);
      operationsOfRequests.set(request, { caller, signal, deadline, clock });
    } catch (error) {
      if (error instanceof GatewayError) return refuseCaller(reply, error);
      throw error;
    }
  });
}

/** The operation that a request of such a scope is. */
export function operationOf(request: FastifyRequest): Operation {
  const operation = operationsOfRequests.get(request);
  if (operation === undefined) throw new Error('this route takes no operations');
  return operation;
}

/** Whose operation it is, where callers are asked. */
export function callerOf({ caller }: Operation): Caller {
  if (caller === null) throw new GatewayError('UNAUTHENTICATED');
  return caller;
}

function limitTime(reply: FastifyReply, clock: Clock, timeoutMs: number): AbortSignal {
  const controller = new AbortController();
  const deadline = clock.setTimeout(() => controller.abort(new GatewayError('UPSTREAM_TIMEOUT')), timeoutMs);
  const end = () => {
    clock.clearTimeout(deadline);
    // The response has left in full: nothing of the operation is open any more.
    if (reply.raw.writableFinished) return;
    controller.abort(new GatewayError('UPSTREAM_UNAVAILABLE'));
  };
  // `close` follows the last byte of a response, and also a caller that hangs up before it.
  if (reply.raw.closed) end();
  else reply.raw.once('close', end);
  return controller.signal;
}
