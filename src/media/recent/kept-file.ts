/** One file in memory: its bytes, its name, and the query that returned it. */
import type { Box } from '../model/box.ts';
import type { DestinationId } from '../model/keys.ts';
import type { CallIds } from '../model/outcome.ts';
import type { Link } from './linked-list.ts';

/** The name of a file: only a link to exactly these bytes of this document states all three. */
export interface FileName {
  readonly destination: DestinationId;
  /** The fingerprint of the document, from everything that Redox states about it (see `fingerprintOf`). */
  readonly fingerprint: string;
  readonly sha256: string;
}

/** Equal for equal names. None of its parts contains blanks, except a destination's id, which is last. */
export function keyOfFile({ destination, fingerprint, sha256 }: FileName): string {
  return `${sha256} ${fingerprint} ${destination}`;
}

/** The query to Redox that returned a file. */
export interface FileOrigin {
  /** Its patients are those whom the document names. */
  readonly box: Box;
  /** The DocumentID of the document. */
  readonly documentId: string | null;
  /** Its place in the destination's order of writes (see WriteOrder). */
  readonly sentAt: number;
  /** The call that returned it. */
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
  /** The bytes that it counts as: its own, and those of the objects around it. */
  readonly bytes: number;
  /** The number of downloads that are sending it. */
  readers = 0;
  /** Its place in the order of use, maintained by RecentFiles; null while a download is sending it. */
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

  /** It can no longer be found. */
  get isForgotten(): boolean {
    return this.#isForgotten;
  }

  /** Records that a later reply contained the same bytes. */
  renew(origin: FileOrigin, answeredAt: number): void {
    this.#origin = origin;
    this.#answeredAt = answeredAt;
  }

  /**
   * Releases its bytes at once, except for downloads that are sending it: objects that still refer to it, such as earlier tables
   * of a Map, live until a full collection.
   */
  forget(): void {
    this.#isForgotten = true;
    this.#blocks = [];
  }
}
