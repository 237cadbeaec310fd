/** Passes on one file to one reader while it arrives, and no byte of any other file. */

import type { DecodedFile } from '../messages.ts';

/** What an earlier reply contained of a file. */
export type KnownFile = Pick<DecodedFile, 'byteLength' | 'sha256' | 'checkpoints'>;

/**
 * Takes bytes, and may keep them. If it returns a promise, the reply is held back until it resolves. With `isShared`, other
 * documents are in the same reply, which is not held back: that the bytes are those of the file does not show to whose document
 * they belong.
 */
export type WriteBytes = (bytes: Buffer, isShared: boolean) => Promise<void> | undefined;

/** A file is passed on once, over several replies if one of them ends too soon: the next one continues after the last byte. */
export class FileRelay {
  readonly known: KnownFile;
  /**
   * Whether the reply may contain other readers' files as well. It then waits for no reader, so the receiver must have room for
   * all bytes that are written.
   */
  readonly mayShare: boolean;
  readonly #write: WriteBytes;
  #passedBytes = 0;
  #isComplete = false;
  #isClosed = false;

  constructor(known: KnownFile, write: WriteBytes, { mayShare }: { readonly mayShare: boolean }) {
    this.known = known;
    this.mayShare = mayShare;
    this.#write = write;
  }

  /** Whether its file has not been found yet, or its last bytes have not. */
  get isWaiting(): boolean {
    return !this.#isComplete && !this.#isClosed;
  }

  get passedBytes(): number {
    return this.#passedBytes;
  }

  /**
   * Passes on blocks, the first of which begins `start` bytes after the beginning of the file. Returns the promises to wait for.
   */
  pass(blocks: readonly Buffer[], start: number, isShared: boolean): readonly Promise<void>[] {
    const pending: Promise<void>[] = [];
    let end = start;
    for (const block of blocks) {
      const fresh = block.subarray(Math.max(0, this.#passedBytes - end));
      end += block.length;
      const taken = fresh.length > 0 && !this.#isClosed ? this.#write(fresh, isShared) : undefined;
      if (taken) pending.push(taken);
    }
    this.#passedBytes = Math.max(this.#passedBytes, end);
    return pending;
  }

  /** Records that the whole file was passed on. */
  complete(): void {
    this.#isComplete = true;
  }

  /** The reader wants no more: nothing more is written, even if the reply goes on for others. */
  close(): void {
    this.#isClosed = true;
  }
}
