/** Finds the file of a link among the files that Redox sent recently, unless a write may have changed its document since. */
import type { Box, Values } from '../model/box.ts';
import type { DestinationAlias, DestinationId, PatientKey } from '../model/keys.ts';
import type { WriteFence } from '../ordering/write-fence.ts';
import type { FileInUse, RecentFiles } from './recent-files.ts';

export interface LinkedFile {
  readonly destination: DestinationAlias;
  /** The patients of the document; `all`: they are not known. */
  readonly patients: Values<PatientKey>;
  /** See `fingerprintOf`. */
  readonly fingerprint: string;
  readonly sha256: string;
}

export class LinkedFiles {
  readonly #files: RecentFiles;
  readonly #fence: WriteFence;
  /** Redox's ids of destinations, by alias. */
  readonly #destinationIds: ReadonlyMap<DestinationAlias, DestinationId>;

  constructor(
    files: RecentFiles,
    fence: WriteFence,
    destinationIds: ReadonlyMap<DestinationAlias, DestinationId>,
  ) {
    this.#files = files;
    this.#fence = fence;
    this.#destinationIds = destinationIds;
  }

  /**
   * Null: Redox must be queried. This is so while a write that may concern the document is in flight, and while the writes of
   * other replicas are not known.
   */
  async find(file: LinkedFile): Promise<FileInUse | null> {
    const found = await this.#find(file);
    this.#files.countLookUp(found !== null);
    return found;
  }

  async #find({ destination, patients, ...file }: LinkedFile): Promise<FileInUse | null> {
    const id = this.#destinationIds.get(destination);
    if (id === undefined) return null;
    const box: Box = { patients, visits: 'all', types: 'all', documents: 'all' };
    const name = { ...file, destination: id };
    if (!this.#files.has(name)) return null;
    const othersAreKnown = (await this.#fence.catchUp(destination)) ?? true;
    if (!othersAreKnown) return null;
    return this.#files.use(name, (origin) => {
      const isCurrent = (one: Box) => this.#fence.isCurrent(destination, one, origin.sentAt);
      if (this.#fence.holdsRemoved(destination, [origin], ({ place }) => place > origin.sentAt)) return false;
      return isCurrent(origin.box) && isCurrent(box);
    });
  }
}
