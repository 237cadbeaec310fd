/**
 * Lets Apollo Server execute operations by the compiled executor. It takes an executor from what it calls a gateway, and in no
 * other way; parsing, validation, plugins, masking and persisted documents stay as they are.
 */
import type { ApolloServerOptions } from '@apollo/server';
import { execute, type GraphQLSchema } from 'graphql';
import type { Declined } from '../executor/compiled-documents.ts';
import { createCompiledExecutor, type Executor } from '../executor/executor.ts';
import type { Context } from './context.ts';
import { weighDocument } from './document-store.ts';

export interface CompiledExecution {
  /** Which use of a document is the first that is compiled. Most callers send a document again; those who never do cost nothing. */
  readonly fromUse: 1 | 2;
  /** A document is executed by graphql-js, since it cannot be compiled. */
  readonly onDeclined: (reason: Declined, error: unknown) => void;
}

type Gateway = NonNullable<ApolloServerOptions<Context>['gateway']>;

/** Whether a router asks for a trace of every field of an operation. */
export function asksForTrace(headers: { get(name: string): string | null | undefined } | undefined): boolean {
  return headers?.get('apollo-federation-include-trace') === 'ftv1';
}

/** For queries and events. With null, graphql-js executes them. */
export function createExecutor(schema: GraphQLSchema, compiled: CompiledExecution | null): Executor {
  if (compiled === null) return (request) => execute({ schema, ...request });
  return createCompiledExecutor({ schema, weighDocument, ...compiled });
}

/** `executor`: for all operations but those that are traced. */
export function createGateway(schema: GraphQLSchema, executor: Executor): Gateway {
  return {
    onSchemaLoadOrUpdate(listener) {
      // Apollo Server reads the text of a supergraph in Apollo's own gateway alone.
      listener({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    load: async () => ({
      executor: async ({ request: { http, operationName, variables }, document, context }) => {
        const operation = { document, operationName, variableValues: variables, contextValue: context };
        // Plugins that watch every field do so through the schema, which a compiled operation does not ask again.
        return asksForTrace(http?.headers) ? execute({ schema, ...operation }) : executor(operation);
      },
    }),
    stop: async () => undefined,
  };
}
