import { DEFAULT_ORDER, firstInOrder } from '../../documents/order.ts';
import { GatewayError } from '../../errors.ts';
import type { VisitResolvers } from '../../generated/resolvers.ts';
import { distinctPatients } from '../../media/model/patients.ts';
import type { Item } from '../../redox/messages.ts';
import { readUpstreamFilter } from '../inputs/arguments.ts';
import { readVisitReference } from '../inputs/references.ts';
import { admitNode } from '../nodes/admit-reference.ts';
import { createConnection, loadList, readPageRequest } from '../nodes/connection.ts';
import { mediaFactory, originAt } from '../nodes/found-media.ts';
import { loadMedia } from '../nodes/load-media.ts';
import { sealId } from '../nodes/node-id.ts';

export const visit: VisitResolvers = {
  __resolveReference: readVisitReference,

  id: (parent, _, context) => sealId(admitNode(parent, context), context.ids),

  async patient(parent, _, context, info) {
    if (parent.patient) return parent.patient;
    const { destination, visitNumber } = parent;
    const items = await loadMedia(context, info, { destination, visitNumbers: [visitNumber] });
    if (distinctPatients(items).length > 1) throw new GatewayError('AMBIGUOUS_VISIT');
    // A document that names no patient may lead here: the patient of the other documents would be taken for its own.
    if (!namesEveryPatient(items)) return null;
    const newest = firstInOrder(items, DEFAULT_ORDER);
    if (newest === undefined) return null;
    const origin = originAt(destination, { visit: parent, isVisitOfOne: true });
    return mediaFactory(origin)(newest.item, newest.ordinal).patient;
  },

  async media(parent, args, context, info) {
    const { destination, visitNumber, patient } = parent;
    const page = readPageRequest(args, context.cursors);
    const lists = readUpstreamFilter(args.filter);
    const outside = lists.visitNumbers !== null && !lists.visitNumbers.includes(visitNumber);
    const requested = {
      ...lists,
      destination,
      visitNumbers: outside ? [] : [visitNumber],
      patients: patient && [patient.identifiers],
      document: patient?.document,
    };
    const loaded = await loadList(context, info, requested, page);
    const { items } = loaded;
    // A filtered result does not show whether other patients share the number, so it never determines the one patient of the
    // visit.
    const isWhole = lists.documentTypes === null && lists.documentIds === null && namesEveryPatient(items);
    const isVisitOfOne = isWhole && distinctPatients(items).length === 1;
    const origin = originAt(destination, { owner: patient, visit: parent, isVisitOfOne });
    return createConnection(loaded, page, origin, context.responseBudget);
  },
};

/** Patients may share a visit number: a document that names no patient need not be about the patient whom the others name. */
function namesEveryPatient(items: readonly Item[]): boolean {
  return items.every(({ identifiers }) => identifiers.length > 0);
}
