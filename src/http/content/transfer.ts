/** Transfers a file from Redox to a client, at the client's pace, and passes on no byte of any other file. */
import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Clock } from '../../clock.ts';
import type { Placed } from '../../documents/order.ts';
import type { ContentLink } from '../../graphql/nodes/content-link.ts';
import { findReferred } from '../../graphql/nodes/find-media.ts';
import type { MediaLists } from '../../graphql/nodes/load-media.ts';
import type { MediaLoader } from '../../media/loader.ts';
import { createNeed } from '../../media/model/need.ts';
import type { FileTreatment } from '../../redox/reply/contents.ts';
import { FileRelay } from '../../redox/reply/file-relay.ts';
import { LeastThroughput } from '../least-throughput.ts';
import type { ByteRange } from './byte-range.ts';

/** `gone`: Redox no longer has the document. `changed`: Redox has the document with another file. */
export type Verdict = 'same' | 'gone' | 'changed';

export interface Transfer {
  readonly body: Readable;
  /**
   * Resolves when the first bytes are known to belong to the document. It never resolves if other documents are in the same
   * reply.
   */
  readonly begun: Promise<void>;
  /** Rejects with a GatewayError when the query fails. The body is then ended or destroyed. */
  readonly settled: Promise<Verdict>;
}

/** The buffer between Redox's reply and the client's connection. */
const BUFFER_BYTES = 262_144;

export interface TransferOptions {
  /** Other files may be in the same reply, so all bytes are accepted from Redox, and held, as fast as it sends them. */
  readonly mayShare: boolean;
  /** Ends the query. */
  readonly stop: () => void;
  /** Ends the connection of a client that reads too slowly. */
  readonly leave: () => void;
  readonly clock: Clock;
}

/** Queries Redox for the file. With a `range`, the bytes after it are not awaited: `stop` ends the query. */
export function startTransfer(
  link: ContentLink,
  loader: MediaLoader,
  range: ByteRange | null,
  options: TransferOptions,
): Transfer {
  return new FileTransfer(link, loader, range, options);
}

class FileTransfer implements Transfer {
  readonly body = new PassThrough({ highWaterMark: BUFFER_BYTES });
  readonly settled: Promise<Verdict>;
  readonly #begun = Promise.withResolvers<void>();
  readonly #link: ContentLink;
  readonly #span: ByteRange;
  readonly #options: TransferOptions;
  readonly #pace: LeastThroughput;
  /** How many bytes of the file, and of the requested range, have passed. */
  #passed = 0;
  #written = 0;
  #drained: Promise<void> | undefined;
  /**
   * The end of the file. As long as it is not sent, the client cannot take what it received for the whole file, whatever has
   * become of the document.
   */
  #last: Buffer | null = null;
  /** Other documents were in the same reply, so only its items show whether this document still has the file. */
  #cameWithOthers = false;

  constructor(link: ContentLink, loader: MediaLoader, range: ByteRange | null, options: TransferOptions) {
    const { body } = this;
    this.#link = link;
    this.#span = range ?? { start: 0, end: link.file.byteLength - 1 };
    this.#options = options;
    this.#pace = new LeastThroughput(options.clock, () => {
      return this.#written - body.writableLength - body.readableLength;
    });
    const relay = new FileRelay(link.file, (...bytes) => this.#write(...bytes), options);
    this.settled = findReferred(link.reference, loadWith(loader, relay)).then(
      (found) => judge(found, link),
      (error: unknown) => this.#judgeFailed(error),
    );
    this.settled
      .finally(() => relay.close())
      .then(
        (verdict) => this.#end(verdict),
        (error: unknown) => body.destroy(error instanceof Error ? error : undefined),
      );
    // The client learns of an error from its connection, and before the first byte from the verdict.
    body.on('error', () => undefined);
  }

  get begun(): Promise<void> {
    return this.#begun.promise;
  }

  #write(bytes: Buffer, isShared: boolean): Promise<void> | undefined {
    const { start, end } = this.#span;
    const part = bytes.subarray(Math.max(0, start - this.#passed), Math.max(0, end + 1 - this.#passed));
    this.#passed += bytes.length;
    if (part.length === 0) return undefined;
    this.#written += part.length;
    this.#cameWithOthers ||= isShared;
    if (this.#passed >= this.#link.file.byteLength) {
      this.#last = part;
      return undefined;
    }
    const hasRoom = this.body.write(part);
    if (isShared) return undefined;
    // A small file, or a part of one, is held here completely until its patient is known.
    if (isSmall(this.#link)) return undefined;
    this.#begun.resolve();
    if (this.#passed > end) this.#options.stop();
    if (hasRoom) return undefined;
    this.#drained ??= this.#awaitCaller(once(this.body, 'drain')).then(() => {
      this.#drained = undefined;
    });
    return this.#drained;
  }

  /** The query may have been stopped because the requested part of the file had arrived. */
  #judgeFailed(error: unknown): Verdict {
    const { end } = this.#span;
    if (this.#passed > end && end >= 0 && !this.#cameWithOthers) return 'same';
    throw error;
  }

  #end(verdict: Verdict): void {
    if (verdict !== 'same') {
      this.body.destroy(new Error('the reply does not hold the file of the link'));
      return;
    }
    if (this.#last === null) this.body.end();
    else this.body.end(this.#last);
    // Much more may be held than of a file that arrived alone.
    if (this.#cameWithOthers) void this.#awaitCaller(finished(this.body));
  }

  async #awaitCaller(work: Promise<unknown>): Promise<void> {
    try {
      await this.#pace.wait(work);
    } catch {
      this.#options.leave();
    }
  }
}

/** Whether the file is passed on only at its end, because it has no checkpoint (see FileRelay). */
export function isSmall({ file }: ContentLink): boolean {
  return file.checkpoints.length === 0;
}

/** Checks whether Redox still has the file, without receiving it for the client. */
export async function checkFile(link: ContentLink, loader: MediaLoader): Promise<Verdict> {
  return judge(await findReferred(link.reference, loadWith(loader, 'digest')), link);
}

/** Loads items and treats their files as given. */
function loadWith(loader: MediaLoader, files: FileTreatment) {
  return ({ destination, ...lists }: MediaLists) => loader.load(createNeed(destination, lists, files));
}

function judge(found: Placed | null, { file }: ContentLink): Verdict {
  if (found === null) return 'gone';
  const { contents } = found.item;
  const isInline = contents.kind === 'inline' && typeof contents.file === 'object';
  return isInline && contents.file.sha256 === file.sha256 ? 'same' : 'changed';
}
