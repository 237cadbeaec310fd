/**
 * Subscriptions within Apollo Server's own pipeline: documents, limits, variables and the audit trail are checked by the plugins
 * that check queries, and the stream begins where a query would be executed. Apollo Server itself executes no subscription.
 */
import {
  type ApolloServerPlugin,
  type GraphQLRequestContext,
  type GraphQLResponse,
  HeaderMap,
} from '@apollo/server';
import {
  createSourceEventStream,
  type ExecutionArgs,
  GraphQLError,
  type GraphQLFormattedError,
  OperationTypeNode,
} from 'graphql';
import { GatewayError } from '../../errors.ts';
import type { Context } from './context.ts';
import { type EventExecution, executeEvent } from './live-events.ts';
import { LiveResults, type LiveTransport } from './live-results.ts';
import { unwrapError } from './mask-error.ts';

export function openSubscriptions(parts: EventExecution): ApolloServerPlugin<Context> {
  return {
    async requestDidStart({ request }) {
      // A text that does not even hold the word needs no further hooks; without a text, it is found by its hash.
      if (request.query?.includes('subscription') === false) return;
      return {
        async didResolveOperation({ operation, contextValue }) {
          if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return;
          if (contextValue.transport === undefined) throw notAcceptable();
        },
        async responseForOperation(context) {
          const { operation, contextValue } = context;
          if (operation.operation !== OperationTypeNode.SUBSCRIPTION) return null;
          return open(context, contextValue.transport, parts);
        },
      };
    },
  };
}

async function open(
  { schema, document, request, contextValue, queryHash, operationName }: GraphQLRequestContext<Context>,
  transport: LiveTransport | undefined,
  parts: EventExecution,
): Promise<GraphQLResponse> {
  const maskOne = (error: unknown) => parts.mask(...asGraphqlError(error));
  if (transport === undefined || document === undefined) throw new Error('it was refused before');
  try {
    await transport.admit(request.extensions);
    const args: ExecutionArgs = {
      schema,
      document,
      contextValue,
      operationName: request.operationName,
      variableValues: request.variables,
    };
    const source = await createSourceEventStream(args);
    if (!(Symbol.asyncIterator in source)) return refuse(source.errors ?? [], maskOne);
    const audited = { name: operationName ?? null, hash: queryHash ?? null };
    transport.open(
      new LiveResults({
        source: source[Symbol.asyncIterator](),
        execute: (event) => executeEvent(args, contextValue, { event, audited }, parts),
        mask: maskOne,
      }),
    );
    return respond(undefined, { data: null });
  } catch (error) {
    return refuse([error], maskOne);
  }
}

function refuse(
  errors: readonly unknown[],
  mask: (error: unknown) => GraphQLFormattedError,
): GraphQLResponse {
  return respond(statusOf(errors), { errors: errors.map(mask) });
}

/** Errors at the field are an answer; without a path, the request as a whole is refused. */
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

function asGraphqlError(error: unknown): [GraphQLFormattedError, unknown] {
  if (error instanceof GraphQLError) return [error.toJSON(), error];
  return [{ message: '' }, unwrapError(error)];
}

function notAcceptable(): GraphQLError {
  return new GraphQLError(
    'A subscription needs POST and an Accept header of text/event-stream or multipart/mixed;subscriptionSpec=1.0.',
    { extensions: { code: 'BAD_REQUEST', http: { status: 406 } } },
  );
}
