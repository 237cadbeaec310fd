/** How a call treats the files in its reply, and the reader of one file. */

import type { DecodedFile, InlineContents } from '../messages.ts';
import { ContentsChecksum, checksumOf } from './contents-checksum.ts';
import { FileDecoder } from './file-decoder.ts';
import { FileDigest } from './file-digest.ts';
import { FileRelay } from './file-relay.ts';
import { type FollowedFile, ReplyRelay } from './reply-relay.ts';

/**
 * `skip`: files are skipped. `digest`: they are decoded, and their digest is computed. `keepBytes`: like `digest`, and the
 * decoded bytes of files up to that size are kept with their items. `link`, or `isForLinks`: links to the files are created, so a
 * FileKeeper receives their bytes, if there is one. In every mode, length and checksum distinguish contents.
 */
export type ContentsMode = 'skip' | 'digest' | 'link' | KeptContents;

export interface KeptContents {
  readonly keepBytes: number;
  readonly isForLinks?: true;
}

/** How one need requires files to be treated; a relay belongs to one download. */
export type FileTreatment = ContentsMode | FileRelay;

/** How all files of a reply are treated. A relay also decodes them and computes their digests. */
export type ReplyTreatment = ContentsMode | ReplyRelay;

/** Receives the bytes of files while a reply is read, for links to them. */
export interface FileKeeper {
  /** It receives no larger file. */
  readonly maxFileBytes: number;
  /** Receives a file that was read completely. Its blocks are not modified afterwards. */
  keep(file: DecodedFile, blocks: readonly Buffer[]): void;
}

export const KEEP_ALL: ContentsMode = { keepBytes: Number.POSITIVE_INFINITY };

/**
 * Whether the treatment `done` yields everything that `requested` requires. Downloads share calls that wait, but never join a
 * call in flight. Whether files are kept for links makes no difference: a link leads to its file in both cases.
 */
export function treatmentCovers(done: FileTreatment | ReplyTreatment, requested: FileTreatment): boolean {
  if (isRelay(done) || isRelay(requested)) return done === requested;
  return rankOf(done) >= rankOf(requested);
}

/**
 * The treatment of a call for all of `requested`; either all of them are relays of downloads, or none is. Files are kept for
 * links if one of them requires it.
 */
export function strongestTreatment(requested: readonly FileTreatment[]): ReplyTreatment {
  if (requested[0] instanceof FileRelay) {
    return new ReplyRelay(requested.filter((one) => one instanceof FileRelay));
  }
  let strongest: ContentsMode = 'skip';
  for (const one of requested) {
    if (!isRelay(one) && rankOf(one) > rankOf(strongest)) strongest = one;
  }
  return requested.some(keepsForLinks) ? forLinks(strongest) : strongest;
}

/** Whether links to the files are created. */
export function keepsForLinks(treatment: FileTreatment | ReplyTreatment): boolean {
  if (isRelay(treatment)) return false;
  return typeof treatment === 'string' ? treatment === 'link' : treatment.isForLinks === true;
}

/** The same treatment, with files kept for links. */
export function forLinks(mode: ContentsMode): ContentsMode {
  return typeof mode === 'string' ? 'link' : { ...mode, isForLinks: true };
}

function isRelay(treatment: FileTreatment | ReplyTreatment): treatment is FileRelay | ReplyRelay {
  return treatment instanceof FileRelay || treatment instanceof ReplyRelay;
}

export type TreatmentName = 'skip' | 'digest' | 'keep' | 'relay';

export function nameOfTreatment(treatment: ReplyTreatment): TreatmentName {
  if (treatment instanceof ReplyRelay) return 'relay';
  if (typeof treatment === 'object') return 'keep';
  return treatment === 'link' ? 'digest' : treatment;
}

/** Equal for equal treatments, and for all relays. */
export function treatmentKey(treatment: FileTreatment): string {
  if (treatment instanceof FileRelay) return 'relay';
  return keepsForLinks(treatment) ? `${rankOf(treatment)} link` : String(rankOf(treatment));
}

function rankOf(mode: ContentsMode): number {
  if (typeof mode === 'object') return mode.keepBytes;
  return mode === 'skip' ? -2 : -1;
}

/** Reads one file. Its text arrives in pieces, as it is written between the quotes of a JSON string in the reply. */
export class ContentsReader {
  readonly #checksum = new ContentsChecksum();
  readonly #followed: FollowedFile | null;
  readonly #keeper: FileKeeper | null;
  readonly #digest: FileDigest | null;
  readonly #decoder: FileDecoder | null;

  constructor(treatment: ReplyTreatment, keeper: FileKeeper | null = null) {
    this.#followed = treatment instanceof ReplyRelay ? treatment.follow() : null;
    this.#keeper = keepsForLinks(treatment) ? keeper : null;
    const limits = { withItem: keptBytesOf(treatment), apart: this.#keeper?.maxFileBytes ?? null };
    const digest = treatment === 'skip' ? null : new FileDigest(limits, this.#followed);
    this.#digest = digest;
    this.#decoder = digest && new FileDecoder((bytes) => digest.update(bytes));
  }

  /** The number of bytes of the file that are kept so far; after its end, only those that are kept with its item. */
  get keptBytes(): number {
    return this.#digest?.keptBytes ?? 0;
  }

  /** Takes the next bytes of the text, and does not keep a reference to them. */
  write(bytes: Buffer): void {
    this.#checksum.update(bytes);
    this.#decoder?.write(bytes);
  }

  /** To be called once, at the end. */
  end(): InlineContents {
    return {
      kind: 'inline',
      length: this.#checksum.length,
      checksum: this.#checksum.digest(),
      file: this.#readFile(),
    };
  }

  #readFile(): InlineContents['file'] {
    if (this.#decoder === null || this.#digest === null) return 'skipped';
    if (!this.#decoder.end()) return 'undecodable';
    const { file, keptApart } = this.#digest.digest(this.#decoder.statedType);
    if (keptApart !== null) this.#keeper?.keep(file, keptApart);
    this.#followed?.end(file);
    return file;
  }
}

/** Reads a file whose text is available as a whole, like a ContentsReader does. */
export function readContents(
  bytes: Buffer,
  mode: ContentsMode,
  keeper: FileKeeper | null = null,
): InlineContents {
  if (mode === 'skip') {
    return { kind: 'inline', length: bytes.length, checksum: checksumOf(bytes), file: 'skipped' };
  }
  const reader = new ContentsReader(mode, keeper);
  reader.write(bytes);
  return reader.end();
}

/** Null: no bytes are kept, not even those of an empty file. */
function keptBytesOf(treatment: ReplyTreatment): number | null {
  return typeof treatment === 'object' && 'keepBytes' in treatment ? treatment.keepBytes : null;
}
