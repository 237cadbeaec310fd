/** Computes the digest of a file while its bytes pass through. */
import type { DecodedFile } from '../messages.ts';
import { FileSummary } from './file-summary.ts';
import { KeptBytes } from './kept-bytes.ts';

/** The distance between checkpoints. The largest message has 30 of them, few enough for a link. */
const CHECKPOINT_BYTES = 1_048_576;

/** 64 bits in base64url. */
const CHECKPOINT_LENGTH = 11;

/** Receives the bytes and the checkpoints of a file, in order. */
export interface Follower {
  /** The caller may overwrite `bytes` afterwards. */
  append(bytes: Buffer): void;
  checkpoint(sum: string): void;
}

/** The maximum sizes of files whose bytes are kept; null: no file's bytes are kept, not even those of an empty file. */
export interface KeptSizes {
  /** With the item, as long as its operation. */
  readonly withItem: number | null;
  /** Separately, for longer. */
  readonly apart: number | null;
}

export class FileDigest {
  readonly #summary = new FileSummary();
  readonly #sizes: KeptSizes;
  readonly #maxKeptBytes: number;
  readonly #follower: Follower | null;
  readonly #checkpoints: string[] = [];
  #kept: KeptBytes | null;
  #byteLength = 0;

  constructor(sizes: KeptSizes, follower: Follower | null = null) {
    this.#sizes = sizes;
    this.#maxKeptBytes = Math.max(sizes.withItem ?? -1, sizes.apart ?? -1);
    this.#follower = follower;
    this.#kept = this.#maxKeptBytes >= 0 ? new KeptBytes() : null;
  }

  /** The number of bytes kept so far; after the end, only those kept with the item. */
  get keptBytes(): number {
    return this.#kept?.length ?? 0;
  }

  /** The caller may overwrite `bytes` afterwards. */
  update(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      const part = bytes.subarray(at, at + CHECKPOINT_BYTES - (this.#byteLength % CHECKPOINT_BYTES));
      this.#pass(part);
      at += part.length;
    }
  }

  /**
   * To be called once, at the end. `statedType`: see DecodedFile. `keptApart`: the bytes, if they are kept separately from the
   * item.
   */
  digest(statedType: string | null): { file: DecodedFile; keptApart: readonly Buffer[] | null } {
    const keptApart = this.#isKept(this.#sizes.apart) ? (this.#kept?.exactBlocks() ?? null) : null;
    if (!this.#isKept(this.#sizes.withItem)) this.#kept = null;
    const blocks = this.#kept && (keptApart ?? this.#kept.blocks());
    return { file: this.#describe(statedType, blocks), keptApart };
  }

  #isKept(maxBytes: number | null): boolean {
    return maxBytes !== null && this.#byteLength <= maxBytes;
  }

  #describe(statedType: string | null, blocks: readonly Buffer[] | null): DecodedFile {
    return {
      statedType,
      byteLength: this.#byteLength,
      ...this.#summary.digest(),
      checkpoints: this.#checkpoints,
      blocks,
    };
  }

  /** Takes bytes up to the next checkpoint. */
  #pass(bytes: Buffer): void {
    this.#summary.update(bytes);
    this.#follower?.append(bytes);
    this.#byteLength += bytes.length;
    if (this.#byteLength > this.#maxKeptBytes) this.#kept = null;
    this.#kept?.append(bytes);
    if (this.#byteLength % CHECKPOINT_BYTES === 0) this.#setCheckpoint();
  }

  #setCheckpoint(): void {
    const sum = this.#summary.sha256SoFar().slice(0, CHECKPOINT_LENGTH);
    this.#checkpoints.push(sum);
    this.#follower?.checkpoint(sum);
  }
}
