import type { GraphQLResolveInfo } from 'graphql';
import { DEFAULT_ORDER, type Placed, placeInOrder } from '../../documents/order.ts';
import type { PatientResolvers } from '../../generated/resolvers.ts';
import { identifierKey } from '../../media/model/keys.ts';
import { readText, readUpstreamFilter } from '../inputs/arguments.ts';
import { readPatientReference } from '../inputs/references.ts';
import { admitNode } from '../nodes/admit-reference.ts';
import { afterwards, createConnection, loadList, readPageRequest } from '../nodes/connection.ts';
import { originAt } from '../nodes/found-media.ts';
import { listInSlices } from '../nodes/list-in-slices.ts';
import { loadAnswer } from '../nodes/load-media.ts';
import { createVisit, type PatientModel } from '../nodes/models.ts';
import { sealId } from '../nodes/node-id.ts';
import { sortList } from '../nodes/sorted-lists.ts';
import type { Context } from '../server/context.ts';

export const patient: PatientResolvers = {
  __resolveReference: readPatientReference,

  id: (parent, _, context) => sealId(admitNode(parent, context), context.ids),

  identifier: ({ identifiers: [first] }) => first,

  async identifiers(parent, _, context, info) {
    if (parent.isOfDocument) return [...parent.identifiers];
    const placed = await loadAllMedia(parent, context, info);
    const ordered = placed.flatMap(({ item }) => item.identifiers);
    const known = [...parent.identifiers, ...ordered];
    return [...new Map(known.map((identifier) => [identifierKey(identifier), identifier])).values()];
  },

  async visits(parent, _, context, info) {
    // The visit with the newest service comes first: a Set keeps the order in which its members were added.
    const ordered = await loadAllMedia(parent, context, info);
    const numbers = new Set(ordered.flatMap(({ item: { visitNumber } }) => visitNumber ?? []));
    context.responseBudget.spend(numbers.size, 'visits');
    return listInSlices([...numbers], context.slices, (visitNumber) =>
      createVisit(parent.destination, visitNumber, parent),
    );
  },

  visit: (parent, { visitNumber }) =>
    createVisit(parent.destination, readText(visitNumber, 'visitNumber'), parent),

  media(parent, args, context, info) {
    const { destination, identifiers, document } = parent;
    const page = readPageRequest(args, context.cursors);
    const lists = { ...readUpstreamFilter(args.filter), destination, patients: [identifiers], document };
    return afterwards(loadList(context, info, lists, page), (loaded) =>
      createConnection(loaded, page, originAt(destination, { owner: parent }), context.responseBudget),
    );
  },
};

/** In the default order. */
async function loadAllMedia(
  { destination, identifiers, document }: PatientModel,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<readonly Placed[]> {
  const given = await loadAnswer(context, info, { destination, patients: [identifiers], document });
  return (await sortList(given, DEFAULT_ORDER, context.slices)) ?? placeInOrder(given.items, DEFAULT_ORDER);
}
