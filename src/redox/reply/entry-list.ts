/** The list of entries in the text of a reply, and where it may be cut, so that it is parsed in parts. */

/** The number of bytes, or of entries, after which the list is cut. */
export interface PartSize {
  readonly bytes: number;
  readonly entries: number;
}

/** Parsed and read within a few milliseconds. Most replies are one part. */
const PART: PartSize = { bytes: 32_768, entries: 250 };

export class EntryList {
  readonly #part: PartSize;
  /** How many properties of the message have the name of the list; JSON.parse keeps the last one. */
  count = 0;
  /** How many entries have ended, not counting entries that are neither objects nor lists. */
  entries = 0;
  /** After the opening bracket, and at the closing one; -1: not found yet. */
  from = -1;
  to = -1;
  /** Positions after entries, at about equal distances. */
  readonly cuts: number[] = [];
  #entriesAtCut = 0;
  /** The position after the last entry, or after the list itself. */
  #lastEnd = 0;
  #longest = 0;

  constructor(part = PART) {
    this.#part = part;
  }

  begin(at: number): void {
    this.from = at;
  }

  endEntry(at: number): void {
    this.entries += 1;
    this.#pass(at);
    const last = this.cuts.at(-1) ?? this.from;
    const { bytes, entries } = this.#part;
    if (at - last < bytes && this.entries - this.#entriesAtCut < entries) return;
    this.cuts.push(at);
    this.#entriesAtCut = this.entries;
  }

  end(at: number): void {
    this.to = at;
    this.#pass(at);
  }

  /** The length of the longest piece of text that cannot be cut, in a text of `length`. */
  longestPiece(length: number): number {
    return Math.max(this.#longest, length - this.#lastEnd);
  }

  #pass(at: number): void {
    this.#longest = Math.max(this.#longest, at - this.#lastEnd);
    this.#lastEnd = at;
  }

  /** Whether the positions belong to exactly one list that has ended. */
  get isWhole(): boolean {
    return this.count === 1 && this.to >= 0;
  }
}
