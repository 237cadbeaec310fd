/**
 * Executes subscriptions within Apollo Server's own pipeline: documents, limits, variables and the audit trail are checked by the
 * same plugins as for queries, and the stream begins where a query would be executed. Apollo Server itself executes no
 * subscriptions.
 */
import { type GraphQLRequestContext, type GraphQLResponse, HeaderMap } from '@apollo/server';
import { type ExecutionResult, GraphQLError, type GraphQLFormattedError, OperationTypeNode } from 'graphql';
import { GatewayError } from '../../errors.ts';
import type { Executor } from '../executor/executor.ts';
import type { Context } from './context.ts';
import { EventDocuments } from './event-documents.ts';
import { subscribeToEvents } from './event-results.ts';
import { LiveResults, type LiveTransport } from './live-results.ts';
import { type ErrorMask, maskOne } from './mask-error.ts';
import { always, type OperationPlugin } from './operation-plugin.ts';
import { findTooLarge } from './refuse-too-large.ts';

export interface ResultWriting {
  readonly mask: ErrorMask;
  readonly stringify: (response: object) => string | Promise<string>;
  /** As in `reportCost`. */
  readonly showsCost: boolean;
  /** Executes the operation of an event. */
  readonly executor: Executor;
}

export function openSubscriptions(writing: ResultWriting): OperationPlugin {
  const documents = new EventDocuments();
  return always({
    didResolveOperation({ operation, contextValue }) {
      if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return;
      if (contextValue.transport === undefined) throw notAcceptable();
    },
    responseForOperation(context) {
      // If the request names none of several operations, this is undefined, although its type does not allow it.
      const { operation, contextValue }: Pick<RequestContext, 'operation' | 'contextValue'> = context;
      if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return undefined;
      return open(context, contextValue.transport, { ...writing, documents });
    },
  });
}

type RequestContext = GraphQLRequestContext<Context>;
type Opening = ResultWriting & { readonly documents: EventDocuments };

async function open(
  context: RequestContext,
  transport: LiveTransport | undefined,
  { documents, ...writing }: Opening,
): Promise<GraphQLResponse> {
  const { schema, document, request, contextValue, queryHash, operationName } = context;
  if (transport === undefined || document === undefined) throw new Error('it was refused before');
  const mask = (error: unknown) => maskOne(error, writing.mask);
  try {
    await transport.admit(request.extensions);
    const source = await subscribeToEvents({
      schema,
      document,
      executor: writing.executor,
      eventDocument: documents.of(document, schema),
      contextValue,
      operationName: request.operationName,
      variableValues: request.variables,
      audited: { name: operationName ?? null, hash: queryHash ?? null },
    });
    if (!('next' in source)) return refuse(context, source.errors ?? [], mask);
    transport.open(new LiveResults({ source, write: (result) => write(result, writing), mask }));
    return respond(undefined, { data: null });
  } catch (error) {
    return refuse(context, [error], mask);
  }
}

/** If a result has too many errors, only one is sent, as for a query. */
function write(result: ExecutionResult, writing: ResultWriting): string | Promise<string> {
  const { data, errors, extensions } = result;
  const cost = writing.showsCost ? { extensions } : {};
  if (errors === undefined) return writing.stringify({ data, ...cost });
  const refusal = findTooLarge(errors);
  if (refusal === undefined) {
    return writing.stringify({ errors: errors.map((error) => maskOne(error, writing.mask)), data, ...cost });
  }
  const { message, extensions: details } = new GatewayError('BAD_USER_INPUT', refusal.details);
  return writing.stringify({ errors: [{ message, extensions: details }], ...cost });
}

/** Refuses like Apollo Server does, so that its other plugins see the errors. */
function refuse(
  context: RequestContext,
  errors: readonly unknown[],
  mask: (error: unknown) => GraphQLFormattedError,
): GraphQLResponse {
  Object.assign(context, { errors });
  return respond(statusOf(errors), { errors: errors.map(mask) });
}

/** Errors with a path belong to fields and are part of a response; an error without a path refuses the request as a whole. */
function statusOf([error]: readonly unknown[]): number | undefined {
  if (error instanceof GraphQLError) return error.path === undefined ? 400 : undefined;
  return error instanceof GatewayError ? error.status : 500;
}

function respond(
  status: number | undefined,
  singleResult: { data?: null; errors?: GraphQLFormattedError[] },
): GraphQLResponse {
  return {
    http: { ...(status && { status }), headers: new HeaderMap() },
    body: { kind: 'single', singleResult },
  };
}

function notAcceptable(): GraphQLError {
  return new GraphQLError(
    'A subscription needs POST and an Accept header of text/event-stream or multipart/mixed;subscriptionSpec=1.0.',
    { extensions: { code: 'BAD_REQUEST', http: { status: 406 } } },
  );
}
