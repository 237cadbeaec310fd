/** One file in memory: its bytes, what it is found by, and the question that brought it. */
import type { Box } from '../model/box.ts';
import type { DestinationId } from '../model/keys.ts';
import type { CallIds } from '../model/outcome.ts';
import type { Link } from './linked-list.ts';

/** What a file is found by: only a link to exactly these bytes of this document states all three. */
export interface FileName {
  readonly destination: DestinationId;
  /** Of the document, by all that Redox says of it (see `fingerprintOf`). */
  readonly fingerprint: string;
  readonly sha256: string;
}

/** The same text for equal names. None of its parts has blanks, but for a destination's id, which stands last. */
export function keyOfFile({ destination, fingerprint, sha256 }: FileName): string {
  return `${sha256} ${fingerprint} ${destination}`;
}

/** The question of Redox that brought a file. */
export interface FileOrigin {
  /** Of its patients: those whom the document names. */
  readonly box: Box;
  /** Of the document. */
  readonly documentId: string | null;
  /** Its place in the destination's order of writes (see WriteOrder). */
  readonly sentAt: number;
  /** The call that it was part of. */
  readonly call: CallIds;
}

interface FileParts {
  readonly key: string;
  readonly documentKey: string | null;
  readonly blocks: readonly Buffer[];
  readonly bytes: number;
  readonly origin: FileOrigin;
  readonly answeredAt: number;
}

export class KeptFile {
  readonly key: string;
  /** See `documentKeyOf`. */
  readonly documentKey: string | null;
  /** What it counts as: its bytes, and what is kept with them. */
  readonly bytes: number;
  /** Downloads that are sending it. */
  readers = 0;
  /** Its place in the order of use; null while a download is sending it. RecentFiles keeps it. */
  byUse: Link<KeptFile> | null = null;
  #blocks: readonly Buffer[];
  #origin: FileOrigin;
  #answeredAt: number;
  #isForgotten = false;

  constructor({ key, documentKey, blocks, bytes, origin, answeredAt }: FileParts) {
    this.key = key;
    this.documentKey = documentKey;
    this.bytes = bytes;
    this.#blocks = blocks;
    this.#origin = origin;
    this.#answeredAt = answeredAt;
  }

  get blocks(): readonly Buffer[] {
    return this.#blocks;
  }

  get origin(): FileOrigin {
    return this.#origin;
  }

  /** When Redox sent it, in milliseconds of the clock. */
  get answeredAt(): number {
    return this.#answeredAt;
  }

  /** It is found no more. */
  get isForgotten(): boolean {
    return this.#isForgotten;
  }

  /** A later reply has shown the same bytes. */
  renew(origin: FileOrigin, answeredAt: number): void {
    this.#origin = origin;
    this.#answeredAt = answeredAt;
  }

  /**
   * Its bytes are let go at once, but by downloads that are sending it: what else refers to it, such as the earlier tables of a
   * Map, lives until a full collection.
   */
  forget(): void {
    this.#isForgotten = true;
    this.#blocks = [];
  }
}
