/** An event about one document as it is recorded, without its file. */
import type { DestinationAlias } from '../media/model/keys.ts';
import type { DocumentDetails, Identifier } from '../redox/messages.ts';

/** Redox's `New`, `Replace` and `Delete`. */
export type MediaChangeKind = 'SAVED' | 'REPLACED' | 'DELETED';

/** Redox's `Provider` and `Authenticator`. Absent values are read as null or `[]`. */
export interface Provider {
  readonly providerId: string | null;
  readonly idType: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly credentials: readonly string[];
  readonly emailAddresses: readonly string[];
}

/** An event that could be read: it names a kind and a source that REDOX_SOURCES contains. */
export interface MediaChange extends DocumentDetails {
  readonly kind: MediaChangeKind;
  readonly destination: DestinationAlias;
  /** Empty: it names no patient that can be read, so it may concern every patient of the destination. */
  readonly identifiers: readonly Identifier[];
  /** It has further identifiers, which cannot be read: its patient may be any patient with one of those. */
  readonly isPatientPartlyRead?: true | undefined;
  readonly visitNumber: string | null;
  /** For `Replace`: the document that is replaced. */
  readonly originalDocumentId: string | null;
  readonly provider: Provider | null;
  readonly authenticator: Provider | null;
  readonly authenticated: boolean | null;
  readonly availability: 'AVAILABLE' | 'UNAVAILABLE' | null;
}

/** Why an event could not be read; the metric uses these names. */
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
  /** Null: it may belong to any destination. */
  readonly destination: DestinationAlias | null;
}

/** An event as it arrived. */
export interface ReceivedEvent {
  readonly event: MediaChange | UnreadableEvent;
  /**
   * A digest of the whole message without `Meta`. An event is a repetition when it equals the last recorded one of the same
   * source and document.
   */
  readonly digest: string;
  /** A digest of the source and the document, by which a repeated event is found. */
  readonly series: string;
  /**
   * For `Replace`: the series of the document that it replaces, as it is the last event of that document too: a document that is
   * filed again under the old ID is not a repetition, and neither is a later Replace. Null for other events.
   */
  readonly replacedSeries: string | null;
  /** When Redox sent it (`Meta.EventDateTime`), in milliseconds since 1970; null if it does not state it. */
  readonly sentAt: number | null;
}

/** An event as it was recorded. */
export interface RecordedEvent {
  /** Its position in the inbox, which only the inbox interprets. Callers get it sealed. */
  readonly position: string;
  /** When it was recorded, in milliseconds since 1970. */
  readonly receivedAt: number;
  readonly event: MediaChange | UnreadableEvent;
}
