/** What a call does with the files in its reply, and the reading of one of them. */

import type { InlineContents } from '../messages.ts';
import { ContentsChecksum } from './contents-checksum.ts';
import { FileDecoder } from './file-decoder.ts';
import { FileDigest } from './file-digest.ts';
import { FileRelay, type RelayCandidate } from './file-relay.ts';

/**
 * `skip`: files are passed over. `digest`: they are decoded and summed up. `keepBytes`: besides, the decoded bytes of
 * files of up to so many are kept. Whatever the mode, two contents are told apart by the same length and checksum.
 */
export type ContentsMode = 'skip' | 'digest' | { readonly keepBytes: number };

/** What is done with all files of a reply; a relay also decodes them and sums them up. */
export type FileTreatment = ContentsMode | FileRelay;

export const KEEP_ALL: ContentsMode = { keepBytes: Number.POSITIVE_INFINITY };

/** Whether `done` brings all that `asked` asks for. A relay serves one download alone, and no other need waits for its reader. */
export function treatmentCovers(done: FileTreatment, asked: FileTreatment): boolean {
  if (done instanceof FileRelay || asked instanceof FileRelay) return done === asked;
  return rankOf(done) >= rankOf(asked);
}

/** What does all that is asked. A relay has no company. */
export function strongestTreatment(asked: readonly FileTreatment[]): FileTreatment {
  return asked.reduce((done, one) => (treatmentCovers(done, one) ? done : one), 'skip');
}

export type TreatmentName = 'skip' | 'digest' | 'keep' | 'relay';

export function nameOfTreatment(treatment: FileTreatment): TreatmentName {
  if (treatment instanceof FileRelay) return 'relay';
  return typeof treatment === 'object' ? 'keep' : treatment;
}

/** Equal for treatments that do the same; any relay's is the same. */
export function treatmentKey(treatment: FileTreatment): string {
  return treatment instanceof FileRelay ? 'relay' : String(rankOf(treatment));
}

function rankOf(mode: ContentsMode): number {
  if (typeof mode === 'object') return mode.keepBytes;
  return mode === 'skip' ? -2 : -1;
}

/** Reads one file, of which the text comes in pieces as it stands in the reply, between its quotes. */
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

  /** `bytes` are not needed afterwards. */
  write(bytes: Buffer): void {
    this.#checksum.update(bytes);
    this.#decoder?.write(bytes);
  }

  /** Once, at the end. */
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

/** Null: none are kept, not even of an empty file. */
function keptBytesOf(treatment: FileTreatment): number | null {
  return typeof treatment === 'object' && 'keepBytes' in treatment ? treatment.keepBytes : null;
}
