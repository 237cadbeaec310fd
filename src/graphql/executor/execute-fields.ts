/**
 * Executes planned fields on an object in the same way as graphql-js: with the same order, the same promises and the same errors.
 */
import { type FieldNode, getArgumentValues, locatedError, responsePathAsArray } from 'graphql';
import type { Path } from './collected-errors.ts';
import type { FieldPlan, Info, Run, SelectionPlan } from './plan.ts';
import { hasMembers, isThenable, type Thenable } from './thenable.ts';

/**
 * An object of the response. It inherits nothing, as in graphql-js, so `__proto__` is a name like any other. V8 keeps objects
 * without any prototype as hash tables, which take twice the time to write and read.
 */
export class Results {
  [key: string]: unknown;

  static {
    Reflect.deleteProperty(Results.prototype, 'constructor');
    Object.setPrototypeOf(Results.prototype, null);
    Object.freeze(Results.prototype);
  }
}

/** Returns the object of the response, or a promise of it. Throws, or rejects, if a position above must become null. */
export function executeFields(
  run: Run,
  { fields }: SelectionPlan,
  path: Path | undefined,
  source: unknown,
): Results | Promise<Results> {
  const results = new Results();
  let hasPromise = false;
  try {
    for (const field of fields) {
      const result = executeField(run, field, path, source);
      results[field.key] = result;
      if (isThenable(result)) hasPromise = true;
    }
  } catch (error) {
    if (!hasPromise) throw error;
    // The other fields are awaited, as their promises may be rejected too.
    return settleMembers(results).finally(() => {
      throw error;
    });
  }
  return hasPromise ? settleMembers(results) : results;
}

/** Returns the same object after its promises have been replaced by their values. */
function settleMembers(results: Results): Promise<Results> {
  return Promise.all(Object.values(results)).then((values) => {
    for (const [at, key] of Object.keys(results).entries()) results[key] = values[at];
    return results;
  });
}

function executeField(run: Run, field: FieldPlan, prev: Path | undefined, source: unknown): unknown {
  const { completeLeaf } = field;
  if (completeLeaf === null) return resolveField(run, field, extend(prev, field), source);
  try {
    const value = hasMembers(source) ? source[field.name] : undefined;
    if (typeof value === 'function' || isThenable(value)) {
      return finishLeaf(run, field, extend(prev, field), source, value);
    }
    const completed = completeLeaf(value);
    return isThenable(completed) ? settleField(run, field, extend(prev, field), completed) : completed;
  } catch (error) {
    return nullField(run, field, extend(prev, field), error);
  }
}

/** A property that is a method is called, as the default resolver does; a promise is awaited. */
function finishLeaf(run: Run, field: FieldPlan, path: Path, source: unknown, value: unknown): unknown {
  const info = infoOf(run, field, path);
  const result =
    typeof value === 'function' && hasMembers(source)
      ? callMember(source, field.name, [argumentsOf(run, field), run.contextValue, info])
      : value;
  return completeField(run, field, path, info, result);
}

function callMember(source: Readonly<Record<string, unknown>>, name: string, args: unknown[]): unknown {
  const member = source[name];
  return typeof member === 'function' ? Reflect.apply(member, source, args) : undefined;
}

function resolveField(run: Run, field: FieldPlan, path: Path, source: unknown): unknown {
  const info = infoOf(run, field, path);
  try {
    const { resolve } = field;
    const result: unknown = resolve(source, argumentsOf(run, field), run.contextValue, info);
    return completeField(run, field, path, info, result);
  } catch (error) {
    return nullField(run, field, path, error);
  }
}

function completeField(run: Run, field: FieldPlan, path: Path, info: Info, result: unknown): unknown {
  const completed = isThenable(result)
    ? result.then((value) => field.complete(run, value, path, info))
    : field.complete(run, result, path, info);
  return isThenable(completed) ? settleField(run, field, path, completed) : completed;
}

function settleField(run: Run, field: FieldPlan, path: Path, completed: Thenable): unknown {
  return completed.then(undefined, (error) => nullField(run, field, path, error));
}

function nullField(run: Run, field: FieldPlan, path: Path, error: unknown): null {
  return nullOrThrow(run, nodesOf(run, field), field.isNonNull, path, error);
}

/** Returns null and collects the error; if the field is not nullable, it throws the error to the position above. */
export function nullOrThrow(
  run: Run,
  nodes: readonly FieldNode[],
  isNonNull: boolean,
  path: Path,
  error: unknown,
): null {
  const located = locatedError(error, nodes, responsePathAsArray(path));
  if (isNonNull) throw located;
  run.collected.add(located, path);
  return null;
}

function extend(prev: Path | undefined, { key, parentType }: FieldPlan): Path {
  return { prev, key, typename: parentType.name };
}

function argumentsOf({ variableValues }: Run, { constantArguments, definition, nodes }: FieldPlan) {
  if (constantArguments !== null) return { ...constantArguments };
  const [first] = nodes;
  return first === undefined ? {} : getArgumentValues(definition, first, variableValues);
}

function nodesOf(run: Run, { ordinal, nodes }: FieldPlan): readonly FieldNode[] {
  const before = run.nodes[ordinal];
  if (before !== undefined) return before;
  const own = [...nodes];
  run.nodes[ordinal] = own;
  return own;
}

function infoOf(run: Run, field: FieldPlan, path: Path): Info {
  const { operation, rootValue, variableValues } = run;
  const { name, definition, parentType } = field;
  return {
    fieldName: name,
    fieldNodes: nodesOf(run, field),
    returnType: definition.type,
    parentType,
    path,
    schema: operation.schema,
    fragments: operation.fragments,
    rootValue,
    operation: operation.operation,
    variableValues,
  };
}
