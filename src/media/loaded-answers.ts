/** The answers that one operation has: needs that they contain are answered from them. */
import type { Answer } from './model/answer.ts';
import { BoxIndex } from './model/box-index.ts';
import type { DestinationAlias } from './model/keys.ts';
import type { Need } from './model/need.ts';
import type { RecentAnswer } from './recent/recent-answer.ts';

/** An answer that the operation has: its own, or one that it found remembered. */
export interface Loaded {
  readonly answer: Answer;
  /** As which it is remembered, for cursors; null where it is not. */
  readonly recent: RecentAnswer | null;
  readonly isOwn: boolean;
}

export class LoadedAnswers {
  readonly #indexes = new Map<DestinationAlias, BoxIndex<Loaded>>();

  add(loaded: Loaded): void {
    const { destination, box } = loaded.answer.need;
    let index = this.#indexes.get(destination);
    if (index === undefined) {
      index = new BoxIndex();
      this.#indexes.set(destination, index);
    }
    index.add(box, loaded);
  }

  containing({ destination, box }: Need): Iterable<Loaded> {
    return this.#indexes.get(destination)?.containersOf(box) ?? [];
  }
}
