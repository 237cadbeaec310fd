/** Reads a reply while it arrives: files are read as bytes, and only the rest of the text is parsed. */

import type { Work } from '../../turns.ts';
import type { InlineContents, Item, MediaMessage } from '../messages.ts';
import { RedoxError } from '../redox-error.ts';
import { parseJson } from '../wire/loose-json.ts';
import { readEntries, readMediaReply } from '../wire/reply.ts';
import { endsInEscape, findClosingQuote } from './closing-quote.ts';
import { ContentsReader, type FileKeeper, type ReplyTreatment } from './contents.ts';
import type { PartSize } from './entry-list.ts';
import { FileFinder } from './file-finder.ts';
import { GrowingBuffer } from './growing-buffer.ts';
import { parseEntries, parseWithoutEntries } from './parse-parts.ts';
import { ReplyRelay } from './reply-relay.ts';
import { isWrittenReference, MAX_WRITTEN_REFERENCE_BYTES, mayBecomeReference } from './written-reference.ts';

/** As many documents as a response may hold by default. */
const MAX_ENTRIES = 20_000;

/** Of all entries together: five each. Every one is compared with those that were asked for. */
const MAX_IDENTIFIERS = 100_000;

/** Of an entry without its file, and of all else: parsed within some 10 ms. Real ones have a kilobyte. */
const MAX_ENTRY_BYTES = 1_048_576;

/** Replies are rarely longer without their files. */
const SKELETON_BYTES = 16_384;

/** Text is copied in steps of this size, as bytes that turn out to belong to a file are copied in vain. */
const STEP_BYTES = 2048;

/**
 * Only strings in `Media[].FileContents` are files. In the skeleton, the text that is parsed, the number of a file replaces its
 * contents, so that each item gets its own file, whatever JSON.parse makes of the text. No bytes of a file can make the reply
 * invalid: wrong escapes and control characters only make that file undecodable.
 */
export class ReplyReader {
  readonly #treatment: ReplyTreatment;
  readonly #keeper: FileKeeper | null;
  readonly #skeleton = new GrowingBuffer(SKELETON_BYTES);
  readonly #finder: FileFinder;
  readonly #files: InlineContents[] = [];
  /** Where contents begin that may be a file or a reference; -1: there are none. */
  #opening = -1;
  #file: ContentsReader | null = null;
  /** Whether the last byte of the file was a backslash that escapes the next byte. */
  #isInEscape = false;
  #bytes = 0;
  #textBytes = 0;
  /** The bytes that are kept with the items of files which have been read completely. */
  #keptBytes = 0;

  /**
   * `treatment` applies to all files of the reply. `part`: how long replies are cut before they are parsed. `keeper`: gets files
   * that are kept for links.
   */
  constructor(treatment: ReplyTreatment, part?: PartSize, keeper: FileKeeper | null = null) {
    this.#treatment = treatment;
    this.#keeper = keeper;
    this.#finder = new FileFinder(part);
  }

  /** How many bytes of the reply are held so far. */
  get heldBytes(): number {
    return this.#skeleton.length + this.#keptBytes + (this.#file?.keptBytes ?? 0);
  }

  /** Takes the next bytes, and does not refer to them afterwards. A promise that it returns is that of a relay whose caller is slower. */
  push(chunk: Buffer): Promise<unknown> | undefined {
    this.#bytes += chunk.length;
    let at = 0;
    while (at < chunk.length) {
      at = this.#file === null ? this.#pushText(chunk, at) : this.#pushFile(this.#file, chunk, at);
    }
    this.#refuseTooMuch();
    return this.#treatment instanceof ReplyRelay ? this.#treatment.takePending() : undefined;
  }

  /** How many bytes of text were scanned so far: those of files cost far less. */
  get textBytes(): number {
    return this.#textBytes;
  }

  /**
   * The reply, after its last byte: it is parsed and read in steps where it is long.
   * @throws RedoxError as `readMediaReply` says.
   */
  *end(): Work<MediaMessage> {
    const text = this.#skeleton.view();
    const { list, hasNumbers } = this.#finder;
    const setAside = {
      files: this.#files,
      isAmbiguous: this.#finder.hasDuplicates,
      bytes: this.#bytes,
    };
    if (list.cuts.length === 0 || !list.isWhole) {
      // A long text without one whole list is refused unread.
      return readMediaReply(
        text.length > MAX_ENTRY_BYTES ? undefined : parseJson(text, hasNumbers),
        setAside,
      );
    }
    const message = readMediaReply(parseWithoutEntries(text, list, hasNumbers), setAside);
    const items: Item[] = [];
    let [unreadable, identifiers] = [0, 0];
    for (const entries of parseEntries(text, list, hasNumbers)) {
      const part = readEntries(entries, setAside, message.logIds);
      items.push(...part.items);
      unreadable += part.unreadable;
      for (const item of part.items) identifiers += item.identifiers.length;
      if (identifiers > MAX_IDENTIFIERS) {
        throw new RedoxError('UPSTREAM_PROTOCOL', { status: 200, logIds: message.logIds, splittable: true });
      }
      yield;
    }
    return { ...message, items, unreadable };
  }

  /** A smaller query may be answered by less. */
  #refuseTooMuch(): void {
    const { list } = this.#finder;
    if (list.entries <= MAX_ENTRIES && list.longestPiece(this.#skeleton.length) <= MAX_ENTRY_BYTES) return;
    throw new RedoxError('UPSTREAM_PROTOCOL', { status: 200, splittable: true });
  }

  /** Returns where to continue in the chunk. */
  #pushText(chunk: Buffer, at: number): number {
    const to = Math.min(at + STEP_BYTES, chunk.length);
    this.#skeleton.append(chunk, at, to);
    this.#textBytes += to - at;
    return to - this.#findFile(to - at);
  }

  /** Of the skeleton's last bytes, which were just copied, returns how many must be read again, as those of the file that was found. */
  #findFile(copied: number): number {
    for (;;) {
      if (this.#opening < 0) this.#opening = this.#finder.find(this.#skeleton.view());
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
    // Most files are read from the chunk, many of them as a whole. Of others, the beginning came with an earlier chunk.
    const isInChunk = length <= copied;
    if (!isInChunk) {
      this.#file.write(text);
      this.#isInEscape = endsInEscape(text, 0, text.length);
    }
    this.#skeleton.cut(opening);
    this.#skeleton.append(Buffer.from(String(this.#files.length)));
    this.#finder.goOnAt(this.#skeleton.length);
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
      this.#files.push(file.end());
      this.#keptBytes += file.keptBytes;
      this.#file = null;
    }
    return end;
  }
}
