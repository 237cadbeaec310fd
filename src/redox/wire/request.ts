/** Writes Media Query messages (reference §1.2), and refuses those that must never be sent. */
import { GatewayError } from '../../errors.ts';
import type { Identifier, MediaQuery } from '../messages.ts';

/** The properties of a message's `Meta` that vary. */
export interface MessageMeta {
  /** Redox's IDs of the destinations, not their aliases. A query has exactly one. */
  readonly destinationIds: readonly string[];
  readonly sourceId?: string | undefined;
  readonly test: boolean;
  readonly facilityCode?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly sentAtMs: number;
}

/**
 * The body of `POST /endpoint`. Empty filters are left out, as it is not documented whether Redox reads `[]` as "all" or "none".
 * The four filters are properties of the message itself. @throws GatewayError INTERNAL_SERVER_ERROR when the query names no
 * patient, visit or document, or one with an empty text. The behaviour of a destination is undefined for such a query; it might
 * send every chart that it has.
 */
export function writeMediaQuery(meta: MessageMeta, query: MediaQuery): string {
  refuseUnbounded(query);
  return JSON.stringify({
    Meta: writeMeta(meta, 'Query'),
    Patients: filled(query.patients)?.map((identifiers) => ({
      Identifiers: identifiers.map(writeIdentifier),
    })),
    VisitNumbers: filled(query.visitNumbers),
    DocumentTypes: filled(query.documentTypes),
    DocumentIDs: filled(query.documentIds),
  });
}

export function writeMeta(
  { destinationIds, sourceId, test, facilityCode, sentAtMs }: MessageMeta,
  eventType: string,
) {
  return {
    DataModel: 'Media',
    EventType: eventType,
    EventDateTime: new Date(sentAtMs).toISOString(),
    Test: test,
    ...(sourceId !== undefined && { Source: { ID: sourceId } }),
    Destinations: destinationIds.map((ID) => ({ ID })),
    ...(facilityCode !== undefined && { FacilityCode: facilityCode }),
  };
}

function writeIdentifier({ id, idType }: Identifier) {
  return { ID: id, IDType: idType };
}

function filled<T>(filter: readonly T[] | undefined): readonly T[] | undefined {
  return filter?.length ? filter : undefined;
}

function refuseUnbounded({ patients = [], visitNumbers = [], documentIds = [] }: MediaQuery): void {
  const isBounded = patients.length + visitNumbers.length + documentIds.length > 0;
  const isNamed =
    patients.every(
      (identifiers) => identifiers.length > 0 && identifiers.every((x) => x.id !== '' && x.idType !== ''),
    ) && ![...visitNumbers, ...documentIds].includes('');
  if (!isBounded || !isNamed) throw new GatewayError('INTERNAL_SERVER_ERROR');
}
