/** Plans an operation: collects its fields once for every object type, with the code by which graphql-js collects them. */
import {
  defaultFieldResolver,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type ValueNode,
} from 'graphql';
import { collectFields } from 'graphql/execution/collectFields.js';
import { getFieldDef } from 'graphql/execution/execute.js';
import { planCompletion, planLeafCompletion } from './complete-value.ts';
import type { CompiledOperation, FieldPlan, SelectionPlan } from './plan.ts';
import type { Resolvers } from './resolvers.ts';

/** Some twenty times the largest operation that clients send; its plan takes 2 MB and a few milliseconds. */
const MAX_FIELDS = 2000;
/** Limits the selections that are visited: fragments that spread others turn few selections into many. */
const MAX_STEPS = 20_000;

/** Thrown when planning the operation would take too much time or memory. */
export class TooLargeToCompile extends Error {}

export interface OperationSource {
  readonly schema: GraphQLSchema;
  readonly resolvers: Resolvers;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Record<string, FragmentDefinitionNode>;
  /** The values by which `@skip` and `@include` are decided. */
  readonly variableValues: Record<string, unknown>;
}

/** @throws `TooLargeToCompile`, and whatever graphql-js throws for a document that it has not validated. */
export function compileOperation(source: OperationSource): CompiledOperation {
  const { schema, operation, fragments } = source;
  const type = schema.getRootType(operation.operation);
  if (!type) throw new Error('The schema has no such operation.');
  const planner = new Planner(source);
  const root = planner.planSelection(type, operation.selectionSet.selections);
  return { schema, operation, fragments, root, fieldCount: planner.fieldCount };
}

class Planner {
  readonly #source: OperationSource;
  #steps = 0;
  fieldCount = 0;

  constructor(source: OperationSource) {
    this.#source = source;
  }

  planSelection(type: GraphQLObjectType, selections: readonly SelectionNode[]): SelectionPlan {
    const { schema, fragments, variableValues } = this.#source;
    // One set for all nodes of a field: a fragment counts once, however many of them spread it.
    const all = { kind: Kind.SELECTION_SET, selections } as const;
    const fields = collectFields(schema, fragments, variableValues, type, all, (set) =>
      this.#count(set.selections.length),
    );
    const plans: FieldPlan[] = [];
    for (const [key, nodes] of fields) {
      const [first] = nodes;
      const definition = first && getFieldDef(schema, type, first);
      if (definition) plans.push(this.#planField(key, nodes, type, definition));
    }
    return { type, fields: plans };
  }

  #count(selections: number): void {
    this.#steps += selections;
    if (this.#steps > MAX_STEPS) throw new TooLargeToCompile();
  }

  #planField(
    key: string,
    nodes: readonly FieldNode[],
    parentType: GraphQLObjectType,
    definition: GraphQLField<unknown, unknown>,
  ): FieldPlan {
    const ordinal = this.fieldCount;
    this.fieldCount += 1;
    if (this.fieldCount > MAX_FIELDS) throw new TooLargeToCompile();
    const { type, name, args } = definition;
    const { resolvers } = this.#source;
    // The fields that introspection adds to all types belong to no type.
    const resolve = resolvers.has(definition) ? resolvers.get(definition) : definition.resolve;
    const place = {
      parentName: parentType.name,
      fieldName: name,
      selections: this.#planSelectionsBelow(nodes, definition),
    };
    const isReadByDefault = resolve === undefined && args.length === 0;
    return {
      ordinal,
      key,
      name,
      parentType,
      definition,
      nodes,
      isNonNull: isNonNullType(type),
      resolve: resolve ?? defaultFieldResolver,
      constantArguments: findConstantArguments(definition, nodes),
      complete: planCompletion(type, place),
      completeLeaf: isReadByDefault ? planLeafCompletion(type, place) : null,
    };
  }

  #planSelectionsBelow(
    nodes: readonly FieldNode[],
    { type }: GraphQLField<unknown, unknown>,
  ): ReadonlyMap<GraphQLObjectType, SelectionPlan> {
    const named = getNamedType(type);
    const types = isAbstractType(named)
      ? this.#source.schema.getPossibleTypes(named)
      : isObjectType(named)
        ? [named]
        : [];
    const selections = nodes.flatMap(({ selectionSet }) => selectionSet?.selections ?? []);
    return new Map(types.map((one) => [one, this.planSelection(one, selections)]));
  }
}

/**
 * The arguments of a field that are the same in every execution. Null: they depend on variables, or are values that a resolver
 * may keep or change, so graphql-js creates them for every call.
 */
function findConstantArguments(
  definition: GraphQLField<unknown, unknown>,
  [first]: readonly FieldNode[],
): Readonly<Record<string, unknown>> | null {
  if (
    first === undefined ||
    !(first.arguments ?? []).every(({ name, value }) => isConstant(name.value, value))
  ) {
    return null;
  }
  try {
    return getArgumentValues(definition, first);
  } catch {
    // The coercion fails in every execution, where it becomes the error of the field.
    return null;
  }

  function isConstant(name: string, value: ValueNode): boolean {
    if (value.kind === Kind.NULL) return true;
    const type = getNullableType(definition.args.find((one) => one.name === name)?.type);
    const isPlain = isEnumType(type) || (isScalarType(type) && isSpecifiedScalarType(type));
    return isPlain && [Kind.INT, Kind.FLOAT, Kind.STRING, Kind.BOOLEAN, Kind.ENUM].includes(value.kind);
  }
}
