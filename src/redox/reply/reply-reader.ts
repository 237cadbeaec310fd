/** Reads a reply while it arrives: files are set aside as bytes, and only what is left of the text is parsed. */

import type { InlineContents, MediaMessage } from '../messages.ts';
import { beginsLikeReference, isReference, MAX_REFERENCE_BYTES } from '../wire/content-reference.ts';
import { parseJson } from '../wire/loose-json.ts';
import { readMediaReply } from '../wire/reply.ts';
import { endsInEscape, findClosingQuote } from './closing-quote.ts';
import { ContentsReader, type FileTreatment } from './contents.ts';
import { FileFinder } from './file-finder.ts';
import { FileRelay } from './file-relay.ts';
import { ReplySkeleton } from './reply-skeleton.ts';

/** Text is taken in steps: what turns out to belong to a file was copied for nothing. */
const STEP_BYTES = 2048;

/** A character may be written as an escape of this length. */
const ESCAPE_BYTES = 6;

/** All of a reference, however it is written, and its quote. */
const MAX_WRITTEN_REFERENCE_BYTES = MAX_REFERENCE_BYTES * ESCAPE_BYTES + 1;

/** A scheme has no characters of which there is a short escape. */
const UNICODE_ESCAPE = /\\u([\da-f]{4})/gi;
const OPEN_ESCAPE = /\\(?:u[\da-f]{0,3})?$/i;

/** Of `http`, `https` and `urn`, and of an escape: with few exceptions files begin with another one. */
const FIRST_BYTES_OF_REFERENCES: ReadonlySet<number> = new Set(Buffer.from('hHuU\\'));

/** Shows whether contents may be a reference: the longest scheme and its colon. */
const WRITTEN_SCHEME_BYTES = 'https:'.length * ESCAPE_BYTES;

/**
 * Only strings in `Media[].FileContents` are taken for files. In the skeleton, the text that is parsed, each stands as its
 * number among the files, so that whatever JSON.parse makes of the text, an item has its own file. Nothing within a
 * file can spoil the reply: wrong escapes and control characters only make it undecodable.
 */
export class ReplyReader {
  readonly #treatment: FileTreatment;
  readonly #skeleton = new ReplySkeleton();
  readonly #finder = new FileFinder();
  readonly #files: InlineContents[] = [];
  /** Where contents begin of which it is not known yet whether they are a file. */
  #opening = -1;
  #file: ContentsReader | null = null;
  /** The file's last byte was a backslash that escapes the next one. */
  #isInEscape = false;
  #bytes = 0;
  /** Of files that were read whole. */
  #keptBytes = 0;

  /** `treatment`: of all files. */
  constructor(treatment: FileTreatment) {
    this.#treatment = treatment;
  }

  /** What it holds of the reply so far. */
  get heldBytes(): number {
    return this.#skeleton.length + this.#keptBytes + (this.#file?.keptBytes ?? 0);
  }

  /** Takes the next bytes, which are not needed afterwards. The promise, if any, is that of a relay that is not so fast. */
  push(chunk: Buffer): Promise<unknown> | undefined {
    this.#bytes += chunk.length;
    let at = 0;
    while (at < chunk.length) {
      at = this.#file === null ? this.#pushText(chunk, at) : this.#pushFile(this.#file, chunk, at);
    }
    return this.#treatment instanceof FileRelay ? this.#treatment.takePending() : undefined;
  }

  /**
   * The reply, after its last byte.
   * @throws RedoxError as `readMediaReply` says.
   */
  end(): MediaMessage {
    const message = parseJson(this.#skeleton.view());
    return readMediaReply(message, {
      files: this.#files,
      isAmbiguous: this.#finder.hasDuplicates,
      bytes: this.#bytes,
    });
  }

  /** Where to go on in the chunk. */
  #pushText(chunk: Buffer, at: number): number {
    const to = Math.min(at + STEP_BYTES, chunk.length);
    this.#skeleton.append(chunk, at, to);
    return to - this.#findFile();
  }

  /** How many of the skeleton's last bytes are not its own, as they belong to the file that was found. */
  #findFile(): number {
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
      if (!isReference && text.length > 0) return this.#beginFile(this.#opening, text);
      this.#opening = -1;
    }
  }

  #beginFile(opening: number, text: Buffer): number {
    const excess = this.#skeleton.length - opening - text.length;
    this.#file = new ContentsReader(this.#treatment);
    this.#file.write(text);
    this.#isInEscape = endsInEscape(text, 0, text.length);
    this.#skeleton.cut(opening);
    this.#skeleton.append(Buffer.from(String(this.#files.length)));
    this.#finder.goOnAt(this.#skeleton.length);
    this.#opening = -1;
    return excess;
  }

  /** Where to go on in the chunk. */
  #pushFile(file: ContentsReader, chunk: Buffer, at: number): number {
    const outside = this.#isInEscape ? at + 1 : at;
    const quote = findClosingQuote(chunk, outside);
    const end = quote < 0 ? chunk.length : quote;
    file.write(chunk.subarray(at, end));
    this.#isInEscape = quote < 0 && endsInEscape(chunk, outside, end);
    if (quote >= 0) {
      this.#keptBytes += file.keptBytes;
      this.#files.push(file.end());
      this.#file = null;
    }
    return end;
  }
}

/** Whether contents that begin like this, as they are written, may turn out to be a reference. */
function mayBecomeReference(beginning: Buffer): boolean {
  const [first] = beginning;
  if (first !== undefined && !FIRST_BYTES_OF_REFERENCES.has(first)) return false;
  const written = beginning.toString('latin1', 0, WRITTEN_SCHEME_BYTES);
  if (!written.includes('\\')) return beginsLikeReference(written);
  const text = written.replace(OPEN_ESCAPE, '').replace(UNICODE_ESCAPE, (_, hex: string) => {
    return String.fromCharCode(Number.parseInt(hex, 16));
  });
  return beginsLikeReference(text);
}

/** What JSON.parse refuses is contents: nothing in them may spoil the reply. */
function isWrittenReference(text: Buffer): boolean {
  try {
    return isReference(String(JSON.parse(`"${text.toString()}"`)));
  } catch {
    return false;
  }
}
