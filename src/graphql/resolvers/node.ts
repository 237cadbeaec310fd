import type { GraphQLResolveInfo } from 'graphql';
import type { NodeResolvers } from '../../generated/resolvers.ts';
import { openReference } from '../inputs/references.ts';
import { admitVisit } from '../nodes/admit-reference.ts';
import { findMediaByReference } from '../nodes/find-media.ts';
import type { NodeModel } from '../nodes/models.ts';
import type { Context } from '../server/context.ts';

export const node: NodeResolvers = {
  __resolveType: ({ kind }) => kind,
};

/**
 * The node for which `id` was sealed. A Media is fetched, and is null when the destination no longer has it. `path`: that of the
 * id.
 */
export function findNode(
  id: string,
  path: string,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<NodeModel | null> | NodeModel {
  const reference = openReference(id, path, context);
  if (reference.kind === 'Visit') return admitVisit(reference, context, info);
  return reference.kind === 'Patient' ? reference : findMediaByReference(context, info, reference);
}
