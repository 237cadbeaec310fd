/** Passes on one file of a reply while it arrives, and no byte of any other file. */

import type { DecodedFile } from '../messages.ts';
import type { Follower } from './file-digest.ts';
import { KeptBytes } from './kept-bytes.ts';

/** What an earlier reply has shown of a file. */
export type KnownFile = Pick<DecodedFile, 'sha256' | 'checkpoints'>;

/** Takes bytes, and may keep them. A promise that it returns holds back the reply. */
export type WriteBytes = (bytes: Buffer) => Promise<void> | undefined;

/**
 * A reply may name the patient after the file, as JSON members have no order. So the file is recognised by its bytes: they are
 * held back until a checkpoint, one each megabyte, shows that all bytes so far are those of the wanted file, and the last
 * ones until its SHA-256 shows it. Where a file turns out to be another one, a later file with the same beginning continues.
 * The items of the reply show afterwards whether the file still belongs to its patient.
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

  /** Whether the whole file was passed on. If it was not at the end of the reply, the reply did not contain the file. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  get passedBytes(): number {
    return this.#passedBytes;
  }

  /** Starts the comparison with one file of the reply; null when the wanted file was already found. */
  follow(): RelayCandidate | null {
    return this.#isComplete ? null : new RelayCandidate(this, this.#known);
  }

  /** Passes on blocks that end `endBytes` after the beginning of the file. */
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

  /** Resolves when all bytes that were passed on are taken; undefined when they already are. */
  takePending(): Promise<unknown> | undefined {
    if (this.#pending.length === 0) return undefined;
    const all = Promise.all(this.#pending);
    this.#pending = [];
    return all;
  }
}

/** One file of a reply, compared with the wanted file. */
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
    // An earlier file with the same beginning has already passed on these bytes.
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
