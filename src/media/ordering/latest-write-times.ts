/** Records the last write for each of many texts, within limits: the texts that were recorded longest ago are forgotten. */

/** When a write was answered. */
export interface WriteTime {
  /** Its place in the order of writes and Media Queries. */
  readonly place: number;
  /** In milliseconds of the clock. */
  readonly timeMs: number;
}

export const NEVER: WriteTime = { place: 0, timeMs: Number.NEGATIVE_INFINITY };

export function laterOf(one: WriteTime, other: WriteTime): WriteTime {
  return one.place < other.place ? other : one;
}

/**
 * At least this many texts are kept, and at most twice as many, of some hundred bytes each. An answer is remembered for ten
 * minutes, in which a hundred events a second record about as many texts.
 */
const MAX_TEXTS = 65_536;

/** As many characters in total. Nothing else limits the length of an identifier. */
const MAX_CHARACTERS = MAX_TEXTS * 128;

export class LatestWriteTimes {
  readonly #maxTexts: number;
  #newer = new Map<string, WriteTime>();
  #older: ReadonlyMap<string, WriteTime> = new Map();
  /** The number of characters in `#newer`. */
  #characters = 0;
  /** The last write among the texts that are only in `#older`, and the last one that is not kept any more. */
  #lastOlder = NEVER;
  #forgotten = NEVER;
  #last = NEVER;

  constructor(maxTexts = MAX_TEXTS) {
    this.#maxTexts = maxTexts;
  }

  /** The last write that was recorded, for any text. */
  get last(): WriteTime {
    return this.#last;
  }

  /** Up to this write, any text may have been recorded. */
  get forgotten(): WriteTime {
    return this.#forgotten;
  }

  /** Writes must be recorded in their order. */
  note(text: string, time: WriteTime): void {
    this.#last = time;
    this.#newer.set(text, time);
    this.#characters += text.length;
    if (this.#newer.size < this.#maxTexts && this.#characters < MAX_CHARACTERS) return;
    // Half of the texts are dropped at a time, so that no write pays for all, and nothing is deleted one by one.
    this.#forgotten = laterOf(this.#forgotten, this.#lastOlder);
    this.#lastOlder = time;
    this.#older = this.#newer;
    this.#newer = new Map();
    this.#characters = 0;
  }

  /** The last write for this text; NEVER if none is known. */
  of(text: string): WriteTime {
    return this.#newer.get(text) ?? this.#older.get(text) ?? NEVER;
  }
}
