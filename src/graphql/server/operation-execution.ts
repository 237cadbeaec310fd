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
  /**
   * The use of a document, first or second, at which it is compiled. Most callers send a document repeatedly; documents that are
   * sent once cost nothing.
   */
  readonly fromUse: 1 | 2;
  /** Called for a document that graphql-js executes, since it cannot be compiled. */
  readonly onDeclined: (reason: Declined, error: unknown) => void;
}

type Gateway = NonNullable<ApolloServerOptions<Context>['gateway']>;

/** What Apollo Server needs to execute operations by an executor of the gateway. */
export interface OperationExecution {
  readonly plugin: OperationPlugin;
  readonly gateway: Gateway;
}

/** Whether a router requests a trace of every field of an operation. */
export function asksForTrace(headers: { get(name: string): string | null | undefined } | undefined): boolean {
  return headers?.get('apollo-federation-include-trace') === 'ftv1';
}

/** The executor for queries, mutations and events. With null, graphql-js executes all of them. */
export function createExecutor(schema: GraphQLSchema, compiled: CompiledExecution | null): Executor {
  if (compiled === null) return (request) => execute({ schema, ...request });
  return createCompiledExecutor({ schema, weighDocument, ...compiled });
}

/**
 * Traced operations are executed by graphql-js: plugins that observe every field do so through the schema, which compiled
 * operations do not consult again.
 */
export function executeBy(executor: Executor, schema: GraphQLSchema, mask: ErrorMask): OperationExecution {
  /** By their contexts: the results of operations that failed as a whole, for Apollo Server to fetch. */
  const failures = new WeakMap<object, Promise<ExecutionResult>>();
  const plugin = always({
    async responseForOperation(context) {
      const { contextValue, request, document } = context;
      // If the request names none of several operations, this is undefined, although its type does not allow it.
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
      // Apollo Server reads the text of a supergraph only in Apollo's own gateway.
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

/**
 * A result without any data, or one that is too large: plugins and HTTP statuses report it to the caller. Errors at fields are
 * part of a response.
 */
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
