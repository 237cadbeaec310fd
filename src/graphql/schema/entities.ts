/** Resolves `_entities` entry by entry: the resolver of @apollo/subgraph lets one invalid representation fail all the others. */
import type { FieldNode, GraphQLResolveInfo, GraphQLSchema } from 'graphql';
import { badInput } from '../../errors.ts';
import { selectedFields } from '../inputs/selection.ts';
import { listInSlices } from '../nodes/list-in-slices.ts';
import type { Context } from '../server/context.ts';
import { keepIntegersOfAny } from './any-scalar.ts';

/**
 * Changes the schema in place: an invalid representation nulls its own entry only, and integers in representations stay exact.
 */
export function separateEntities(schema: GraphQLSchema): GraphQLSchema {
  const field = schema.getQueryType()?.getFields()['_entities'];
  const resolve = field?.resolve;
  if (field === undefined || resolve === undefined) throw new Error('the schema has no entities');
  keepIntegersOfAny(schema);
  const names = namesOfEntities(schema);
  field.resolve = (
    source,
    { representations }: { representations: readonly unknown[] },
    context: Pick<Context, 'slices'>,
    info,
  ) =>
    listInSlices(representations, context.slices, async (representation, at) => {
      if (!names.has(typeNamedIn(representation))) {
        throw badInput(`representations[${at}].__typename`, 'is not the name of an entity type');
      }
      const found: unknown = await resolve(source, { representations: [representation] }, context, info);
      return Array.isArray(found) ? found[0] : null;
    });
  return schema;
}

/** The types with a `@key`. A representation of another type would be returned unchanged. */
function namesOfEntities(schema: GraphQLSchema): ReadonlySet<unknown> {
  const entities = schema.getType('_Entity');
  const types = entities && 'getTypes' in entities ? entities.getTypes() : [];
  return new Set(types.map(({ name }) => name));
}

/** A representation may be any JSON value. */
function typeNamedIn(representation: unknown): unknown {
  const isObject = typeof representation === 'object' && representation !== null;
  return isObject && '__typename' in representation ? representation.__typename : undefined;
}

/** All representations of one `_entities` have the same selection, so it is read once, however many there are. */
const selectedOfMedia = new WeakMap<readonly FieldNode[], ReadonlySet<string>>();

/** The names of the fields that `_entities` selects on Media, the only type whose reference costs a call. */
export function findSelectedMediaFields({ fieldNodes, ...scope }: GraphQLResolveInfo): ReadonlySet<string> {
  const before = selectedOfMedia.get(fieldNodes);
  if (before !== undefined) return before;
  const sets = fieldNodes.map(({ selectionSet }) => selectionSet);
  const names = new Set(selectedFields(sets, 'Media', scope).map(({ name }) => name.value));
  selectedOfMedia.set(fieldNodes, names);
  return names;
}
