import { positionOf } from '../../documents/order.ts';
import type {
  MediaConnectionResolvers,
  MediaEdgeResolvers,
  PageInfoResolvers,
} from '../../generated/resolvers.ts';
import { sealCursor } from '../nodes/cursor.ts';
import { listInSlices } from '../nodes/list-in-slices.ts';
import type { EdgeModel } from '../nodes/models.ts';
import { ownerOf } from '../nodes/node-id.ts';
import type { Context } from '../server/context.ts';

export const mediaConnection: MediaConnectionResolvers = {
  nodes: ({ edges }, _, { slices }) => listInSlices(edges, slices, ({ node }) => node),
  edges: ({ edges }, _, { slices }) => listInSlices(edges, slices, (edge) => edge),
  pageInfo: (connection) => connection,
  asOf: ({ asOf }) => new Date(asOf).toISOString(),
};

export const mediaEdge: MediaEdgeResolvers = {
  cursor: (edge, _, context) => cursorOf(edge, context),
};

export const pageInfo: PageInfoResolvers = {
  startCursor: ({ edges }, _, context) => cursorOf(edges.at(0), context),
  endCursor: ({ edges }, _, context) => cursorOf(edges.at(-1), context),
};

function cursorOf(edge: EdgeModel, context: Context): string;
function cursorOf(edge: EdgeModel | undefined, context: Context): string | null;
function cursorOf(edge: EdgeModel | undefined, { cursors }: Context): string | null {
  if (edge === undefined) return null;
  const { placed, node, cutFrom } = edge;
  const { order, key: listKey } = cutFrom.list;
  const position = positionOf(placed);
  return sealCursor(
    order,
    { position, owner: ownerOf(node), listKey, answerId: cutFrom.answerId() },
    cursors,
  );
}
