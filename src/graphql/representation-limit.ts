/** Too many representations are refused before anything runs: graphql-js knows no limit for lists. */
import type { ApolloServerPlugin } from '@apollo/server';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  valueFromASTUntyped,
} from 'graphql';
import { MAX_LIST_LENGTH } from './arguments.ts';
import { badInput } from './bad-input.ts';
import { selectedFields } from './selection.ts';

/** An operation with an `_entities` of more entries than a list may have is refused as a whole, with HTTP 400. */
export function limitRepresentations(): ApolloServerPlugin {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ operation, document, schema, request, response }) {
          // Apollo also comes here without one: when the document has none of the name asked for.
          if (operation === undefined) return;
          const variableValues = readVariables(operation, request.variables);
          const scope = { schema, fragments: fragmentsOf(document), variableValues };
          const fields = selectedFields([operation.selectionSet], 'Query', scope);
          if (fields.every((field) => countRepresentations(field, variableValues) <= MAX_LIST_LENGTH)) return;
          response.http.status = 400;
          throw badInput('representations', 'has too many entries');
        },
      };
    },
  };
}

function countRepresentations(field: FieldNode, variables: Readonly<Record<string, unknown>>): number {
  if (field.name.value !== '_entities') return 0;
  const argument = field.arguments?.find(({ name }) => name.value === 'representations');
  const list: unknown = argument && valueFromASTUntyped(argument.value, variables);
  return Array.isArray(list) ? list.length : 1;
}

/** As sent, or by default; whether they fit their types is found when the operation runs. */
function readVariables(
  { variableDefinitions = [] }: OperationDefinitionNode,
  sent: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const defaults = variableDefinitions.flatMap(({ variable, defaultValue }) =>
    defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)] as const] : [],
  );
  return { ...Object.fromEntries(defaults), ...sent };
}

function fragmentsOf({ definitions }: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return Object.fromEntries(fragments.map((fragment) => [fragment.name.value, fragment]));
}
