/** The one file of a form (multipart/form-data, RFC 7578), read from its body while it arrives. */
import type { Readable } from 'node:stream';
import { Dicer } from '@fastify/busboy';
import { parse } from 'content-disposition';
import { UploadRefusal } from './upload-refusal.ts';

/**
 * What a form may contain besides its file: delimiters, headers of parts and a few short fields. This is four times what Node
 * accepts as headers of a request, and less than the parser's own limit for headers (80 kB), beyond which it would truncate a
 * name.
 */
export const MAX_ENVELOPE_BYTES = 65_536;

/** A page sends a file and a few fields. A part may be as short as sixty bytes, and each one costs a stream. */
const MAX_PARTS = 100;

/** RFC 2046 §5.1.1 allows at most 70 characters. */
const BOUNDARY = /;\s*boundary=(?:"(?<quoted>[^"]{1,70})"|(?<token>[^\s;"]{1,70})(?=[\s;]|$))/i;

/** Encodings that leave the bytes as they are. Browsers send none. */
const PLAIN_ENCODING = /^(?:7bit|8bit|binary)?$/i;

/** A part with a file name: a file or, if name and content are both empty, a file field in which no file was chosen. */
interface FilePart {
  readonly part: Readable;
  /** As sent: bytes of any charset, read as Latin-1. */
  readonly fileName: string;
  /** Null: the part states no type. */
  readonly contentType: string | null;
}

export class FormFile {
  readonly #body: AsyncIterable<Buffer>;
  readonly #parser: Dicer;
  /** Resolves after the closing delimiter; rejects when the body ends before it. */
  readonly #closed: Promise<void>;
  /** The file parts that may have unread bytes; only the last one still grows. */
  #open: FilePart[] = [];
  #file: FilePart | null = null;
  #refusal: UploadRefusal | null = null;
  #partCount = 0;
  /** How many bytes that do not belong to the file have been received. */
  #envelopeBytes = 0;

  /** @throws UploadRefusal when the Content-Type states no boundary. */
  constructor(contentType: string, body: AsyncIterable<Buffer>) {
    const { quoted, token } = BOUNDARY.exec(contentType)?.groups ?? {};
    const boundary = quoted ?? token;
    if (boundary === undefined) throw new UploadRefusal('boundaryMissing');
    this.#body = body;
    this.#parser = new Dicer({ boundary, maxHeaderPairs: MAX_ENVELOPE_BYTES });
    this.#closed = new Promise((resolve, reject) => {
      this.#parser.once('finish', resolve).on('error', () => reject(new UploadRefusal('fileIncomplete')));
    });
    // An upload that is refused earlier does not wait for this promise.
    this.#closed.catch(() => undefined);
    this.#parser.on('part', (part) => this.#begin(part));
  }

  /** Known after the first chunk. */
  describe(): Pick<FilePart, 'fileName' | 'contentType'> {
    if (this.#file === null) throw noFile();
    return this.#file;
  }

  /**
   * The bytes of the file. They end only after the whole form was read: a form that ends early, or contains another file, is
   * refused. The parser works while it is written to, so at most one chunk of the body is held. @throws UploadRefusal
   */
  async *chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of this.#body) {
      this.#envelopeBytes += chunk.length;
      const accepted = new Promise<void>((resolve) => this.#parser.write(chunk, () => resolve()));
      yield* this.#takeBytes();
      if (this.#envelopeBytes > MAX_ENVELOPE_BYTES) throw new UploadRefusal('formTooLarge');
      // After the closing delimiter the parser may accept nothing more.
      await Promise.race([accepted, this.#closed]);
    }
    this.#parser.end();
    await this.#closed;
    if (this.#file === null) throw noFile();
  }

  #begin(part: Readable): void {
    this.#partCount += 1;
    if (this.#partCount > MAX_PARTS) this.#refusal ??= new UploadRefusal('tooManyParts');
    // The parser reports the early end of a form at the open part too.
    part.on('error', () => undefined);
    part.once('header', (headers: object) => {
      const fileName = nameOf(headers);
      if (fileName === null) {
        part.resume();
        return;
      }
      if (!PLAIN_ENCODING.test(headerOf(headers, 'content-transfer-encoding') ?? ''))
        this.#refusal ??= new UploadRefusal('fileEncoded');
      // Compressed bytes would be filed as they are, under the type of the file inside them.
      if (!/^(?:identity)?$/i.test(headerOf(headers, 'content-encoding') ?? ''))
        this.#refusal ??= new UploadRefusal('fileCompressed');
      const file = { part, fileName, contentType: headerOf(headers, 'content-type') };
      this.#open.push(file);
      if (fileName !== '') this.#choose(file);
    });
  }

  #choose(file: FilePart): void {
    if (this.#file !== null && this.#file !== file) this.#refusal ??= new UploadRefusal('severalFiles');
    this.#file = file;
  }

  *#takeBytes(): Generator<Buffer> {
    for (const file of this.#open) {
      const bytes: Buffer | null = file.part.read();
      if (bytes !== null) this.#choose(file);
      if (this.#refusal !== null) throw this.#refusal;
      if (bytes === null) continue;
      this.#envelopeBytes -= bytes.length;
      yield bytes;
    }
    this.#open = this.#open.slice(-1);
    if (this.#refusal !== null) throw this.#refusal;
  }
}

function noFile(): UploadRefusal {
  return new UploadRefusal('fileMissing');
}

/** Null: the part is a field, not a file (RFC 7578 §4.2). */
function nameOf(headers: object): string | null {
  const disposition = headerOf(headers, 'content-disposition');
  return disposition === null
    ? null
    : (parse(disposition, { multipart: true }).parameters['filename'] ?? null);
}

function headerOf(headers: object, name: string): string | null {
  const values: unknown = Reflect.get(headers, name);
  return Array.isArray(values) && typeof values[0] === 'string' ? values[0].trim() : null;
}
