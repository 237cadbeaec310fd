/** Events as the receiver hands them to an inbox. */
import type { MediaChange, ReceivedEvent } from '../../src/events/media-change.ts';
import { destinationAlias } from '../../src/media/model/keys.ts';

/** An event of one document with nothing but what is given. */
export function changeOf(fields: Partial<MediaChange> = {}): MediaChange {
  return {
    kind: 'SAVED',
    destination: destinationAlias('general'),
    identifiers: [],
    visitNumber: null,
    documentId: null,
    originalDocumentId: null,
    documentType: null,
    documentDescription: null,
    fileType: null,
    fileName: null,
    creationDateTime: null,
    serviceDateTime: null,
    provider: null,
    authenticator: null,
    authenticated: null,
    availability: null,
    ...fields,
  };
}

/** The event of a document; its digest tells kinds and descriptions apart. */
export function receivedEvent(documentId: string, fields: Partial<MediaChange> = {}): ReceivedEvent {
  const event = changeOf({ documentId, ...fields });
  const digest = `${event.kind} ${event.documentDescription}`;
  const { destination, originalDocumentId } = event;
  const replacedSeries = originalDocumentId && `${destination} ${originalDocumentId}`;
  return { event, digest, series: `${destination} ${documentId}`, replacedSeries, sentAt: null };
}
