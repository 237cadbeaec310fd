import type { GraphQLResolveInfo } from 'graphql';
import type { NodeResolvers } from '../../generated/resolvers.ts';
import { filesAskedBelow } from '../inputs/files-asked.ts';
import { openReference } from '../inputs/references.ts';
import { findMediaByReference } from '../nodes/find-media.ts';
import type { NodeModel } from '../nodes/models.ts';
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
