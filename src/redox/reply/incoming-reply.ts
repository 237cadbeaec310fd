/** A reply that is being received: a small one is read when it has arrived completely, a longer one while it arrives. */

import type { Work } from '../../time-slices.ts';
import type { MediaMessage } from '../messages.ts';
import type { FileKeeper, ReplyTreatment } from './contents.ts';
import { ReplyReader } from './reply-reader.ts';
import { ReplyRelay } from './reply-relay.ts';
import { beginsWithSmallFile, readSmallReply } from './small-reply.ts';

/** Any reply up to this size is read faster as a whole. */
const MAX_SMALL_REPLY_BYTES = 65_536;

/**
 * So is one up to this size with small files: 400 documents with files of 600 bytes, as in calls that the operations of a busy
 * gateway share.
 */
const MAX_REPLY_OF_SMALL_FILES_BYTES = 524_288;

/** A reply in more pieces is not held, as each piece takes memory besides its bytes. TLS delivers pieces of 16 kB. */
const MAX_HELD_CHUNKS = 64;

export class IncomingReply {
  readonly #treatment: ReplyTreatment;
  readonly #keeper: FileKeeper | null;
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** Whether it seems to have small files; null: not searched yet. */
  #hasSmallFiles: boolean | null = null;
  /** Null while the reply may be a small one. */
  #reader: ReplyReader | null = null;

  /**
   * `treatment` applies to all files of the reply. A relay passes on the bytes of its file while they arrive, even of small
   * files. `keeper`: receives files that are kept for links.
   */
  constructor(treatment: ReplyTreatment, keeper: FileKeeper | null = null) {
    this.#treatment = treatment;
    this.#keeper = keeper;
    if (treatment instanceof ReplyRelay) this.#reader = this.#createReader();
  }

  /** The number of bytes of the reply that are held so far. */
  get heldBytes(): number {
    return this.#heldBytes + (this.#reader?.heldBytes ?? 0);
  }

  /** The number of bytes of text that were scanned so far. */
  get textBytes(): number {
    return this.#reader?.textBytes ?? 0;
  }

  /** Like `ReplyReader.push`, but a chunk may be held until the end, so it must not be overwritten. */
  push(chunk: Buffer): Promise<unknown> | undefined {
    const isSmall = this.#reader === null && this.#isSmallWith(chunk.length);
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    if (isSmall) return undefined;
    this.#reader ??= this.#createReader();
    // Held chunks are processed one for each new chunk: processing all at once would delay others for too long.
    return this.#readNext(this.#reader) ?? this.#readNext(this.#reader);
  }

  /** The reply, after its last byte. A small one is read in one step. @throws RedoxError as `readMediaReply` does. */
  *end(): Work<MediaMessage> {
    if (this.#reader === null && !(this.#treatment instanceof ReplyRelay)) {
      yield;
      const message = readSmallReply(joined(this.#held), this.#treatment, this.#keeper);
      if (message !== null) return message;
    }
    const reader = this.#reader ?? this.#createReader();
    while (this.#held.length > 0) {
      yield;
      this.#readNext(reader);
    }
    return yield* reader.end();
  }

  #createReader(): ReplyReader {
    return new ReplyReader(this.#treatment, undefined, this.#keeper);
  }

  #readNext(reader: ReplyReader): Promise<unknown> | undefined {
    const chunk = this.#held.shift();
    if (chunk === undefined) return undefined;
    this.#heldBytes -= chunk.length;
    return reader.push(chunk);
  }

  #isSmallWith(more: number): boolean {
    const bytes = this.#heldBytes + more;
    if (this.#held.length === MAX_HELD_CHUNKS) return false;
    if (bytes <= MAX_SMALL_REPLY_BYTES) return true;
    if (bytes > MAX_REPLY_OF_SMALL_FILES_BYTES) return false;
    this.#hasSmallFiles ??= this.#held[0] !== undefined && beginsWithSmallFile(this.#held[0]);
    return this.#hasSmallFiles;
  }
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks);
}
