/** How a call treats the files in its reply, and the reader of one file. */

import type { InlineContents } from '../messages.ts';
import { ContentsChecksum, checksumOf } from './contents-checksum.ts';
import { FileDecoder } from './file-decoder.ts';
import { FileDigest } from './file-digest.ts';
import { FileRelay } from './file-relay.ts';
import { type FollowedFile, ReplyRelay } from './reply-relay.ts';

/**
 * `skip`: files are skipped. `digest`: they are decoded, and their digest is computed. `keepBytes`: as `digest`, and the decoded
 * bytes of files of up to that size are kept. In every mode, length and checksum tell contents apart.
 */
export type ContentsMode = 'skip' | 'digest' | { readonly keepBytes: number };

/** What one need asks of files: a relay is that of one download. */
export type FileTreatment = ContentsMode | FileRelay;

/** How all files of a reply are treated. A relay also decodes them and computes their digests. */
export type ReplyTreatment = ContentsMode | ReplyRelay;

export const KEEP_ALL: ContentsMode = { keepBytes: Number.POSITIVE_INFINITY };

/** Whether the treatment `done` yields everything that `asked` needs. Downloads share calls that wait, and none in flight. */
export function treatmentCovers(done: FileTreatment | ReplyTreatment, asked: FileTreatment): boolean {
  if (isRelay(done) || isRelay(asked)) return done === asked;
  return rankOf(done) >= rankOf(asked);
}

/** The treatment of a call for all of `asked`, which are all of downloads, or none is. */
export function strongestTreatment(asked: readonly FileTreatment[]): ReplyTreatment {
  if (asked[0] instanceof FileRelay) {
    return new ReplyRelay(asked.filter((one) => one instanceof FileRelay));
  }
  let strongest: ContentsMode = 'skip';
  for (const one of asked) {
    if (!isRelay(one) && rankOf(one) > rankOf(strongest)) strongest = one;
  }
  return strongest;
}

function isRelay(treatment: FileTreatment | ReplyTreatment): treatment is FileRelay | ReplyRelay {
  return treatment instanceof FileRelay || treatment instanceof ReplyRelay;
}

export type TreatmentName = 'skip' | 'digest' | 'keep' | 'relay';

export function nameOfTreatment(treatment: ReplyTreatment): TreatmentName {
  if (treatment instanceof ReplyRelay) return 'relay';
  return typeof treatment === 'object' ? 'keep' : treatment;
}

/** Equal for equal treatments, and for all relays. */
export function treatmentKey(treatment: FileTreatment): string {
  return treatment instanceof FileRelay ? 'relay' : String(rankOf(treatment));
}

function rankOf(mode: ContentsMode): number {
  if (typeof mode === 'object') return mode.keepBytes;
  return mode === 'skip' ? -2 : -1;
}

/** Reads one file. Its text arrives in pieces, as it is written between the quotes of a JSON string in the reply. */
export class ContentsReader {
  readonly #checksum = new ContentsChecksum();
  readonly #followed: FollowedFile | null;
  readonly #digest: FileDigest | null;
  readonly #decoder: FileDecoder | null;

  constructor(treatment: ReplyTreatment) {
    this.#followed = treatment instanceof ReplyRelay ? treatment.follow() : null;
    const digest = treatment === 'skip' ? null : new FileDigest(keptBytesOf(treatment), this.#followed);
    this.#digest = digest;
    this.#decoder = digest && new FileDecoder((bytes) => digest.update(bytes));
  }

  /** How many bytes of the file are kept so far. */
  get keptBytes(): number {
    return this.#digest?.keptBytes ?? 0;
  }

  /** Takes the next bytes of the text, and does not refer to them afterwards. */
  write(bytes: Buffer): void {
    this.#checksum.update(bytes);
    this.#decoder?.write(bytes);
  }

  /** Called once, at the end. */
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
    const file = this.#digest.digest(this.#decoder.statedType);
    this.#followed?.end(file);
    return file;
  }
}

/** Reads a file whose text is there as a whole, as a ContentsReader does. */
export function readContents(bytes: Buffer, mode: ContentsMode): InlineContents {
  if (mode === 'skip') {
    return { kind: 'inline', length: bytes.length, checksum: checksumOf(bytes), file: 'skipped' };
  }
  const reader = new ContentsReader(mode);
  reader.write(bytes);
  return reader.end();
}

/** Null: no bytes are kept, not even those of an empty file. */
function keptBytesOf(treatment: ReplyTreatment): number | null {
  return typeof treatment === 'object' && 'keepBytes' in treatment ? treatment.keepBytes : null;
}
