/**
 * Separates the files from a message while it arrives: they are read as bytes, and the rest of the text, the skeleton, is kept.
 */

import type { InlineContents } from '../messages.ts';
import { endsInEscape, findClosingQuote } from './closing-quote.ts';
import { ContentsReader, type FileKeeper, type ReplyTreatment } from './contents.ts';
import type { PartSize } from './entry-list.ts';
import { FileFinder } from './file-finder.ts';
import { GrowingBuffer } from './growing-buffer.ts';
import { isWrittenReference, MAX_WRITTEN_REFERENCE_BYTES, mayBecomeReference } from './written-reference.ts';

/** Without their files, messages are rarely longer. */
const SKELETON_BYTES = 16_384;

/** Text is copied in steps of this size, as bytes that turn out to belong to a file are copied needlessly. */
const STEP_BYTES = 2048;

/**
 * Only strings in `Media[].FileContents`, or in `Media.FileContents` of a message about one document, are files. In the skeleton,
 * the number of a file replaces its contents, so that each document gets its own file, whatever JSON.parse makes of the text. No
 * bytes of a file can make the message invalid: wrong escapes and control characters only make that file undecodable.
 */
export class ReplySkeleton {
  readonly finder: FileFinder;
  readonly files: InlineContents[] = [];
  readonly #treatment: ReplyTreatment;
  readonly #keeper: FileKeeper | null;
  readonly #skeleton = new GrowingBuffer(SKELETON_BYTES);
  /** Where contents begin that may be a file or a reference; -1: there are none. */
  #opening = -1;
  #file: ContentsReader | null = null;
  /** Whether the last byte of the file was a backslash that escapes the next byte. */
  #isInEscape = false;
  #textBytes = 0;
  /** The bytes that are kept with the items of files that have been read completely. */
  #keptBytes = 0;

  /** The same parameters as those of `ReplyReader`. */
  constructor(treatment: ReplyTreatment, part?: PartSize, keeper: FileKeeper | null = null) {
    this.#treatment = treatment;
    this.#keeper = keeper;
    this.finder = new FileFinder(part);
  }

  /** The number of bytes of the message that are held so far. */
  get heldBytes(): number {
    return this.#skeleton.length + this.#keptBytes + (this.#file?.keptBytes ?? 0);
  }

  /** The number of bytes of text that were scanned so far: the bytes of files cost far less. */
  get textBytes(): number {
    return this.#textBytes;
  }

  /** The length of the text without files. */
  get length(): number {
    return this.#skeleton.length;
  }

  /** The text without files; valid until more is pushed. */
  view(): Buffer {
    return this.#skeleton.view();
  }

  /** Takes the next bytes, and does not keep a reference to them. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      at = this.#file === null ? this.#pushText(chunk, at) : this.#pushFile(this.#file, chunk, at);
    }
  }

  /** Returns where to continue in the chunk. */
  #pushText(chunk: Buffer, at: number): number {
    const to = Math.min(at + STEP_BYTES, chunk.length);
    this.#skeleton.append(chunk, at, to);
    this.#textBytes += to - at;
    return to - this.#findFile(to - at);
  }

  /**
   * Returns how many of the skeleton's last bytes, which have just been copied, must be read again as bytes of the file that was
   * found.
   */
  #findFile(copied: number): number {
    for (;;) {
      if (this.#opening < 0) this.#opening = this.finder.find(this.#skeleton.view());
      if (this.#opening < 0) return 0;
      const beginning = this.#skeleton.view(this.#opening, this.#opening + MAX_WRITTEN_REFERENCE_BYTES);
      const quote = findClosingQuote(beginning, 0);
      const isWhole = quote >= 0;
      const mayBeReference = mayBecomeReference(beginning);
      if (mayBeReference && !isWhole && beginning.length < MAX_WRITTEN_REFERENCE_BYTES) return 0;
      const text = isWhole ? beginning.subarray(0, quote) : beginning;
      const isReference = mayBeReference && isWhole && isWrittenReference(text);
      if (!isReference && text.length > 0) return this.#beginFile(this.#opening, text, copied);
      this.#opening = -1;
    }
  }

  #beginFile(opening: number, text: Buffer, copied: number): number {
    const length = this.#skeleton.length - opening;
    this.#file = new ContentsReader(this.#treatment, this.#keeper);
    this.#isInEscape = false;
    // Most files are read from the chunk, many of them completely. The beginning of others arrived with an earlier chunk.
    const isInChunk = length <= copied;
    if (!isInChunk) {
      this.#file.write(text);
      this.#isInEscape = endsInEscape(text, 0, text.length);
    }
    this.#skeleton.cut(opening);
    this.#skeleton.append(Buffer.from(String(this.files.length)));
    this.finder.goOnAt(this.#skeleton.length);
    this.#opening = -1;
    return isInChunk ? length : length - text.length;
  }

  /** Returns where to continue in the chunk. */
  #pushFile(file: ContentsReader, chunk: Buffer, at: number): number {
    const outside = this.#isInEscape ? at + 1 : at;
    const quote = findClosingQuote(chunk, outside);
    const end = quote < 0 ? chunk.length : quote;
    file.write(chunk.subarray(at, end));
    this.#isInEscape = quote < 0 && endsInEscape(chunk, outside, end);
    if (quote >= 0) {
      this.files.push(file.end());
      this.#keptBytes += file.keptBytes;
      this.#file = null;
    }
    return end;
  }
}
