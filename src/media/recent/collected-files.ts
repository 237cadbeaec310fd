/**
 * Collects the files of one reply until it is known to whom they belong: the files of requested documents are kept, all others
 * are released.
 */
import type { DecodedFile, Item } from '../../redox/messages.ts';
import type { FileKeeper } from '../../redox/reply/contents.ts';
import { patientsNamedBy } from '../matching/match.ts';
import type { Box, Values } from '../model/box.ts';
import { fingerprintOf } from '../model/item.ts';
import { type DestinationId, type PatientKey, patientKey } from '../model/keys.ts';
import type { CallIds } from '../model/outcome.ts';
import type { FileName, FileOrigin } from './kept-file.ts';

/** For its keys and objects. Without it, a million empty files would take no room. */
const OVERHEAD_BYTES = 1024;

interface Collected {
  readonly blocks: readonly Buffer[];
  /** The room that it takes. */
  readonly bytes: number;
}

/** A file for which room was reserved. */
export interface StoredFile extends Collected {
  readonly name: FileName;
  readonly item: Item;
  readonly origin: FileOrigin;
}

/** The store in which files are kept. */
interface Room {
  readonly maxFileBytes: number;
  /** False: there is no room. */
  reserve(bytes: number): boolean;
  free(bytes: number): void;
  store(file: StoredFile): void;
  /** Records that a document was returned without a file that is kept. */
  replace(destination: DestinationId, item: Item, sentAt: number): void;
}

export class CollectedFiles implements FileKeeper {
  readonly #room: Room;
  readonly #destination: DestinationId;
  readonly #call: CallIds;
  /** Null: stored. Several needs of one call may receive the same document. */
  readonly #collected = new Map<DecodedFile, Collected | null>();

  /** `call`: its log ids are read when the call is over. */
  constructor(room: Room, destination: DestinationId, call: CallIds) {
    this.#room = room;
    this.#destination = destination;
    this.#call = call;
  }

  get maxFileBytes(): number {
    return this.#room.maxFileBytes;
  }

  /** Until now its bytes counted among those of the reply; now they take room in the store. */
  keep(file: DecodedFile, blocks: readonly Buffer[]): void {
    const bytes = file.byteLength + OVERHEAD_BYTES;
    if (this.#room.reserve(bytes)) this.#collected.set(file, { blocks, bytes });
  }

  /** Stores the files of documents that were queried for `box`, at this place in the destination's order of writes. */
  store(items: readonly Item[], box: Box, sentAt: number): void {
    const { id, logIds, traceId } = this.#call;
    // The query that explorers are shown belongs to the operation, not to those who download the file.
    const call = { id, logIds, traceId };
    for (const item of items) {
      const { contents } = item;
      const file = contents.kind === 'inline' && typeof contents.file === 'object' ? contents.file : null;
      const collected = file === null ? undefined : this.#collected.get(file);
      if (file && collected)
        this.#storeFile(item, file, collected, {
          box: boxOf(item, box.patients),
          documentId: item.documentId,
          sentAt,
          call,
        });
      else if (collected === undefined) this.#room.replace(this.#destination, item, sentAt);
    }
  }

  #storeFile(item: Item, file: DecodedFile, collected: Collected, origin: FileOrigin): void {
    this.#collected.set(file, null);
    const fingerprint = fingerprintOf(item);
    const name = { destination: this.#destination, fingerprint, sha256: file.sha256 };
    this.#room.store({ name, item, ...collected, origin });
  }

  /** The reply was read completely, or has failed: files that were not stored are released. */
  end(): void {
    for (const collected of this.#collected.values()) if (collected) this.#room.free(collected.bytes);
    this.#collected.clear();
  }
}

/** The requested patients whom the document names: writes about other patients do not make the file outdated. */
function boxOf(item: Item, requested: Values<PatientKey>): Box {
  return { patients: patientsOf(item, requested), visits: 'all', types: 'all', documents: 'all' };
}

function patientsOf(item: Item, requested: Values<PatientKey>): Values<PatientKey> {
  if (requested !== 'all') {
    const named = patientsNamedBy(item, requested);
    return named.length > 0 ? new Set(named) : requested;
  }
  return item.identifiers.length > 0 ? new Set([patientKey(item.identifiers)]) : 'all';
}
