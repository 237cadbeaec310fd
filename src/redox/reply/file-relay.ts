/** Passes one file on while it arrives, and no byte of any other file. */

import type { DecodedFile } from '../messages.ts';
import type { Follower } from './file-digest.ts';
import { KeptBytes } from './kept-bytes.ts';

/** What an earlier reply told about a file. */
export type KnownFile = Pick<DecodedFile, 'sha256' | 'checkpoints'>;

/** Takes bytes, which are then its own. The promise, if any, holds back the reply. */
export type WriteBytes = (bytes: Buffer) => Promise<void> | undefined;

/**
 * Whose file it is that arrives may be said behind it in the reply, as members come in any order. So a file is known by
 * what is in it: bytes are held back until a checkpoint, each megabyte, shows that all so far are those of the file that
 * is wanted, and the last ones until its SHA-256 does. Where a file turns out to be another one, the next that begins
 * alike goes on. Whether the file still belongs to whom it did, the reply's items tell afterwards.
 */
export class FileRelay {
  readonly #known: KnownFile;
  readonly #write: WriteBytes;
  #passedBytes = 0;
  #isComplete = false;
  #pending: Promise<void>[] = [];

  constructor(known: KnownFile, write: WriteBytes) {
    this.#known = known;
    this.#write = write;
  }

  /** Whether the whole file was passed on. If it was not by the end of the reply, the file was not in it. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  get passedBytes(): number {
    return this.#passedBytes;
  }

  /** For a file of the reply, which may be the one; null when that was found. */
  follow(): RelayCandidate | null {
    return this.#isComplete ? null : new RelayCandidate(this, this.#known);
  }

  /** Passes on blocks that end `endBytes` from the beginning of the file. */
  pass(blocks: readonly Buffer[], endBytes: number): void {
    for (const block of blocks) {
      const pending = this.#write(block);
      if (pending) this.#pending.push(pending);
    }
    this.#passedBytes = Math.max(this.#passedBytes, endBytes);
  }

  complete(): void {
    this.#isComplete = true;
  }

  /** Resolves when what was passed on is taken; undefined when it is. */
  takePending(): Promise<unknown> | undefined {
    if (this.#pending.length === 0) return undefined;
    const all = Promise.all(this.#pending);
    this.#pending = [];
    return all;
  }
}

/** One file of a reply, held against the one that is wanted. */
export class RelayCandidate implements Follower {
  readonly #relay: FileRelay;
  readonly #known: KnownFile;
  #held = new KeptBytes();
  #length = 0;
  #confirmed = 0;
  #isAnother = false;

  constructor(relay: FileRelay, known: KnownFile) {
    this.#relay = relay;
    this.#known = known;
  }

  append(bytes: Buffer): void {
    if (this.#isAnother) return;
    // What a file before this one was right in is passed on already.
    this.#held.append(bytes.subarray(Math.max(0, this.#relay.passedBytes - this.#length)));
    this.#length += bytes.length;
  }

  checkpoint(sum: string): void {
    if (this.#isAnother) return;
    this.#isAnother = this.#known.checkpoints[this.#confirmed] !== sum;
    this.#confirmed += 1;
    if (this.#isAnother) this.#held = new KeptBytes();
    else this.#pass();
  }

  end({ sha256 }: DecodedFile): void {
    if (this.#isAnother || sha256 !== this.#known.sha256) return;
    this.#pass();
    this.#relay.complete();
  }

  #pass(): void {
    this.#relay.pass(this.#held.blocks(), this.#length);
    this.#held = new KeptBytes();
  }
}
