/** Follows a reply's JSON, only as far as it takes to know where the contents of a file begin. */
import { findClosingQuote } from './closing-quote.ts';

/** How deep a member of these is: the message itself; its `Media`, or the one entry in place of that; an entry of it. */
const [MESSAGE, MEDIA, ENTRY] = [1, 2, 3];

/** The longest that `FileContents` can be written: every character as an escape. */
const MAX_NAME_BYTES = 12 * 6;

/**
 * Malformed JSON is followed anyhow and refused later, when it is parsed: one string is exchanged for another, which makes
 * no text well-formed. A well-formed one has colons in objects only, so depth alone tells what a name belongs to.
 */
export class FileFinder {
  #at = 0;
  #depth = 0;
  #isInMedia = false;
  /** How deep the members of entries are: a destination may send one entry in place of a list. */
  #entryDepth = ENTRY;
  /** What comes next is the value of a member that matters. */
  #expected: 'media' | 'contents' | null = null;
  #entryHasContents = false;
  #hasDuplicates = false;
  /** Where the string begins that is being read; -1 outside. */
  #stringFrom = -1;
  #lastFrom = 0;
  #lastTo = 0;

  /** Whether an entry had a second FileContents, so that one of them would be lost. */
  get hasDuplicates(): boolean {
    return this.#hasDuplicates;
  }

  /**
   * Goes on to the end of `bytes`, all that there are so far, and returns -1; or, stopping behind the opening quote of a
   * file's contents, where that is.
   */
  find(bytes: Buffer): number {
    while (this.#at < bytes.length) {
      if (this.#stringFrom >= 0) {
        this.#finishString(bytes);
      } else if (this.#passToken(bytes, bytes[this.#at++])) {
        return this.#stringFrom;
      }
    }
    return -1;
  }

  /** The rest of the string that `find` stopped in begins at `at`: what was there is exchanged. */
  goOnAt(at: number): void {
    this.#at = at;
  }

  /** True at the beginning of a file's contents. */
  #passToken(bytes: Buffer, byte: number | undefined): boolean {
    switch (byte) {
      case 0x22: // "
        this.#stringFrom = this.#at;
        return this.#expected === 'contents';
      case 0x3a: // :
        this.#passName(bytes);
        break;
      case 0x7b: // {
      case 0x5b: // [
        this.#open(byte);
        break;
      case 0x7d: // }
      case 0x5d: // ]
        this.#depth -= 1;
        if (this.#depth < MEDIA) this.#isInMedia = false;
        break;
      case 0x2c: // ,
        this.#expected = null;
    }
    return false;
  }

  #open(byte: number): void {
    if (this.#expected === 'media') {
      this.#isInMedia = true;
      this.#entryDepth = byte === 0x5b ? ENTRY : MEDIA;
    }
    this.#expected = null;
    this.#depth += 1;
    if (this.#depth === this.#entryDepth) this.#entryHasContents = false;
  }

  #passName(bytes: Buffer): void {
    if (this.#depth === MESSAGE) {
      this.#expected = this.#lastIs('Media', bytes) ? 'media' : null;
    } else if (this.#isInMedia && this.#depth === this.#entryDepth) {
      this.#expected = this.#lastIs('FileContents', bytes) ? 'contents' : null;
      if (this.#expected === null) return;
      this.#hasDuplicates ||= this.#entryHasContents;
      this.#entryHasContents = true;
    }
  }

  /** Whether the last string is this name, however it is written. */
  #lastIs(name: string, bytes: Buffer): boolean {
    const length = this.#lastTo - this.#lastFrom;
    if (length < name.length || length > MAX_NAME_BYTES) return false;
    const written = bytes.toString('latin1', this.#lastFrom, this.#lastTo);
    return written === name || (written.includes('\\') && readName(written) === name);
  }

  #finishString(bytes: Buffer): void {
    const quote = findClosingQuote(bytes, this.#at, this.#stringFrom);
    if (quote < 0) {
      this.#at = bytes.length;
      return;
    }
    this.#lastFrom = this.#stringFrom;
    this.#lastTo = quote;
    this.#stringFrom = -1;
    this.#expected = null;
    this.#at = quote + 1;
  }
}

function readName(written: string): unknown {
  try {
    return JSON.parse(`"${written}"`);
  } catch {
    return undefined;
  }
}
