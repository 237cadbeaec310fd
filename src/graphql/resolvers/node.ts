import type { GraphQLResolveInfo } from 'graphql';
import type { NodeResolvers } from '../../generated/resolvers.ts';
import { readText } from '../inputs/arguments.ts';
import { badInput } from '../inputs/bad-input.ts';
import { filesAskedBelow } from '../inputs/files-asked.ts';
import { findMediaByReference } from '../nodes/find-media.ts';
import type { NodeModel, PatientModel, VisitModel } from '../nodes/models.ts';
import { type MediaReference, openId } from '../nodes/node-id.ts';
import type { Context } from '../server/context.ts';

export const node: NodeResolvers = {
  __resolveType: ({ kind }) => kind,
};

/** The node that `id` was sealed for; a Media is fetched, and null when it is gone. `path`: where the id stood. */
export function findNode(
  id: string,
  path: string,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<NodeModel | null> | NodeModel {
  const reference = openReference(id, path, context);
  if (reference.kind !== 'MediaReference') return reference;
  const files = filesAskedBelow(info, context.answer.mostBase64Bytes);
  return findMediaByReference(reference, context.loader, files);
}

/** As `findNode`, where only one type will do: entities name the type beside the id. */
export function openReference(
  id: string,
  path: string,
  { ids, destinations }: Context,
): PatientModel | VisitModel | MediaReference {
  const reference = openId(readText(id, path), ids);
  if (reference === undefined || !destinations.aliases.includes(reference.destination)) {
    throw badInput(path, 'is not an id of this gateway');
  }
  return reference;
}
