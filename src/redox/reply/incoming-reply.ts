/** A reply that is being received: a small one is read when it has arrived as a whole, a longer one while it arrives. */

import type { Work } from '../../turns.ts';
import type { MediaMessage } from '../messages.ts';
import type { FileKeeper, ReplyTreatment } from './contents.ts';
import { ReplyReader } from './reply-reader.ts';
import { ReplyRelay } from './reply-relay.ts';
import { beginsWithSmallFile, readSmallReply } from './small-reply.ts';

/** Any reply of this size is read sooner as a whole. */
const MAX_SMALL_REPLY_BYTES = 65_536;

/** So is one of this size with small files: 200 documents with files of 600 bytes. It is read within a millisecond. */
const MAX_REPLY_OF_SMALL_FILES_BYTES = 262_144;

/** A reply in more pieces is not held: each takes memory beside its bytes. TLS sends pieces of 16 kB. */
const MAX_HELD_CHUNKS = 64;

export class IncomingReply {
  readonly #treatment: ReplyTreatment;
  readonly #keeper: FileKeeper | null;
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** Whether it seems so; null: the reply was not searched. */
  #hasSmallFiles: boolean | null = null;
  /** Null while the reply may be a small one. */
  #reader: ReplyReader | null = null;

  /**
   * `treatment` applies to all files of the reply. A relay passes on the bytes of its file while they arrive, also of small ones.
   * `keeper`: gets files that are kept for links.
   */
  constructor(treatment: ReplyTreatment, keeper: FileKeeper | null = null) {
    this.#treatment = treatment;
    this.#keeper = keeper;
    if (treatment instanceof ReplyRelay) this.#reader = new ReplyReader(treatment);
  }

  /** How many bytes of the reply are held so far. */
  get heldBytes(): number {
    return this.#reader === null ? this.#heldBytes : this.#reader.heldBytes;
  }

  /** How many bytes of text were scanned so far, or will be. */
  get textBytes(): number {
    return this.#reader === null ? this.#heldBytes : this.#reader.textBytes;
  }

  /** As `ReplyReader.push`, but a chunk may be held until the end: nothing may overwrite it. */
  push(chunk: Buffer): Promise<unknown> | undefined {
    if (this.#reader === null) {
      if (this.#isSmallWith(chunk.length)) {
        this.#held.push(chunk);
        this.#heldBytes += chunk.length;
        return undefined;
      }
      this.#reader = this.#readHeld();
    }
    return this.#reader.push(chunk);
  }

  /**
   * The reply, after its last byte.
   * @throws RedoxError as `readMediaReply` says.
   */
  *end(): Work<MediaMessage> {
    if (this.#reader === null && !(this.#treatment instanceof ReplyRelay)) {
      const message = readSmallReply(joined(this.#held), this.#treatment, this.#keeper);
      if (message !== null) return message;
    }
    this.#reader ??= this.#readHeld();
    return yield* this.#reader.end();
  }

  #isSmallWith(more: number): boolean {
    const bytes = this.#heldBytes + more;
    if (this.#held.length === MAX_HELD_CHUNKS) return false;
    if (bytes <= MAX_SMALL_REPLY_BYTES) return true;
    if (bytes > MAX_REPLY_OF_SMALL_FILES_BYTES) return false;
    this.#hasSmallFiles ??= this.#held[0] !== undefined && beginsWithSmallFile(this.#held[0]);
    return this.#hasSmallFiles;
  }

  #readHeld(): ReplyReader {
    const reader = new ReplyReader(this.#treatment, undefined, this.#keeper);
    for (const chunk of this.#held) reader.push(chunk);
    this.#held = [];
    return reader;
  }
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks);
}
