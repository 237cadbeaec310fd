/**
 * Validates what graphql-js accepts and later fails on, or changes: operations of a type that the schema lacks, and variables
 * whose values would be altered.
 */
import {
  type DocumentNode,
  GraphQLError,
  Kind,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
  type TypeNode,
  type VariableDefinitionNode,
} from 'graphql';
import { always, type OperationPlugin } from './operation-plugin.ts';

/**
 * graphql-js would throw when it executes such an operation. It is refused as invalid, with HTTP 400, after Apollo Server has
 * refused mutations that came by GET.
 */
export function refuseUnknownOperationTypes(): OperationPlugin {
  return always({
    didResolveOperation({ operation, schema, response }) {
      if (operation === undefined || schema.getRootType(operation.operation)) return;
      response.http.status = 400;
      throw new GraphQLError(`The schema has no ${operation.operation}.`, {
        nodes: operation,
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      });
    },
  });
}

const CONDITIONS = new Set(['skip', 'include']);

/**
 * The field of a subscription must not be conditional, by the specification since 2023: graphql-js cannot execute a subscription
 * without a field.
 */
export function refuseConditionalSubscriptions(): OperationPlugin {
  return always({
    didResolveOperation({ operation, document, response }) {
      if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return;
      const selection = findConditional(operation.selectionSet, document);
      if (selection === undefined) return;
      response.http.status = 400;
      throw new GraphQLError('The field of a subscription must not have @skip or @include.', {
        nodes: selection,
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      });
    },
  });
}

/** Searches the root fields of an operation, including those in fragments. */
function findConditional(root: SelectionSetNode, { definitions }: DocumentNode): SelectionNode | undefined {
  const fragments = new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition.selectionSet]] : [],
    ),
  );
  const waiting = [...root.selections];
  for (let selection = waiting.pop(); selection !== undefined; selection = waiting.pop()) {
    if (selection.directives?.some(({ name }) => CONDITIONS.has(name.value))) return selection;
    if (selection.kind === Kind.INLINE_FRAGMENT) waiting.push(...selection.selectionSet.selections);
    if (selection.kind !== Kind.FRAGMENT_SPREAD) continue;
    waiting.push(...(fragments.get(selection.name.value)?.selections ?? []));
    // Its first spread shows all that is in it.
    fragments.delete(selection.name.value);
  }
  return undefined;
}

/** In the wording of graphql-js, which reports all other errors of a variable. */
export const VALUE_PROBLEMS = {
  number: 'holds a number that is not a safe integer',
  text: 'holds text that is not well-formed Unicode',
} as const;

type Problem = keyof typeof VALUE_PROBLEMS;

/**
 * Variables must not contain a number that is not a safe integer, or a text that is not well-formed. The schema has no fractions,
 * and GraphQL accepts any JSON number as an ID, even one that was rounded.
 */
export function refuseInexactVariables(): OperationPlugin {
  return always({
    didResolveOperation({ operation, request: { variables = {} }, response }) {
      for (const definition of operation?.variableDefinitions ?? []) {
        const { value: name } = definition.variable.name;
        const problem = isReference(definition) ? null : findProblem(variables[name]);
        if (problem === null) continue;
        response.http.status = 400;
        throw new GraphQLError(`Variable "$${name}" ${VALUE_PROBLEMS[problem]}`);
      }
    },
  });
}

/** Representations of entities are checked one by one, so that an invalid one fails alone. */
function isReference({ type }: VariableDefinitionNode): boolean {
  let named: TypeNode = type;
  while (named.kind !== Kind.NAMED_TYPE) named = named.type;
  return named.name.value === '_Any';
}

/** Without recursion, since JSON may nest deeper than the stack allows. */
function findProblem(value: unknown): Problem | null {
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === 'number' && !Number.isSafeInteger(next)) return 'number';
    if (typeof next === 'string' && !next.isWellFormed()) return 'text';
    if (typeof next !== 'object' || next === null) continue;
    for (const member of Object.values(next)) open.push(member);
  }
  return null;
}
