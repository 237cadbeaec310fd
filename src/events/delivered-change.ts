/** An event of the inbox that could be read, as the reader of a subscription receives it. */
import type { ChangeCursors } from './change-cursors.ts';
import type { MediaChangeEvent, RequestedPatient } from './changes.ts';
import type { MediaChange, RecordedEvent } from './media-change.ts';

export interface RecordedChange extends RecordedEvent {
  readonly event: MediaChange;
}

export function isChange(recorded: RecordedEvent): recorded is RecordedChange {
  return recorded.event.kind !== 'UNREADABLE';
}

export class DeliveredChange implements MediaChangeEvent {
  readonly receivedAt: number;
  readonly change: MediaChange;
  readonly requested: RequestedPatient | null;
  readonly #position: string;
  readonly #cursors: ChangeCursors;

  constructor(
    { position, receivedAt, event }: RecordedChange,
    requested: RequestedPatient | null,
    cursors: ChangeCursors,
  ) {
    this.receivedAt = receivedAt;
    this.change = event;
    this.requested = requested;
    this.#position = position;
    this.#cursors = cursors;
  }

  /** Sealed when it is selected. */
  get cursor(): string {
    return this.#cursors.close(this.#position);
  }
}
