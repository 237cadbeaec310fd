/** The files that no download is sending, in the order in which they were used last. */
import type { KeptFile } from './kept-file.ts';

/** A list and no Map: each use would make a Map longer, whose earlier tables live until a full collection. */
export class FilesByUse {
  #oldest: KeptFile | null = null;
  #newest: KeptFile | null = null;

  get oldest(): KeptFile | null {
    return this.#oldest;
  }

  /** It was used now. It must not be in the list. */
  add(file: KeptFile): void {
    file.older = this.#newest;
    if (this.#newest !== null) this.#newest.newer = file;
    this.#newest = file;
    this.#oldest ??= file;
  }

  /** Takes it out of the list, if it is there. */
  remove(file: KeptFile): void {
    const { older, newer } = file;
    if (older !== null) older.newer = newer;
    else if (this.#oldest === file) this.#oldest = newer;
    if (newer !== null) newer.older = older;
    else if (this.#newest === file) this.#newest = older;
    file.older = null;
    file.newer = null;
  }
}
