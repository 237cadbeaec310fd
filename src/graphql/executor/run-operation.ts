/** Runs a compiled query, or a compiled subscription on one of its events. */
import { type ExecutionResult, locatedError } from 'graphql';
import { CollectedErrors } from './collected-errors.ts';
import { executeFields, type Results } from './execute-fields.ts';
import type { CompiledOperation, Info, Run } from './plan.ts';

export interface RunOptions {
  readonly rootValue?: unknown;
  readonly contextValue?: unknown;
  /** As coerced by `getVariableValues` of graphql-js. */
  readonly variableValues: Info['variableValues'];
}

/** Returns a promise only if a resolver did. The promise is never rejected. */
export function runOperation(
  operation: CompiledOperation,
  { rootValue, contextValue, variableValues }: RunOptions,
): ExecutionResult | Promise<ExecutionResult> {
  const collected = new CollectedErrors();
  const run: Run = { rootValue, contextValue, variableValues, operation, collected, nodes: [] };
  try {
    const data = executeFields(run, operation.root, undefined, rootValue);
    if (!(data instanceof Promise)) return respond(data, collected);
    return data.then(
      (settled) => respond(settled, collected),
      (error: unknown) => respondWithoutData(error, collected),
    );
  } catch (error) {
    return respondWithoutData(error, collected);
  }
}

function respond(data: Results | null, { errors }: CollectedErrors): ExecutionResult {
  return errors.length === 0 ? { data } : { errors, data };
}

/** A field of the root that must not be null is null. Its error already has a path, so it is not changed. */
function respondWithoutData(error: unknown, collected: CollectedErrors): ExecutionResult {
  collected.add(locatedError(error, undefined, undefined), undefined);
  return respond(null, collected);
}
