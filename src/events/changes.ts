/** What a subscription requests, and the events that it receives. */
import type { DestinationAlias } from '../media/model/keys.ts';
import type { Identifier } from '../redox/messages.ts';
import type { MediaChange, MediaChangeKind } from './media-change.ts';

/** A patient who has all these identifiers. */
export type RequestedPatient = readonly [Identifier, ...Identifier[]];

/** Values inside a list are OR, lists are AND; null: no filter. */
export interface ChangeFilter {
  readonly destination: DestinationAlias;
  readonly patients: readonly RequestedPatient[] | null;
  readonly visitNumbers: readonly string[] | null;
  readonly documentTypes: readonly string[] | null;
  readonly kinds: readonly MediaChangeKind[] | null;
}

export interface ChangeRequest extends ChangeFilter {
  /** The sealed cursor of the event after which to continue; null: from now on. */
  readonly after: string | null;
}

/** The events of one subscription. Only one call may be pending. */
export interface ChangeStream extends AsyncGenerator<MediaChangeEvent, void, void> {
  /**
   * Calls `wake` once, perhaps at once, when `next` need not wait for an event. A reader waits here, and only then calls `next`:
   * a promise that has become old keeps its value until the next major collection, even when nothing needs either any more. A
   * second `wake` replaces one that has not been called yet.
   */
  whenReady(wake: () => void): void;
}

/** An event as one subscription receives it. */
export interface MediaChangeEvent {
  /** Sealed. */
  readonly cursor: string;
  /** In milliseconds since 1970. */
  readonly receivedAt: number;
  readonly change: MediaChange;
  /** The patient of the filter whom the event is about; null: the filter names no patients. */
  readonly requested: RequestedPatient | null;
}
