import type { MediaChangeEvent } from '../../events/changes.ts';
import type { MediaChangeResolvers } from '../../generated/resolvers.ts';
import { identifierKey } from '../../media/model/keys.ts';
import { findMediaByDocumentId } from '../nodes/find-media.ts';
import { mediaFactory, originAt } from '../nodes/found-media.ts';
import { loadMedia } from '../nodes/load-media.ts';
import { createPatient, createPatientOfDocument, createVisit, type PatientModel } from '../nodes/models.ts';
import { findNewestVersion } from '../nodes/newest-version.ts';

export const mediaChange: MediaChangeResolvers = {
  receivedAt: ({ receivedAt }) => new Date(receivedAt).toISOString(),
  kind: ({ change }) => change.kind,
  destination: ({ change }) => change.destination,
  documentId: ({ change }) => change.documentId,
  originalDocumentId: ({ change }) => change.originalDocumentId,
  documentType: ({ change }) => change.documentType,
  documentDescription: ({ change }) => change.documentDescription,
  fileType: ({ change }) => change.fileType,
  fileName: ({ change }) => change.fileName,
  creationDateTime: ({ change }) => change.creationDateTime,
  serviceDateTime: ({ change }) => change.serviceDateTime,
  provider: ({ change }) => change.provider,
  authenticator: ({ change }) => change.authenticator,
  authenticated: ({ change }) => change.authenticated,
  availability: ({ change }) => change.availability,

  patient: patientOf,

  visit(event) {
    const { destination, visitNumber } = event.change;
    return visitNumber === null ? null : createVisit(destination, visitNumber, patientOf(event));
  },

  /** The document of the event as it is now; of several versions, the newest. */
  async media({ change, requested }, _, context, info) {
    const { kind, destination, documentId, identifiers } = change;
    if (kind === 'DELETED' || documentId === null) return null;
    const [first, ...others] = requested ?? identifiers;
    if (first === undefined) return findMediaByDocumentId(context, info, { destination, documentId });
    const patient = createPatient(destination, [first, ...others]);
    const lists = { destination, patients: [patient.identifiers], documentIds: [documentId] };
    const newest = findNewestVersion(await loadMedia(context, info, lists), documentId);
    if (newest === undefined) return null;
    return mediaFactory(originAt(destination, { requested: [patient] }))(newest.item, newest.ordinal);
  },
};

/** Like the patient of a document: with all the identifiers that the event names, the requested ones first. */
function patientOf({
  change: { destination, identifiers },
  requested,
}: MediaChangeEvent): PatientModel | null {
  if (identifiers.length === 0) return null;
  const distinct = new Map([...(requested ?? []), ...identifiers].map((one) => [identifierKey(one), one]));
  const [first, ...others] = distinct.values();
  return first === undefined ? null : createPatientOfDocument(destination, [first, ...others], null, null);
}
