/** When something was last noted of each of many texts, within bounds: the ones that were noted longest ago are forgotten. */

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
 * So many texts at least are known, and twice as many at most, of some hundred bytes each. An answer is looked at while it is
 * remembered, in ten minutes of a hundred events a second about as many texts.
 */
const MAX_TEXTS = 65_536;

/** As many of that length. Nothing else bounds how long an identifier may be. */
const MAX_CHARACTERS = MAX_TEXTS * 128;

export class LatestWriteTimes {
  readonly #maxTexts: number;
  #newer = new Map<string, WriteTime>();
  #older: ReadonlyMap<string, WriteTime> = new Map();
  /** Of `#newer`. */
  #characters = 0;
  /** Of the last text that stands in `#older` alone, and of the last one that is not known any more. */
  #lastOlder = NEVER;
  #forgotten = NEVER;
  #last = NEVER;

  constructor(maxTexts = MAX_TEXTS) {
    this.#maxTexts = maxTexts;
  }

  /** The last one that was noted, of whatever text. */
  get last(): WriteTime {
    return this.#last;
  }

  /** Until then, any text may have been noted. */
  get forgotten(): WriteTime {
    return this.#forgotten;
  }

  /** Moments are noted in their order. */
  note(text: string, time: WriteTime): void {
    this.#last = time;
    this.#newer.set(text, time);
    this.#characters += text.length;
    if (this.#newer.size < this.#maxTexts && this.#characters < MAX_CHARACTERS) return;
    // Half at a time, so that no write pays for all, and nothing is deleted one by one.
    this.#forgotten = laterOf(this.#forgotten, this.#lastOlder);
    this.#lastOlder = time;
    this.#older = this.#newer;
    this.#newer = new Map();
    this.#characters = 0;
  }

  /** The last one of this text; NEVER where none is known. */
  of(text: string): WriteTime {
    return this.#newer.get(text) ?? this.#older.get(text) ?? NEVER;
  }
}
