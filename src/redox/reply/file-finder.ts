/** Scans a reply's JSON just far enough to find where the contents of each file begin. */
import { findClosingQuote } from './closing-quote.ts';
import { EntryList, type PartSize } from './entry-list.ts';

/** Depths of properties: of the message; of `Media`, or of the one entry in its place; of an entry in the list. */
const [MESSAGE, MEDIA, ENTRY] = [1, 2, 3];

const MEDIA_NAME = Buffer.from('Media');
const CONTENTS_NAME = Buffer.from('FileContents');

/** The longest spelling of `FileContents`: every character as an escape. */
const MAX_NAME_BYTES = CONTENTS_NAME.length * 6;

const [BACKSLASH, DASH, ZERO, NINE] = [0x5c, 0x2d, 0x30, 0x39];

/**
 * Malformed JSON is scanned as well, and refused later, when it is parsed: replacing one string by another cannot make a text
 * well-formed. Well-formed JSON has colons only in objects, so the depth alone shows to which object a name belongs.
 */
export class FileFinder {
  #at = 0;
  #depth = 0;
  #isInMedia = false;
  /** The depth of the properties of entries: a destination may send one entry in place of a list. */
  #entryDepth = ENTRY;
  /** Set when the next value belongs to such a property. */
  #expected: 'media' | 'contents' | null = null;
  #entryHasContents = false;
  #hasDuplicates = false;
  #hasNumbers = false;
  readonly #list: EntryList;
  /** Where the string that is being read begins; -1 outside a string. */
  #stringFrom = -1;
  #lastFrom = 0;
  #lastTo = 0;

  constructor(part?: PartSize) {
    this.#list = new EntryList(part);
  }

  /** Whether an entry had two FileContents properties, of which JSON.parse would keep one. */
  get hasDuplicates(): boolean {
    return this.#hasDuplicates;
  }

  /** Whether the text contains numbers outside of strings, which JSON.parse may round. */
  get hasNumbers(): boolean {
    return this.#hasNumbers;
  }

  /** The position of the list `Media`, and of its entries. */
  get list(): EntryList {
    return this.#list;
  }

  /**
   * Continues to the end of `bytes`, which are the whole text so far, and returns -1; or stops after the opening quote of a
   * file's contents and returns that index.
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

  /** Must be called after the text was replaced: the rest of the string in which `find` has stopped begins at `at`. */
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
        this.#close();
        break;
      case 0x2c: // ,
        this.#expected = null;
        break;
      default:
        if (byte === DASH || (byte !== undefined && byte >= ZERO && byte <= NINE)) this.#hasNumbers = true;
    }
    return false;
  }

  #open(byte: number): void {
    if (this.#expected === 'media') {
      this.#isInMedia = true;
      this.#entryDepth = byte === 0x5b ? ENTRY : MEDIA;
      if (byte === 0x5b) this.#list.begin(this.#at);
    }
    this.#expected = null;
    this.#depth += 1;
    if (this.#depth === this.#entryDepth) this.#entryHasContents = false;
  }

  #close(): void {
    this.#depth -= 1;
    if (!this.#isInMedia) return;
    if (this.#depth === MEDIA && this.#entryDepth === ENTRY) this.#list.endEntry(this.#at);
    if (this.#depth >= MEDIA) return;
    this.#isInMedia = false;
    if (this.#entryDepth === ENTRY) this.#list.end(this.#at - 1);
  }

  #passName(bytes: Buffer): void {
    if (this.#depth === MESSAGE) {
      this.#expected = this.#lastIs(MEDIA_NAME, bytes) ? 'media' : null;
      if (this.#expected === 'media') this.#list.count += 1;
    } else if (this.#isInMedia && this.#depth === this.#entryDepth) {
      this.#expected = this.#lastIs(CONTENTS_NAME, bytes) ? 'contents' : null;
      if (this.#expected === null) return;
      this.#hasDuplicates ||= this.#entryHasContents;
      this.#entryHasContents = true;
    }
  }

  /** Whether the last string is this name, with or without escapes. */
  #lastIs(name: Buffer, bytes: Buffer): boolean {
    const [from, to] = [this.#lastFrom, this.#lastTo];
    const length = to - from;
    if (length === name.length) return isAt(name, bytes, from);
    // An escape is longer than the character that it represents.
    if (length < name.length || length > MAX_NAME_BYTES || !holdsEscape(bytes, from, to)) return false;
    return readName(bytes.toString('latin1', from, to)) === name.toString();
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

/** Compared in JavaScript, as most names differ in their first byte. */
function isAt(name: Buffer, bytes: Buffer, from: number): boolean {
  for (let at = 0; at < name.length; at += 1) if (bytes[from + at] !== name[at]) return false;
  return true;
}

function holdsEscape(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (bytes[at] === BACKSLASH) return true;
  return false;
}

function readName(written: string): unknown {
  try {
    return JSON.parse(`"${written}"`);
  } catch {
    return undefined;
  }
}
