/** What Redox told of one document: an event as it is recorded, without its file. */
import type { DestinationAlias } from '../media/model/keys.ts';
import type { DocumentDetails, Identifier } from '../redox/messages.ts';

/** Redox's `New`, `Replace` and `Delete`. */
export type MediaChangeKind = 'SAVED' | 'REPLACED' | 'DELETED';

/** Redox's `Provider` and `Authenticator`. Absent upstream reads as null or `[]`. */
export interface Provider {
  readonly providerId: string | null;
  readonly idType: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly credentials: readonly string[];
  readonly emailAddresses: readonly string[];
}

/** An event that could be read: it names a kind and a source that REDOX_SOURCES knows. */
export interface MediaChange extends DocumentDetails {
  readonly kind: MediaChangeKind;
  readonly destination: DestinationAlias;
  /** None: it names no patient that can be read, so that it may concern every patient of the destination. */
  readonly identifiers: readonly Identifier[];
  /** It has further identifiers, which cannot be read: it may be anyone who is known by one of those. */
  readonly isPatientPartlyRead?: true | undefined;
  readonly visitNumber: string | null;
  /** Of `Replace`: the document that is replaced. */
  readonly originalDocumentId: string | null;
  readonly provider: Provider | null;
  readonly authenticator: Provider | null;
  readonly authenticated: boolean | null;
  readonly availability: 'AVAILABLE' | 'UNAVAILABLE' | null;
}

/** Why an event could not be read; it is counted under this name. */
export type UnreadableReason =
  /** Not JSON, or not the JSON of an event. */
  | 'malformed'
  /** Another data model, or another event type. */
  | 'unknown-event'
  /** `Meta.Source.ID` is absent, or REDOX_SOURCES does not know it. */
  | 'unknown-source'
  /** Longer than Redox sends. */
  | 'too-large';

/** An event that could not be read, which may concern every patient. */
export interface UnreadableEvent {
  readonly kind: 'UNREADABLE';
  readonly reason: UnreadableReason;
  /** Null: it may be any destination's. */
  readonly destination: DestinationAlias | null;
}

/** An event as it arrived. */
export interface ReceivedEvent {
  readonly event: MediaChange | UnreadableEvent;
  /**
   * A digest of the whole message but for `Meta`. An event is sent again when it equals the last recorded one of the same source
   * and document.
   */
  readonly digest: string;
  /** A digest of the source and the document, by which a repeated event is found. */
  readonly series: string;
  /**
   * Of `Replace`: the series of the document that it replaces, whose last event it is as well: what is filed again under the
   * old ID is not a repeated event, nor is the Replace that comes after that. Null for other events.
   */
  readonly replacedSeries: string | null;
  /** When Redox sent it (`Meta.EventDateTime`), in milliseconds since 1970; null where it does not say. */
  readonly sentAt: number | null;
}

/** An event as it was recorded. */
export interface RecordedEvent {
  /** Its place in the inbox, which only the inbox understands. Callers get it sealed. */
  readonly position: string;
  /** When it was recorded, in milliseconds since 1970. */
  readonly receivedAt: number;
  readonly event: MediaChange | UnreadableEvent;
}
