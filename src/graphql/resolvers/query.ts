import { badInput } from '../../errors.ts';
import type { PatientInput, QueryResolvers } from '../../generated/resolvers.ts';
import { readPatient, readPatients, readText, readUpstreamFilter } from '../inputs/arguments.ts';
import { readDestination } from '../inputs/destinations.ts';
import { admitReader } from '../nodes/admit-reference.ts';
import { createConnection, loadList, readPageRequest } from '../nodes/connection.ts';
import { findMediaByDocumentId } from '../nodes/find-media.ts';
import { originAt } from '../nodes/found-media.ts';
import { listInSlices, startSlices } from '../nodes/list-in-slices.ts';
import { createVisit, type PatientModel } from '../nodes/models.ts';
import { findNode } from './node.ts';

export const query: QueryResolvers = {
  node: (_, { id }, context, info) => findNode(id, 'id', context, info),

  async nodes(_, { ids }, context, info) {
    const { slices } = context;
    const found = await Promise.allSettled(
      listInSlices(ids, slices, async (id, at) => findNode(id, `ids[${at}]`, context, info)),
    );
    const sliceOf = startSlices(slices);
    // A rejected entry is null; the others are not affected.
    return found.map((one, at) => {
      if (one.status === 'rejected') return Promise.reject(one.reason);
      const { value } = one;
      return value === null ? null : (sliceOf(at)?.then(() => value) ?? value);
    });
  },

  destinations: (_, _args, { destinations, rights }) =>
    destinations.aliases
      .filter((id) => rights.destinations === 'all' || rights.destinations.has(id))
      .map((id) => ({ id, isDefault: id === destinations.default })),

  patient(_, { identifiers, destination }, context) {
    const alias = readDestination(destination, context.destinations);
    return admitReader(readPatient(identifiers, alias, 'identifiers'), context);
  },

  patients(_, args, context) {
    const destination = readDestination(args.destination, context.destinations);
    // Each entry is read separately, so that an invalid one does not affect the others.
    const read = ({ identifiers }: PatientInput, at: number): PatientModel | Promise<PatientModel> => {
      try {
        return admitReader(readPatient(identifiers, destination, `patients[${at}].identifiers`), context);
      } catch (error) {
        return Promise.reject(error);
      }
    };
    return listInSlices(args.patients, context.slices, read);
  },

  visit(_, { visitNumber, destination }, context) {
    const alias = readDestination(destination, context.destinations);
    return admitReader(createVisit(alias, readText(visitNumber, 'visitNumber'), null), context);
  },

  media: (_, { documentId, destination }, context, info) =>
    findMediaByDocumentId(context, info, {
      destination: readDestination(destination, context.destinations),
      documentId: readText(documentId, 'documentId'),
    }),

  async mediaSearch(_, args, context, info) {
    const { destinations, cursors, responseBudget } = context;
    const destination = readDestination(args.destination, destinations);
    const page = readPageRequest(args, cursors);
    const lists = readUpstreamFilter(args.filter);
    const patients =
      args.filter.patients && readPatients(args.filter.patients, destination, 'filter.patients');
    if (!patients && !lists.visitNumbers && !lists.documentIds) {
      throw badInput('filter', 'needs at least one of patients, visitNumbers and documentIds');
    }
    const requested = { ...lists, destination, patients: patients?.map(({ identifiers }) => identifiers) };
    const loaded = await loadList(context, info, requested, page);
    return createConnection(
      loaded,
      page,
      originAt(destination, { requested: patients ?? [] }),
      responseBudget,
    );
  },
};
