/**
 * Executes operations by an executor of the gateway's own. Parsing, validation, persisted documents, and what becomes of an operation that
 * fails as a whole, stay Apollo Server's.
 *
 * Apollo Server takes an executor from what it calls a gateway, and in no other way. For each operation that it hands to a gateway it
 * makes an object with accessors, which has a hidden class of its own: V8 keeps that, and by it all that the operation holds, until a
 * major collection. So a plugin executes operations, before Apollo Server would, and only what fails as a whole takes the other way.
 */
import {
  type ApolloServerOptions,
  type GraphQLRequestContext,
  type GraphQLResponse,
  HeaderMap,
} from '@apollo/server';
import { type ExecutionResult, execute, type GraphQLSchema } from 'graphql';
import type { Declined } from '../executor/compiled-documents.ts';
import { createCompiledExecutor, type Executor } from '../executor/executor.ts';
import type { Context } from './context.ts';
import { weighDocument } from './document-store.ts';
import { type ErrorMask, maskOne } from './mask-error.ts';
import { always, type OperationPlugin } from './operation-plugin.ts';
import { findTooLarge } from './refuse-too-large.ts';

export interface CompiledExecution {
  /** Which use of a document is the first that is compiled. Most callers send a document again; those who never do cost nothing. */
  readonly fromUse: 1 | 2;
  /** A document is executed by graphql-js, since it cannot be compiled. */
  readonly onDeclined: (reason: Declined, error: unknown) => void;
}

type Gateway = NonNullable<ApolloServerOptions<Context>['gateway']>;

/** What Apollo Server needs for operations to be executed by an executor. */
export interface OperationExecution {
  readonly plugin: OperationPlugin;
  readonly gateway: Gateway;
}

/** Whether a router asks for a trace of every field of an operation. */
export function asksForTrace(headers: { get(name: string): string | null | undefined } | undefined): boolean {
  return headers?.get('apollo-federation-include-trace') === 'ftv1';
}

/** For queries, mutations and events. With null, graphql-js executes them. */
export function createExecutor(schema: GraphQLSchema, compiled: CompiledExecution | null): Executor {
  if (compiled === null) return (request) => execute({ schema, ...request });
  return createCompiledExecutor({ schema, weighDocument, ...compiled });
}

/**
 * Traced operations are executed by graphql-js: plugins that watch every field do so through the schema, which a compiled operation does not
 * ask again.
 */
export function executeBy(executor: Executor, schema: GraphQLSchema, mask: ErrorMask): OperationExecution {
  /** By their contexts: what came of operations that failed as a whole, for Apollo Server to take. */
  const failures = new WeakMap<object, Promise<ExecutionResult>>();
  const plugin = always({
    async responseForOperation(context) {
      const { contextValue, request, document } = context;
      // Where the request names none of several operations, there is none, whatever the type says.
      const { operation }: Partial<typeof context> = context;
      if (operation === undefined || asksForTrace(request.http?.headers)) return null;
      const { operationName, variables: variableValues } = request;
      const result = (async () => executor({ document, operationName, variableValues, contextValue }))();
      const settled = await result.catch(() => null);
      if (settled === null || isFailure(settled)) {
        failures.set(contextValue, result);
        return null;
      }
      return respond(context, settled, mask);
    },
  });
  const gateway: Gateway = {
    onSchemaLoadOrUpdate(listener) {
      // Apollo Server reads the text of a supergraph in Apollo's own gateway alone.
      listener({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    load: async () => ({
      executor: async ({ request, document, context: contextValue }) => {
        const { operationName, variables: variableValues } = request;
        const failure = failures.get(contextValue);
        failures.delete(contextValue);
        return failure ?? execute({ schema, document, operationName, variableValues, contextValue });
      },
    }),
    stop: async () => undefined,
  };
  return { plugin, gateway };
}

/** Without any data, or too large: plugins and statuses of HTTP tell the caller of it. Errors at fields are a part of the response. */
function isFailure({ data, errors = [] }: ExecutionResult): boolean {
  return (
    data === undefined || errors.some(({ path }) => path === undefined) || findTooLarge(errors) !== undefined
  );
}

const NO_HEADERS = new HeaderMap();

function respond(
  context: GraphQLRequestContext<Context>,
  { data = null, errors }: ExecutionResult,
  mask: ErrorMask,
): GraphQLResponse {
  // As Apollo Server does, for the plugins.
  if (errors !== undefined) Object.assign(context, { errors });
  const masked = errors && { errors: errors.map((error) => maskOne(error, mask)) };
  return { http: { headers: NO_HEADERS }, body: { kind: 'single', singleResult: { ...masked, data } } };
}
