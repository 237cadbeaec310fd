/** How the value that a resolver returns becomes the value in the response: decided once for each field, by its type. */
import {
  defaultTypeResolver,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLList,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import type { Path } from './collected-errors.ts';
import { executeFields, nullOrThrow } from './execute-fields.ts';
import type { Complete, CompleteLeaf, Info, Run, SchemaFunctions, SelectionPlan } from './plan.ts';
import { isThenable } from './thenable.ts';

/** The field that is being planned. */
export interface Place {
  readonly parentName: string;
  readonly fieldName: string;
  /** By every object type that the field may have as its value, or as an entry of its list. */
  readonly selections: ReadonlyMap<GraphQLObjectType, SelectionPlan>;
}

export function planCompletion(type: GraphQLOutputType, place: Place): Complete {
  const completeLeaf = planLeafCompletion(type, place);
  if (completeLeaf !== null) return (_run, value) => completeLeaf(value);
  if (isNonNullType(type)) {
    const completeInner = planCompletion(type.ofType, place);
    return (run, value, path, info) => requireValue(completeInner(run, value, path, info), place);
  }
  const complete = planInner(type, place);
  return (run, value, path, info) => {
    if (value instanceof Error) throw value;
    return value === null || value === undefined ? null : complete(run, value, path, info);
  };
}

/** Null: the type is not a leaf type. */
export function planLeafCompletion(type: GraphQLOutputType, place: Place): CompleteLeaf | null {
  if (isNonNullType(type)) {
    const completeInner = planLeafCompletion(type.ofType, place);
    return completeInner && ((value) => requireValue(completeInner(value), place));
  }
  if (!isLeafType(type)) return null;
  return (value) => {
    if (value instanceof Error) throw value;
    return value === null || value === undefined ? null : serialize(type, value);
  };
}

function requireValue(completed: unknown, { parentName, fieldName }: Place): unknown {
  if (completed !== null) return completed;
  throw new Error(`Cannot return null for non-nullable field ${parentName}.${fieldName}.`);
}

function serialize(type: GraphQLLeafType, value: unknown): unknown {
  const serialized: unknown = type.serialize(value);
  if (serialized !== null && serialized !== undefined) return serialized;
  throw new Error(
    `Expected \`${inspect(type)}.serialize(${inspect(value)})\` to return non-nullable value, returned: ${inspect(serialized)}`,
  );
}

function planInner(type: GraphQLOutputType, place: Place): Complete {
  if (isListType(type)) return planListCompletion(type, place);
  if (isAbstractType(type)) return planAbstractCompletion(type, place);
  const selection = isObjectType(type) ? place.selections.get(type) : undefined;
  if (selection === undefined) throw new Error('The field has no selection for its type.');
  return (run, value, path, info) => completeObject(run, selection, value, path, info);
}

function planListCompletion({ ofType }: GraphQLList<GraphQLOutputType>, place: Place): Complete {
  const completeItem = planCompletion(ofType, place);
  const isNonNull = isNonNullType(ofType);
  const completeAt = (run: Run, item: unknown, path: Path, info: Info) => {
    try {
      const completed = isThenable(item)
        ? item.then((value) => completeItem(run, value, path, info))
        : completeItem(run, item, path, info);
      if (!isThenable(completed)) return completed;
      return completed.then(undefined, (error) => nullOrThrow(run, info.fieldNodes, isNonNull, path, error));
    } catch (error) {
      return nullOrThrow(run, info.fieldNodes, isNonNull, path, error);
    }
  };
  return (run, value, path, info) => {
    if (!isIterable(value)) {
      throw new GraphQLError(
        `Expected Iterable, but did not find one for field "${place.parentName}.${place.fieldName}".`,
      );
    }
    let hasPromise = false;
    const completed = Array.from(value, (item, key) => {
      const result = completeAt(run, item, { prev: path, key, typename: undefined }, info);
      if (isThenable(result)) hasPromise = true;
      return result;
    });
    return hasPromise ? Promise.all(completed) : completed;
  };
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Symbol.iterator in value &&
    typeof value[Symbol.iterator] === 'function'
  );
}

function planAbstractCompletion(type: GraphQLAbstractType, place: Place): Complete {
  return (run, value, path, info) => {
    const resolveType: SchemaFunctions['resolveType'] = type.resolveType ?? defaultTypeResolver;
    const named = resolveType(value, run.contextValue, info, type);
    const complete = (name: unknown) =>
      completeObject(run, selectionOf(name, type, place, value, info), value, path, info);
    return isThenable(named) ? named.then(complete) : complete(named);
  };
}

/**
 * The selection for the type that `resolveType` returns; throws the error of graphql-js if it is not a possible type of the
 * abstract type.
 */
function selectionOf(
  name: unknown,
  type: GraphQLAbstractType,
  { parentName, fieldName, selections }: Place,
  value: unknown,
  { schema, fieldNodes: nodes }: Info,
): SelectionPlan {
  const field = `${parentName}.${fieldName}`;
  if (name === null || name === undefined) {
    throw new GraphQLError(
      `Abstract type "${type.name}" must resolve to an Object type at runtime for field "${field}". Either the "${type.name}" type should provide a "resolveType" function or each possible type should provide an "isTypeOf" function.`,
      { nodes },
    );
  }
  if (isObjectType(name)) {
    throw new GraphQLError(
      'Support for returning GraphQLObjectType from resolveType was removed in graphql-js@16.0.0 please return type name instead.',
    );
  }
  if (typeof name !== 'string') {
    throw new GraphQLError(
      `Abstract type "${type.name}" must resolve to an Object type at runtime for field "${field}" with value ${inspect(value)}, received "${inspect(name)}".`,
    );
  }
  const resolved = schema.getType(name);
  if (resolved === undefined) {
    throw new GraphQLError(
      `Abstract type "${type.name}" was resolved to a type "${name}" that does not exist inside the schema.`,
      { nodes },
    );
  }
  if (!isObjectType(resolved)) {
    throw new GraphQLError(`Abstract type "${type.name}" was resolved to a non-object type "${name}".`, {
      nodes,
    });
  }
  const selection = selections.get(resolved);
  if (selection !== undefined) return selection;
  throw new GraphQLError(
    `Runtime Object type "${resolved.name}" is not a possible type for "${type.name}".`,
    {
      nodes,
    },
  );
}

function completeObject(run: Run, selection: SelectionPlan, value: unknown, path: Path, info: Info): unknown {
  const { type } = selection;
  const functions: { readonly isTypeOf?: SchemaFunctions['isTypeOf'] | null | undefined } = type;
  if (functions.isTypeOf) {
    const isTypeOf = functions.isTypeOf(value, run.contextValue, info);
    if (isThenable(isTypeOf)) {
      return isTypeOf.then((holds) => {
        if (!holds) throw wrongType(type, value, info);
        return executeFields(run, selection, path, value);
      });
    }
    if (!isTypeOf) throw wrongType(type, value, info);
  }
  return executeFields(run, selection, path, value);
}

function wrongType({ name }: GraphQLObjectType, value: unknown, { fieldNodes: nodes }: Info) {
  return new GraphQLError(`Expected value of type "${name}" but got: ${inspect(value)}.`, { nodes });
}
