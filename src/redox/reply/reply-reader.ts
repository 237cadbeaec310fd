/** Reads a reply while it arrives: files are read as bytes, and only the rest of the text is parsed. */

import type { Work } from '../../time-slices.ts';
import type { Item, MediaMessage } from '../messages.ts';
import { RedoxError } from '../redox-error.ts';
import { parseJson } from '../wire/loose-json.ts';
import { readEntries, readMediaReply } from '../wire/reply.ts';
import type { FileKeeper, ReplyTreatment } from './contents.ts';
import type { PartSize } from './entry-list.ts';
import { parseEntries, parseWithoutEntries } from './parse-parts.ts';
import { ReplyRelay } from './reply-relay.ts';
import { ReplySkeleton } from './reply-skeleton.ts';

/** As many documents as a response may hold by default. */
const MAX_ENTRIES = 20_000;

/** For all entries together: five each. Every identifier is compared with the requested ones. */
const MAX_IDENTIFIERS = 100_000;

/** For an entry without its file, and for everything else: parsed within some 10 ms. Real entries have a kilobyte. */
const MAX_ENTRY_BYTES = 1_048_576;

export class ReplyReader {
  readonly #treatment: ReplyTreatment;
  readonly #skeleton: ReplySkeleton;
  #bytes = 0;

  /**
   * `treatment` applies to all files of the reply. `part`: the length of the parts in which replies are parsed. `keeper`:
   * receives files that are kept for links.
   */
  constructor(treatment: ReplyTreatment, part?: PartSize, keeper: FileKeeper | null = null) {
    this.#treatment = treatment;
    this.#skeleton = new ReplySkeleton(treatment, part, keeper);
  }

  /** How many bytes of the reply are held so far. */
  get heldBytes(): number {
    return this.#skeleton.heldBytes;
  }

  /**
   * Takes the next bytes, and does not keep a reference to them. A promise that it returns is that of a relay whose client is
   * slower.
   */
  push(chunk: Buffer): Promise<unknown> | undefined {
    this.#bytes += chunk.length;
    this.#skeleton.push(chunk);
    this.#refuseTooMuch();
    return this.#treatment instanceof ReplyRelay ? this.#treatment.takePending() : undefined;
  }

  /** The number of bytes of text that were scanned so far: the bytes of files cost far less. */
  get textBytes(): number {
    return this.#skeleton.textBytes;
  }

  /** The reply, after its last byte: a long one is parsed and read in steps. @throws RedoxError as `readMediaReply` does. */
  *end(): Work<MediaMessage> {
    const text = this.#skeleton.view();
    const { finder, files } = this.#skeleton;
    const { list, hasNumbers } = finder;
    const setAside = {
      files,
      isAmbiguous: finder.hasDuplicates,
      bytes: this.#bytes,
    };
    if (list.cuts.length === 0 || !list.isWhole) {
      // A long text without exactly one complete list is refused without being parsed.
      return readMediaReply(
        text.length > MAX_ENTRY_BYTES ? undefined : parseJson(text, hasNumbers),
        setAside,
      );
    }
    const message = readMediaReply(parseWithoutEntries(text, list, hasNumbers), setAside);
    const items: Item[] = [];
    let [unreadable, identifiers] = [0, 0];
    for (const entries of parseEntries(text, list, hasNumbers)) {
      const part = readEntries(entries, setAside, message.logIds);
      items.push(...part.items);
      unreadable += part.unreadable;
      for (const item of part.items) identifiers += item.identifiers.length;
      if (identifiers > MAX_IDENTIFIERS) {
        throw new RedoxError('UPSTREAM_PROTOCOL', { status: 200, logIds: message.logIds, splittable: true });
      }
      yield;
    }
    return { ...message, items, unreadable };
  }

  /** A smaller query may have a smaller reply. */
  #refuseTooMuch(): void {
    const { list } = this.#skeleton.finder;
    if (list.entries <= MAX_ENTRIES && list.longestPiece(this.#skeleton.length) <= MAX_ENTRY_BYTES) return;
    throw new RedoxError('UPSTREAM_PROTOCOL', { status: 200, splittable: true });
  }
}
