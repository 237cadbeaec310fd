/**
 * One operation: a request that needs Redox, which is a GraphQL operation, a download or an upload. It is made once, before the
 * body of the request is read.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import type { Caller } from '../media/model/rights.ts';
import type { Freshness } from '../media/recent/freshness.ts';
import type { ReadFreshness } from './cache-control.ts';
import { type IdentifyCaller, refuseCaller } from './callers/caller.ts';
import type { RatePerCaller } from './callers/rate-per-caller.ts';
import { type OpenOperations, refuseWhileDraining } from './drain.ts';
import type { Readiness } from './monitoring.ts';
import { OperationTime } from './operation-time.ts';

export interface Operation {
  /** Null for a content link that needs no bearer token: the link itself grants access to its document. */
  readonly caller: Caller | null;
  /** The network address that the request came from: the caller's, or that of the proxy before this gateway. */
  readonly address: string;
  /**
   * Fires at the deadline, and when the client disconnects. The signals of all upstream calls of the operation derive from it.
   */
  readonly signal: AbortSignal;
  /** In milliseconds of the clock's `now`. */
  readonly deadline: number;
  readonly clock: Clock;
  /** How old an answer it accepts. */
  readonly freshness: Freshness;
  /** The parent of the spans of its calls; absent where nothing is traced yet. */
  readonly trace?: unknown;
}

/** The operation of a request. */
export interface RequestOperation extends Operation {
  /** Determines when the signal fires. */
  readonly time: OperationTime;
}

export interface OperationsOptions {
  /** Null: requests are not authenticated. */
  readonly identifyCaller: IdentifyCaller | null;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly readFreshness: ReadFreshness;
  readonly readiness: Readiness;
  readonly operations: OpenOperations;
  /** Null: the number of operations of a caller is not limited. */
  readonly ratePerCaller: RatePerCaller | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * Null until `takeOperations` has accepted the request. It is a property of the request instead of a value in a WeakMap: for
     * a minor collection, an old WeakMap keeps everything that its values refer to, which would be all that an operation has
     * made.
     */
    operation: RequestOperation | null;
  }
}

/**
 * Makes every request of this scope an operation: it is refused while the process drains, counted until its last byte has been
 * sent, and its caller and rate are checked before its body is read. Callers are never identified in a resolver: anything
 * asynchronous there would split the operation's batches.
 */
export function takeOperations(scope: FastifyInstance, options: OperationsOptions): void {
  const { readiness, operations, identifyCaller, ratePerCaller, clock, timeoutMs, readFreshness } = options;
  scope.decorateRequest('operation', null);
  scope.addHook('onRequest', async (request, reply) => {
    if (readiness.isDraining) return refuseWhileDraining(reply);
    operations.add(reply);
    try {
      const caller = (await identifyCaller?.(request)) ?? null;
      if (caller !== null) ratePerCaller?.take(caller);
      const deadline = clock.now() + timeoutMs;
      const time = new OperationTime(reply, clock, timeoutMs);
      const { signal } = time;
      const freshness = readFreshness(request.headers);
      const { ip: address, traced: trace } = request;
      request.operation = { caller, address, signal, time, deadline, clock, freshness, trace };
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      await refuseCaller(reply, error);
      // The client disconnected before the response was sent completely; without this, Fastify would call the handler of the
      // route.
      if (!reply.sent) reply.hijack();
    }
  });
}

/** The operation of a request; only for routes of a scope that was passed to `takeOperations`. */
export function operationOf({ operation }: FastifyRequest): RequestOperation {
  if (operation === null) throw new Error('this route takes no operations');
  return operation;
}

/** The caller of an operation. @throws UNAUTHENTICATED where requests are not authenticated. */
export function callerOf({ caller }: Operation): Caller {
  if (caller === null) throw new GatewayError('UNAUTHENTICATED');
  return caller;
}
