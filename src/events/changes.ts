/** What a subscription asks for, and the events that it is given. */
import type { DestinationAlias } from '../media/model/keys.ts';
import type { Identifier } from '../redox/messages.ts';
import type { MediaChange, MediaChangeKind } from './media-change.ts';

/** A patient who has all these identifiers. */
export type AskedPatient = readonly [Identifier, ...Identifier[]];

/** Values inside a list are OR, lists are AND; null: no filter. */
export interface ChangeFilter {
  readonly destination: DestinationAlias;
  readonly patients: readonly AskedPatient[] | null;
  readonly visitNumbers: readonly string[] | null;
  readonly documentTypes: readonly string[] | null;
  readonly kinds: readonly MediaChangeKind[] | null;
}

export interface ChangeRequest extends ChangeFilter {
  /** The sealed cursor of the event after which it continues; null: from now on. */
  readonly after: string | null;
}

/** An event as one subscription is given it. */
export interface MediaChangeEvent {
  /** Sealed. */
  readonly cursor: string;
  /** In milliseconds since 1970. */
  readonly receivedAt: number;
  readonly change: MediaChange;
  /** The patient of the filter whom the event is about; null: the filter names no patients. */
  readonly asked: AskedPatient | null;
}
