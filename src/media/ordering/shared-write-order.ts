/** What other replicas write, as far as questions here must see it. */
import type { Identifier } from '../../redox/messages.ts';
import type { DestinationId } from '../model/keys.ts';
import type { WrittenPatient } from '../model/written-patient.ts';

/** A write that is about to be sent. */
export interface SentWrite {
  readonly patient: readonly Identifier[];
  /** The id of the document that it deletes or replaces; null, or absent, where it files one more. */
  readonly removes?: string | null;
}

/** Something new of a write at another replica. */
export interface WriteNews {
  /** The same in all news of one write. */
  readonly id: string;
  /** `underWay` is said again and again for as long as it is. */
  readonly kind: 'underWay' | 'answered';
  readonly patient: WrittenPatient;
  /** The document that it deletes or replaces, as `patient.names` gives it; null for a new one. */
  readonly removed: string | null;
}

export interface Reading {
  /** In order. */
  readonly news: readonly WriteNews[];
  /** Some since the last reading, or since the last try of one, may be lost. */
  readonly hasGap: boolean;
  /** All that was answered in the last so many milliseconds is among the news in spite of the gap. Absent: nothing is known of it. */
  readonly gapAgeMs?: number;
}

export interface SharedWriteOrder {
  /**
   * The write is about to be sent to a destination. Resolves when the other replicas can know, or cannot be told;
   * what it resolves to is called when the write is over, and resolves likewise. Neither rejects.
   */
  begin(destination: DestinationId, write: SentWrite): Promise<() => Promise<void>>;
  /** All that is new since the last reading of this destination; null when nothing can be read. Never rejects. */
  read(destination: DestinationId): Promise<Reading | null>;
}
