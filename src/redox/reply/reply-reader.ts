/** Reads a reply while it arrives: files are set aside as bytes, and only what is left of the text is parsed. */

import type { InlineContents, MediaReply } from '../messages.ts';
import { parseJson } from '../wire/loose-json.ts';
import { isReference, readMediaReply } from '../wire/reply.ts';
import { endsInEscape, findClosingQuote } from './closing-quote.ts';
import { ContentsReader, type FileTreatment } from './contents.ts';
import { FileFinder } from './file-finder.ts';
import { FileRelay } from './file-relay.ts';
import { Outline } from './outline.ts';

/** Text is taken in steps: what turns out to belong to a file was copied for nothing. */
const STEP_BYTES = 2048;

/** Shows whether contents are a reference: a URI's scheme of 31 characters and its colon, each perhaps an escape of 6. */
const BEGINNING_BYTES = 32 * 6;

/**
 * Only strings in `Media[].FileContents` are taken for files. In the outline, the text that is parsed, each stands as its
 * number among the files, so that whatever JSON.parse makes of the text, an item has its own file. Nothing within a
 * file can spoil the reply: wrong escapes and control characters only make it undecodable.
 */
export class ReplyReader {
  readonly #treatment: FileTreatment;
  readonly #outline = new Outline();
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
    return this.#outline.length + this.#keptBytes + (this.#file?.keptBytes ?? 0);
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
   * @throws RedoxFault as `readMediaReply` says.
   */
  end(): MediaReply {
    const message = parseJson(this.#outline.view());
    return readMediaReply(message, {
      files: this.#files,
      isAmbiguous: this.#finder.hasDuplicates,
      bytes: this.#bytes,
    });
  }

  /** Where to go on in the chunk. */
  #pushText(chunk: Buffer, at: number): number {
    const to = Math.min(at + STEP_BYTES, chunk.length);
    this.#outline.append(chunk, at, to);
    return to - this.#findFile();
  }

  /** How many of the outline's last bytes are not its own, as they belong to the file that was found. */
  #findFile(): number {
    for (;;) {
      if (this.#opening < 0) this.#opening = this.#finder.find(this.#outline.view());
      if (this.#opening < 0) return 0;
      const beginning = this.#outline.view(this.#opening, this.#opening + BEGINNING_BYTES);
      const quote = findClosingQuote(beginning, 0);
      if (quote < 0 && beginning.length < BEGINNING_BYTES) return 0;
      const text = quote < 0 ? beginning : beginning.subarray(0, quote);
      if (text.length > 0 && !beginsReference(text)) return this.#beginFile(this.#opening, text);
      this.#opening = -1;
    }
  }

  #beginFile(opening: number, text: Buffer): number {
    const excess = this.#outline.length - opening - text.length;
    this.#file = new ContentsReader(this.#treatment);
    this.#file.write(text);
    this.#isInEscape = endsInEscape(text, 0, text.length);
    this.#outline.cut(opening);
    this.#outline.append(Buffer.from(String(this.#files.length)));
    this.#finder.goOnAt(this.#outline.length);
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

/** Whether contents that begin like this are a reference. A scheme has no characters of which there is a short escape. */
function beginsReference(beginning: Buffer): boolean {
  const text = beginning.toString('latin1');
  if (!text.includes('\\')) return isReference(text);
  return isReference(
    text.replace(/\\u([\da-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
  );
}
