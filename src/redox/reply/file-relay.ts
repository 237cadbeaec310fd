/** Passes on one file to one reader while it arrives, and no byte of any other file. */

import type { DecodedFile } from '../messages.ts';

/** What an earlier reply has shown of a file. */
export type KnownFile = Pick<DecodedFile, 'byteLength' | 'sha256' | 'checkpoints'>;

/**
 * Takes bytes, and may keep them. A promise that it returns holds back the reply. With `isShared` other documents come in the same
 * reply, which is not held back: that the bytes are those of the file does not show whose document had them.
 */
export type WriteBytes = (bytes: Buffer, isShared: boolean) => Promise<void> | undefined;

/** A file is passed on once, over several replies where one of them ends too soon: the next continues after its last byte. */
export class FileRelay {
  readonly known: KnownFile;
  /**
   * Whether the reply may bring other readers' files as well. Then it waits for no reader, so all bytes that are written must
   * have room where they are written to.
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

  /** Whether its file has yet to be found, or its last bytes have. */
  get isWaiting(): boolean {
    return !this.#isComplete && !this.#isClosed;
  }

  get passedBytes(): number {
    return this.#passedBytes;
  }

  /** Passes on blocks, the first of which begins `start` bytes after the beginning of the file. Returns what to wait for. */
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

  /** The whole file was passed on. */
  complete(): void {
    this.#isComplete = true;
  }

  /** Its reader wants no more: nothing is written any more, though the reply may go on for others. */
  close(): void {
    this.#isClosed = true;
  }
}
