/** Records which documents were deleted or replaced, and when: an answer that contains one of them is outdated, whichever patient it is about. */
import type { Item } from '../../redox/messages.ts';
import type { IdentifierNames } from '../model/written-patient.ts';
import { LatestWriteTimes, NEVER, type WriteTime } from './latest-write-times.ts';

/** The part of a document in an answer that matters here. */
export type ShownDocument = Pick<Item, 'documentId'>;

export class RemovedDocuments {
  /** By how their ids are represented. */
  readonly #byNames = new Map<IdentifierNames, LatestWriteTimes>();
  #last = NEVER;

  /** When the last one was removed. */
  get last(): WriteTime {
    return this.#last;
  }

  /** `name`: the id as `names` represents it. Removals must be recorded in their order. */
  note(names: IdentifierNames, name: string, time: WriteTime): void {
    this.#last = time;
    let times = this.#byNames.get(names);
    if (times === undefined) {
      times = new LatestWriteTimes();
      this.#byNames.set(names, times);
    }
    times.note(name, time);
  }

  /** Whether one of the documents was removed at a time that counts. `counts`: true for all times after the first one for which it is true. */
  holdsAny(documents: readonly ShownDocument[], counts: (time: WriteTime) => boolean): boolean {
    if (!counts(this.#last)) return false;
    for (const [names, times] of this.#byNames) {
      if (!counts(times.last)) continue;
      if (counts(times.forgotten)) return true;
      const isRemoved = ({ documentId }: ShownDocument) =>
        documentId !== null && counts(times.of(names.documentOf(documentId)));
      if (documents.some(isRemoved)) return true;
    }
    return false;
  }
}
