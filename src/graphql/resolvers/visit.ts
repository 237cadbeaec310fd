import { DEFAULT_ORDER, placeInOrder } from '../../documents/order.ts';
import { GatewayError } from '../../errors.ts';
import type { VisitResolvers } from '../../generated/resolvers.ts';
import { createNeed } from '../../media/model/need.ts';
import { distinctPatients } from '../../media/model/patients.ts';
import type { Item } from '../../redox/messages.ts';
import { readUpstreamFilter } from '../inputs/arguments.ts';
import { filesAskedBelow } from '../inputs/files-asked.ts';
import { readVisitReference } from '../inputs/references.ts';
import { admitOpened } from '../nodes/admit-opened.ts';
import { createConnection, loadItems, readPageRequest } from '../nodes/connection.ts';
import { mediaFactory, originAt } from '../nodes/found-media.ts';
import { sealId } from '../nodes/node-id.ts';

export const visit: VisitResolvers = {
  __resolveReference: readVisitReference,

  id: (parent, _, { ids }) => sealId(parent, ids),

  visitNumber({ visitNumber, patient }, _, { loader }) {
    admitOpened(patient, loader);
    return visitNumber;
  },

  async patient(parent, _, { loader, answer }, info) {
    if (parent.patient) return parent.patient;
    const { destination, visitNumber } = parent;
    const files = filesAskedBelow(info, answer.mostBase64Bytes);
    const items = await loader.load(createNeed(destination, { visitNumbers: [visitNumber] }, files));
    if (distinctPatients(items).length > 1) throw new GatewayError('AMBIGUOUS_VISIT');
    // Reached from the document that names nobody, the others' patient would pass for its own.
    if (!namesEveryPatient(items)) return null;
    const [newest] = placeInOrder(items, DEFAULT_ORDER);
    if (newest === undefined) return null;
    const origin = originAt(destination, { visit: parent, isVisitOfOne: true });
    return mediaFactory(origin)(newest.item, newest.ordinal).patient;
  },

  async media(parent, args, { loader, cursors, answer }, info) {
    const { destination, visitNumber, patient } = parent;
    const page = readPageRequest(args, cursors);
    const lists = readUpstreamFilter(args.filter);
    const outside = lists.visitNumbers !== null && !lists.visitNumbers.includes(visitNumber);
    const asked = {
      ...lists,
      visitNumbers: outside ? [] : [visitNumber],
      patients: patient && [patient.identifiers],
    };
    const files = filesAskedBelow(info, answer.mostBase64Bytes);
    const items = await loadItems(createNeed(destination, asked, files), page, loader);
    // A filtered answer does not show whether others share the number, so nobody is taken for the visit's one patient.
    const isWhole = lists.documentTypes === null && lists.documentIds === null && namesEveryPatient(items);
    const isVisitOfOne = isWhole && distinctPatients(items).length === 1;
    const origin = originAt(destination, { owner: patient, visit: parent, isVisitOfOne });
    return createConnection(items, page, origin, answer);
  },
};

/** Visit numbers may be shared: a document that names nobody need not be of the one patient that others name. */
function namesEveryPatient(items: readonly Item[]): boolean {
  return items.every(({ identifiers }) => identifiers.length > 0);
}
