/**
 * Executes operations: repeated queries, and events of subscriptions, by their compiled form; all others by graphql-js, with the
 * same result.
 */
import {
  assertValidSchema,
  type DocumentNode,
  type ExecutionResult,
  execute,
  getVariableValues,
} from 'graphql';
import { CompiledDocuments, type CompiledDocumentsOptions } from './compiled-documents.ts';
import { runOperation } from './run-operation.ts';

/** As in graphql-js. */
const MAX_COERCION_ERRORS = 50;

export interface ExecutionRequest {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variableValues?: Record<string, unknown> | null | undefined;
  readonly contextValue?: unknown;
  readonly rootValue?: unknown;
}

export type Executor = (request: ExecutionRequest) => ExecutionResult | Promise<ExecutionResult>;

/** The schema must not change afterwards: compiled operations refer to its fields, types and resolvers. */
export function createCompiledExecutor(options: CompiledDocumentsOptions): Executor {
  const { schema } = options;
  assertValidSchema(schema);
  const documents = new CompiledDocuments(options);
  return (request) => {
    const { document, operationName = null, rootValue, contextValue } = request;
    const prepared = documents.prepare(document, operationName);
    if (prepared === null) return execute({ schema, ...request });
    const definitions = prepared.operation.variableDefinitions ?? [];
    const { coerced, errors } = getVariableValues(schema, definitions, request.variableValues ?? {}, {
      maxErrors: MAX_COERCION_ERRORS,
    });
    if (errors !== undefined) return { errors };
    const operation = documents.compile(document, prepared, coerced);
    if (operation === null) return execute({ schema, ...request });
    return runOperation(operation, { rootValue, contextValue, variableValues: coerced });
  };
}
