import type { QueryResolvers } from '../../generated/resolvers.ts';
import { createNeed } from '../../media/model/need.ts';
import {
  readDestination,
  readPatient,
  readPatients,
  readText,
  readUpstreamFilter,
} from '../inputs/arguments.ts';
import { badInput } from '../inputs/bad-input.ts';
import { filesAskedBelow } from '../inputs/files-asked.ts';
import { createConnection, loadItems, readPageRequest } from '../nodes/connection.ts';
import { findMediaByDocumentId } from '../nodes/find-media.ts';
import { originAt } from '../nodes/found-media.ts';
import { createVisit } from '../nodes/models.ts';
import { findNode } from './node.ts';

export const query: QueryResolvers = {
  node: (_, { id }, context, info) => findNode(id, 'id', context, info),

  async nodes(_, { ids }, context, info) {
    const found = await Promise.allSettled(
      ids.map(async (id, at) => findNode(id, `ids[${at}]`, context, info)),
    );
    // A rejected entry nulls itself only.
    return found.map((one) => (one.status === 'fulfilled' ? one.value : Promise.reject(one.reason)));
  },

  destinations: (_, _args, { destinations, rights }) =>
    destinations.aliases
      .filter((id) => rights.destinations === 'all' || rights.destinations.has(id))
      .map((id) => ({ id, isDefault: id === destinations.default })),

  patient: (_, { identifiers, destination }, { destinations }) =>
    readPatient(identifiers, readDestination(destination, destinations), 'identifiers'),

  patients(_, args, { destinations }) {
    const destination = readDestination(args.destination, destinations);
    // Each entry on its own, so that a faulty one nulls itself only.
    return args.patients.map(async ({ identifiers }, at) =>
      readPatient(identifiers, destination, `patients[${at}].identifiers`),
    );
  },

  visit: (_, { visitNumber, destination }, { destinations }) =>
    createVisit(readDestination(destination, destinations), readText(visitNumber, 'visitNumber'), null),

  media: (_, { documentId, destination }, context, info) =>
    findMediaByDocumentId(
      readDestination(destination, context.destinations),
      readText(documentId, 'documentId'),
      context.loader,
      filesAskedBelow(info, context.answer.mostBase64Bytes),
    ),

  async mediaSearch(_, args, { loader, destinations, cursors, answer }, info) {
    const destination = readDestination(args.destination, destinations);
    const page = readPageRequest(args, cursors);
    const lists = readUpstreamFilter(args.filter);
    const patients =
      args.filter.patients && readPatients(args.filter.patients, destination, 'filter.patients');
    if (!patients && !lists.visitNumbers && !lists.documentIds) {
      throw badInput('filter', 'needs at least one of patients, visitNumbers and documentIds');
    }
    const asked = patients?.map(({ identifiers }) => identifiers);
    const files = filesAskedBelow(info, answer.mostBase64Bytes);
    const need = createNeed(destination, { ...lists, patients: asked }, files);
    const items = await loadItems(need, page, loader);
    return createConnection(items, page, originAt(destination, { asked: patients ?? [] }), answer);
  },
};
