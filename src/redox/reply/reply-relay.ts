/** Passes on the files of one reply, each to the readers that wait for that very file. */

import type { DecodedFile } from '../messages.ts';
import type { Follower } from './file-digest.ts';
import type { FileRelay } from './file-relay.ts';
import { KeptBytes } from './kept-bytes.ts';

/**
 * A reply may name the document and the patient after the file, as JSON properties have no order. So a file is recognised by its
 * bytes: they are held back until a checkpoint, one for each megabyte, shows to which file all bytes so far belong, and the last
 * ones until the SHA-256 shows it. If a file turns out to be another one, a later file with the same beginning continues. The
 * items of the reply show afterwards whether the file still belongs to its patient.
 */
export class ReplyRelay {
  readonly #relays: readonly FileRelay[];
  #pending: Promise<void>[] = [];

  constructor(relays: readonly FileRelay[]) {
    this.#relays = [...new Set(relays)];
  }

  /** Starts comparing one file of the reply with the files that are waited for; null when there are none any more. */
  follow(): FollowedFile | null {
    const waiting = this.#relays.filter(({ isWaiting }) => isWaiting);
    return waiting.length === 0 ? null : new FollowedFile(waiting, this.#isShared ? null : this.#pending);
  }

  /**
   * Resolves when the only reader has accepted everything that was passed on; undefined when it has already. Several readers are
   * not waited for.
   */
  takePending(): Promise<unknown> | undefined {
    if (this.#pending.length === 0) return undefined;
    return Promise.all(this.#pending.splice(0));
  }

  get #isShared(): boolean {
    return this.#relays.length > 1;
  }
}

/** One file of a reply, compared with the files that are waited for. Its bytes are held once, whatever the number of these. */
export class FollowedFile implements Follower {
  /** The relays whose file it may be, judging by the bytes so far. */
  #candidates: readonly FileRelay[];
  /** Null: no reader is waited for. */
  readonly #pending: Promise<void>[] | null;
  /** The number of bytes that an earlier reply, or an earlier file with the same beginning, has already passed on. */
  readonly #passedBytes: number;
  #held = new KeptBytes();
  #length = 0;
  #checkpoints = 0;

  constructor(candidates: readonly FileRelay[], pending: Promise<void>[] | null) {
    this.#candidates = candidates;
    this.#pending = pending;
    this.#passedBytes = candidates.reduce((least, one) => Math.min(least, one.passedBytes), Infinity);
  }

  append(bytes: Buffer): void {
    if (this.#candidates.length === 0) return;
    this.#held.append(bytes.subarray(Math.max(0, this.#passedBytes - this.#length)));
    this.#length += bytes.length;
  }

  checkpoint(sum: string): void {
    const at = this.#checkpoints;
    this.#checkpoints += 1;
    this.#passTo(({ known }) => known.checkpoints[at] === sum);
  }

  end({ sha256 }: DecodedFile): void {
    this.#passTo(({ known }) => known.sha256 === sha256);
    for (const relay of this.#candidates) relay.complete();
  }

  /** Passes on what is held to the relays whose file it is; the others are no longer candidates. */
  #passTo(isTheirs: (relay: FileRelay) => boolean): void {
    if (this.#candidates.length === 0) return;
    this.#candidates = this.#candidates.filter(isTheirs);
    const blocks = this.#held.blocks();
    const start = this.#length - this.#held.length;
    for (const relay of this.#candidates) {
      const pending = relay.pass(blocks, start, this.#pending === null);
      this.#pending?.push(...pending);
    }
    this.#held = new KeptBytes();
  }
}
