/** Reads New, Replace and Delete messages as Redox's schema has them, or refuses them as Redox would. */
import { z } from 'zod';
import type { ChartDocument, ChartIdentifier, DestinationAlias } from '../charts/chart.ts';
import { findDestination } from './destinations.ts';
import { describeIssues, META, type QueryRules } from './media-query.ts';
import { RefusedQuery } from './refused-query.ts';

export const WRITE_EVENTS = ['New', 'Replace', 'Delete'] as const;
export type WriteEventType = (typeof WRITE_EVENTS)[number];

/** The event for one destination. */
export interface MediaEvent {
  readonly type: WriteEventType;
  readonly destination: DestinationAlias;
  /** The patient of the documents; documents of others with the same id are not affected. */
  readonly patient: readonly ChartIdentifier[];
  /** The document to remove; for a Replace, the one that the new document replaces. */
  readonly removes: string | null;
  /** The document to add; `fileContents` may still be the URI of an upload. */
  readonly adds: ChartDocument | null;
}

const TEXT = z.string().min(1);
const OPTIONAL = z.string().nullish();
const PROVIDER = z.looseObject({ ID: TEXT });
const MESSAGE = z.object({
  Meta: META,
  Patient: z.object({ Identifiers: z.array(z.object({ ID: TEXT, IDType: TEXT })).min(1) }),
  Visit: z.object({ VisitNumber: OPTIONAL }).nullish(),
  Media: z.object({
    FileType: TEXT,
    FileName: TEXT,
    FileContents: OPTIONAL,
    DocumentType: TEXT,
    DocumentID: TEXT,
    OriginalDocumentID: OPTIONAL,
    DocumentDescription: OPTIONAL,
    CreationDateTime: OPTIONAL,
    ServiceDateTime: OPTIONAL,
    Availability: z.enum(['Available', 'Unavailable']),
    Authenticated: z.enum(['True', 'False']).nullish(),
    Provider: PROVIDER,
  }),
});
type Message = z.infer<typeof MESSAGE>;

export function isWriteEvent(type: unknown): type is WriteEventType {
  return WRITE_EVENTS.some((one) => one === type);
}

/** One event for each destination of the message: writes may have several. */
export function parseMediaEvent(body: unknown, type: WriteEventType, rules: QueryRules): MediaEvent[] {
  const parsed = MESSAGE.safeParse(body);
  if (!parsed.success) {
    throw new RefusedQuery(400, 'invalidMessage', `Invalid message: ${describeIssues(parsed.error)}`);
  }
  const { Meta, Media } = parsed.data;
  refuseIncomplete(type, Media);
  const destinations = Meta.Destinations ?? [];
  if (destinations.length === 0)
    throw new RefusedQuery(403, 'invalidMessage', 'Meta.Destinations is missing.');
  return destinations.map(({ ID }) => {
    const destination = findDestination(ID);
    if (destination === undefined || (Meta.Source?.ID ?? rules.sourceId) !== rules.sourceId) {
      throw new RefusedQuery(400, 'subscriptions', `No subscriptions found for destination ${ID}.`);
    }
    return eventFor(destination.alias, type, parsed.data);
  });
}

function refuseIncomplete(type: WriteEventType, media: Message['Media']): void {
  const missing = [
    type !== 'Delete' && !media.FileContents && 'Media.FileContents',
    type === 'Replace' && !media.OriginalDocumentID && 'Media.OriginalDocumentID',
  ].filter((one) => one !== false);
  if (missing.length > 0) throw new RefusedQuery(400, 'invalidMessage', `Missing: ${missing.join(', ')}`);
}

function eventFor(destination: DestinationAlias, type: WriteEventType, message: Message): MediaEvent {
  const { Media, Patient, Visit } = message;
  const patient = Patient.Identifiers.map(({ ID, IDType }) => ({ id: ID, idType: IDType }));
  if (type === 'Delete') return { type, destination, patient, removes: Media.DocumentID, adds: null };
  return {
    type,
    destination,
    patient,
    removes: type === 'Replace' ? (Media.OriginalDocumentID ?? null) : null,
    adds: {
      destination,
      identifiers: patient,
      visitNumber: Visit?.VisitNumber ?? undefined,
      documentId: Media.DocumentID,
      documentType: Media.DocumentType,
      documentDescription: Media.DocumentDescription,
      fileType: Media.FileType,
      fileName: Media.FileName,
      fileContents: Media.FileContents,
      creationDateTime: Media.CreationDateTime,
      serviceDateTime: Media.ServiceDateTime,
    },
  };
}
