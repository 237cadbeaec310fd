/** Files that Redox sent recently, in memory, for links to them: each is found by its destination, document and SHA-256. */

import type { Clock } from '../../clock.ts';
import type { Item } from '../../redox/messages.ts';
import type { DestinationId } from '../model/keys.ts';
import type { CallIds } from '../model/outcome.ts';
import { CollectedFiles, type StoredFile } from './collected-files.ts';
import { documentKeyOf, FilesByDocument } from './files-by-document.ts';
import { type FileName, type FileOrigin, KeptFile, keyOfFile } from './kept-file.ts';
import { LinkedList } from './linked-list.ts';
import { RecentTally } from './recent-tally.ts';

export interface RecentFilesOptions {
  /**
   * The limit for all files together, including those of replies that are still being read, and those that downloads are still
   * sending.
   */
  readonly maxBytes: number;
  /** How long a file can be found after Redox sent it. */
  readonly maxAgeMs: number;
  readonly clock: Clock;
}

/** One file takes at most an eighth, so that one recording never evicts hundreds of pictures. */
const MAX_PART = 1 / 8;

/** Expired files are never found; those that are not looked up are released at this interval. */
const SWEEP_MS = 1000;

/** A file that is about to be sent. It stays in memory, and counts, until it is released. */
export interface FileInUse {
  /** All bytes, in order. They must not be modified. */
  readonly blocks: readonly Buffer[];
  /** The time since Redox sent it. */
  readonly ageMs: number;
  /** The call that returned it. */
  readonly call: CallIds;
  /** To be called once. */
  release(): void;
}

export class RecentFiles {
  readonly #options: RecentFilesOptions;
  /** By `keyOfFile`; the files that Redox sent last are last. */
  readonly #files = new Map<string, KeptFile>();
  readonly #byDocument = new FilesByDocument();
  /** The files that no download is sending; the least recently used is first. */
  readonly #byUse = new LinkedList<KeptFile>();
  readonly #tally = new RecentTally();
  #willSweep = false;

  constructor(options: RecentFilesOptions) {
    this.#options = options;
  }

  get maxFileBytes(): number {
    return Math.floor(this.#options.maxBytes * MAX_PART);
  }

  /** The bytes of all files, including those that are being collected and sent. Never more than `maxBytes`. */
  get bytes(): number {
    return this.#tally.bytes;
  }

  /** How many files can be found. */
  get size(): number {
    return this.#files.size;
  }

  /** How many files were evicted to make room for others. */
  get evicted(): number {
    return this.#tally.evictions;
  }

  get counts(): Readonly<RecentTally> {
    return this.#tally;
  }

  /** Records that a link was used and its file looked up. */
  countLookUp(isFound: boolean): void {
    this.#tally.countLookUp(isFound);
  }

  /** For the reply to one call, before it is read. */
  collect(destination: DestinationId, call: CallIds): CollectedFiles {
    return new CollectedFiles(this, destination, call);
  }

  /** Whether `use` may find the file. */
  has(name: FileName): boolean {
    return this.#files.has(keyOfFile(name));
  }

  /** `isCurrent`: whether no write may have made a file of this origin outdated. A file that is outdated is forgotten. */
  use(name: FileName, isCurrent: (origin: FileOrigin) => boolean): FileInUse | null {
    const file = this.#files.get(keyOfFile(name));
    if (file === undefined) return null;
    const ageMs = this.#options.clock.now() - file.answeredAt;
    if (ageMs >= this.#options.maxAgeMs || !isCurrent(file.origin)) {
      this.#remove(file);
      return null;
    }
    this.#takeFromUse(file);
    file.readers += 1;
    return { blocks: file.blocks, ageMs, call: file.origin.call, release: () => this.#release(file) };
  }

  /** Reserves room, evicting the least recently used files. False: all files are being collected or sent. */
  reserve(bytes: number): boolean {
    const { maxBytes } = this.#options;
    if (bytes > maxBytes) return false;
    while (this.#tally.bytes + bytes > maxBytes) {
      const { first } = this.#byUse;
      if (first === null) return false;
      this.#remove(first.value);
      this.#tally.evictions += 1;
    }
    this.#tally.bytes += bytes;
    return true;
  }

  free(bytes: number): void {
    this.#tally.bytes -= bytes;
  }

  store({ name, item, blocks, bytes, origin }: StoredFile): void {
    const key = keyOfFile(name);
    const answeredAt = this.#options.clock.now();
    const known = this.#files.get(key);
    const documentKey = documentKeyOf(name.destination, item);
    const file = known ?? new KeptFile({ key, documentKey, blocks, bytes, origin, answeredAt });
    const replaced = this.#byDocument.show(file, origin.sentAt);
    // The bytes are in memory already, or a later reply contained others.
    if (known !== undefined || replaced === null) this.free(bytes);
    if (replaced === null || (known !== undefined && known.origin.sentAt > origin.sentAt)) return;
    for (const old of replaced) this.#remove(old);
    if (known !== undefined) this.#renew(known, origin, answeredAt);
    else file.byUse = this.#byUse.append(file);
    this.#files.set(key, file);
    this.#sweepLater(this.#options.maxAgeMs);
  }

  /** Records that a reply contains a document without a file that is kept: the files of earlier replies are outdated. */
  replace(destination: DestinationId, item: Item, sentAt: number): void {
    const key = this.#files.size > 0 ? documentKeyOf(destination, item) : null;
    if (key === null) return;
    for (const old of this.#byDocument.showOther(key, sentAt)) this.#remove(old);
  }

  #renew(file: KeptFile, origin: FileOrigin, answeredAt: number): void {
    file.renew(origin, answeredAt);
    this.#files.delete(file.key);
    if (file.byUse !== null) this.#byUse.moveToEnd(file.byUse);
  }

  #release(file: KeptFile): void {
    file.readers -= 1;
    if (file.readers > 0) return;
    if (file.isForgotten) this.free(file.bytes);
    else file.byUse = this.#byUse.append(file);
  }

  #takeFromUse(file: KeptFile): void {
    if (file.byUse !== null) this.#byUse.remove(file.byUse);
    file.byUse = null;
  }

  #remove(file: KeptFile): void {
    this.#files.delete(file.key);
    this.#byDocument.remove(file);
    this.#takeFromUse(file);
    file.forget();
    if (file.readers === 0) this.free(file.bytes);
  }

  #sweepLater(ms: number): void {
    if (this.#willSweep) return;
    this.#willSweep = true;
    // The timer must not keep the process alive.
    this.#options.clock.setTimeout(() => this.#sweep(), ms + SWEEP_MS).unref();
  }

  #sweep(): void {
    this.#willSweep = false;
    const { clock, maxAgeMs } = this.#options;
    for (const file of this.#files.values()) {
      const restMs = file.answeredAt + maxAgeMs - clock.now();
      if (restMs > 0) {
        this.#sweepLater(restMs);
        return;
      }
      this.#remove(file);
    }
  }
}
