/**
 * `_entities`, entry by entry: as @apollo/subgraph resolves it, one faulty representation takes all the others with it,
 * and the list may be of any length.
 */
import type { GraphQLSchema } from 'graphql';
import { readList } from './arguments.ts';
import { badInput } from './bad-input.ts';

/** The types with a `@key`. A representation of any other would be taken at its own word. */
const ENTITY_TYPES: ReadonlySet<unknown> = new Set(['Patient', 'Visit', 'Media']);

/** Changes the schema: a faulty representation now nulls its own entry only. */
export function separateEntities(schema: GraphQLSchema): GraphQLSchema {
  const field = schema.getQueryType()?.getFields()['_entities'];
  const resolve = field?.resolve;
  if (field === undefined || resolve === undefined) throw new Error('the schema has no entities');
  field.resolve = (source, { representations }: { representations: readonly unknown[] }, context, info) =>
    readList(representations, 'representations').map(async (representation, at) => {
      if (!namesEntity(representation)) {
        throw badInput(`representations[${at}].__typename`, 'is not a type of entities');
      }
      const found: unknown = await resolve(source, { representations: [representation] }, context, info);
      return Array.isArray(found) ? found[0] : null;
    });
  return schema;
}

/** `_Any` is anything. */
function namesEntity(representation: unknown): boolean {
  return (
    typeof representation === 'object' &&
    representation !== null &&
    '__typename' in representation &&
    ENTITY_TYPES.has(representation.__typename)
  );
}
