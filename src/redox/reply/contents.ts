/** How a call treats the files in its reply, and the reader of one file. */

import type { InlineContents } from '../messages.ts';
import { ContentsChecksum } from './contents-checksum.ts';
import { FileDecoder } from './file-decoder.ts';
import { FileDigest } from './file-digest.ts';
import { FileRelay, type RelayCandidate } from './file-relay.ts';

/**
 * `skip`: files are skipped. `digest`: they are decoded, and their digest is computed. `keepBytes`: as `digest`, and the decoded
 * bytes of files of up to that size are kept. In every mode, length and checksum tell contents apart.
 */
export type ContentsMode = 'skip' | 'digest' | { readonly keepBytes: number };

/** How all files of a reply are treated. A relay also decodes them and computes their digests. */
export type FileTreatment = ContentsMode | FileRelay;

export const KEEP_ALL: ContentsMode = { keepBytes: Number.POSITIVE_INFINITY };

/** Whether the treatment `done` yields everything that `asked` needs. A relay serves one download, and no other need shares its call. */
export function treatmentCovers(done: FileTreatment, asked: FileTreatment): boolean {
  if (done instanceof FileRelay || asked instanceof FileRelay) return done === asked;
  return rankOf(done) >= rankOf(asked);
}

/** The treatment that covers all of `asked`. A relay is never merged with others. */
export function strongestTreatment(asked: readonly FileTreatment[]): FileTreatment {
  return asked.reduce((done, one) => (treatmentCovers(done, one) ? done : one), 'skip');
}

export type TreatmentName = 'skip' | 'digest' | 'keep' | 'relay';

export function nameOfTreatment(treatment: FileTreatment): TreatmentName {
  if (treatment instanceof FileRelay) return 'relay';
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
  readonly #candidate: RelayCandidate | null;
  readonly #digest: FileDigest | null;
  readonly #decoder: FileDecoder | null;

  constructor(treatment: FileTreatment) {
    this.#candidate = treatment instanceof FileRelay ? treatment.follow() : null;
    const digest = treatment === 'skip' ? null : new FileDigest(keptBytesOf(treatment), this.#candidate);
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
    this.#candidate?.end(file);
    return file;
  }
}

/** Null: no bytes are kept, not even those of an empty file. */
function keptBytesOf(treatment: FileTreatment): number | null {
  return typeof treatment === 'object' && 'keepBytes' in treatment ? treatment.keepBytes : null;
}
