/** The writes of other replicas, as far as queries of this replica must take them into account. */
import type { Identifier } from '../../redox/messages.ts';
import type { DestinationId } from '../model/keys.ts';
import type { WrittenPatient } from '../model/written-patient.ts';

/** A write that is about to be sent. */
export interface SentWrite {
  readonly patient: readonly Identifier[];
  /** The id of the document that it deletes or replaces; null, or absent, where it files one more. */
  readonly removes?: string | null;
}

/** An announcement about a write of another replica. */
export interface WriteNews {
  /** The same in all announcements of one write. */
  readonly id: string;
  /** `underWay` is repeated for as long as the write is in flight. */
  readonly kind: 'underWay' | 'answered';
  readonly patient: WrittenPatient;
  /** The document that it deletes or replaces, as `patient.names` gives it; null for a new one. */
  readonly removed: string | null;
}

export interface Reading {
  /** In order. */
  readonly news: readonly WriteNews[];
  /** Announcements may be missing since the last read, or since the last attempt to read. */
  readonly hasGap: boolean;
  /**
   * Every answer of the last `gapAgeMs` milliseconds is among the announcements in spite of the gap. Absent: nothing is known
   * about it.
   */
  readonly gapAgeMs?: number;
}

export interface SharedWriteOrder {
  /**
   * Announces that a write is about to be sent to a destination (Redox's id). Resolves when the other replicas can know of it, or
   * cannot be informed. The function that it resolves to is called when the write is over, and resolves likewise. Neither
   * rejects.
   */
  begin(destination: DestinationId, write: SentWrite): Promise<() => Promise<void>>;
  /** All announcements since the last read of this destination; null when nothing can be read. Never rejects. */
  read(destination: DestinationId): Promise<Reading | null>;
}
