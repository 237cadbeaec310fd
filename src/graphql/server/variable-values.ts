/**
 * Variables hold nothing that would not arrive as it was meant: no number that is no safe integer, no text that is not
 * well-formed. The schema knows no fractions, and GraphQL takes any number of JSON for an ID, also one that was rounded.
 */
import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, Kind, type TypeNode, type VariableDefinitionNode } from 'graphql';

/** In the words of graphql-js, which says everything else that is wrong with a variable. */
export const VALUE_PROBLEMS = {
  number: 'holds a number that is not a safe integer',
  text: 'holds text that is not well-formed Unicode',
} as const;

type Problem = keyof typeof VALUE_PROBLEMS;

export function refuseInexactVariables(): ApolloServerPlugin {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ operation, request: { variables = {} }, response }) {
          for (const definition of operation?.variableDefinitions ?? []) {
            const { value: name } = definition.variable.name;
            const problem = isReference(definition) ? null : findProblem(variables[name]);
            if (problem === null) continue;
            response.http.status = 400;
            throw new GraphQLError(`Variable "$${name}" ${VALUE_PROBLEMS[problem]}`);
          }
        },
      };
    },
  };
}

/** References of entities are read one by one: a faulty one is its own fault. */
function isReference({ type }: VariableDefinitionNode): boolean {
  let named: TypeNode = type;
  while (named.kind !== Kind.NAMED_TYPE) named = named.type;
  return named.name.value === '_Any';
}

/** Without recursion: JSON may nest deeper than the stack. */
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
