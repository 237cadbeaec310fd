import { DEFAULT_ORDER, placeInOrder } from '../../documents/order.ts';
import { GatewayError } from '../../errors.ts';
import type { VisitResolvers } from '../../generated/resolvers.ts';
import { createNeed } from '../../media/model/need.ts';
import { distinctPatients } from '../../media/model/patients.ts';
import type { Item } from '../../redox/messages.ts';
import { readUpstreamFilter } from '../inputs/arguments.ts';
import { filesAskedBelow } from '../inputs/files-asked.ts';
import { readVisitReference } from '../inputs/references.ts';
import { createConnection, loadItems, readPageRequest } from '../nodes/connection.ts';
import { createPatient, type PatientModel, type VisitModel } from '../nodes/models.ts';
import { sealId } from '../nodes/node-id.ts';

export const visit: VisitResolvers = {
  __resolveReference: readVisitReference,

  id: (parent, _, { ids }) => sealId(parent, ids),

  async patient(parent, _, { loader, answer }, info) {
    if (parent.patient) return parent.patient;
    const { destination, visitNumber } = parent;
    const files = filesAskedBelow(info, answer.mostBase64Bytes);
    const items = await loader.load(createNeed(destination, { visitNumbers: [visitNumber] }, files));
    const patients = patientsOf(parent, items);
    if (patients.length > 1) throw new GatewayError('AMBIGUOUS_VISIT', { retryable: false });
    // Reached from the document that names nobody, the others' patient would pass for its own.
    return namesEveryPatient(items) ? (patients[0] ?? null) : null;
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
    const whole = lists.documentTypes === null && lists.documentIds === null && namesEveryPatient(items);
    const only = whole && !patient ? patientsOf(parent, items) : [];
    const patients = patient ? [patient] : only.length === 1 ? only : [];
    return createConnection(items, page, { destination, patients, visit: parent }, answer);
  },
};

/** The patients among the documents of a visit; each by the first identifier of the first document. */
function patientsOf(visit: VisitModel, items: readonly Item[]): PatientModel[] {
  const ordered = placeInOrder(items, DEFAULT_ORDER).map(({ item }) => item);
  return distinctPatients(ordered).map(([first]) => createPatient(visit.destination, [first], visit));
}

/** Visit numbers may be shared: a document that names nobody need not be of the one patient that others name. */
function namesEveryPatient(items: readonly Item[]): boolean {
  return items.every(({ identifiers }) => identifiers.length > 0);
}
