/** Transfers a file from Redox to a caller, at the caller's pace, and passes on no byte of any other file. */
import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
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

/** `gone`: Redox no longer has the document. `changed`: it has the document with another file. */
export type Verdict = 'same' | 'gone' | 'changed';

export interface Transfer {
  readonly body: Readable;
  /** Resolves when the first bytes are known to belong to the file. */
  readonly begun: Promise<void>;
  /** Rejects with a GatewayError when the query fails. The body is then ended or destroyed. */
  readonly settled: Promise<Verdict>;
}

/** The buffer between Redox's reply and the caller's connection. */
const BUFFER_BYTES = 262_144;

export interface TransferOptions {
  /** Other files may come by the same query: all bytes are taken from Redox, and held, as fast as it sends them. */
  readonly mayShare: boolean;
  /** Ends the query. */
  readonly stop: () => void;
  /** Ends the connection of a caller that reads too slowly. */
  readonly leave: () => void;
  readonly clock: Clock;
}

/** Queries Redox for the file. The bytes after a `range` are not awaited: `stop` ends the query. */
export function startTransfer(
  link: ContentLink,
  loader: MediaLoader,
  range: ByteRange | null,
  { mayShare, stop, leave, clock }: TransferOptions,
): Transfer {
  const body = new PassThrough({ highWaterMark: BUFFER_BYTES });
  const begun = Promise.withResolvers<void>();
  const { start, end } = range ?? { start: 0, end: link.file.byteLength - 1 };
  let passed = 0;
  let written = 0;
  let drained: Promise<void> | undefined;
  const pace = new LeastThroughput(clock, () => written - body.writableLength - body.readableLength);
  const write = (bytes: Buffer): Promise<void> | undefined => {
    const part = bytes.subarray(Math.max(0, start - passed), Math.max(0, end + 1 - passed));
    passed += bytes.length;
    if (part.length === 0) return undefined;
    begun.resolve();
    written += part.length;
    const hasRoom = body.write(part);
    if (passed > end && passed < link.file.byteLength) stop();
    // A small file is held here completely until its patient is known.
    if (hasRoom || isSmall(link)) return undefined;
    drained ??= pace
      .wait(once(body, 'drain'))
      .catch(leave)
      .then(() => {
        drained = undefined;
      });
    return drained;
  };
  const relay = new FileRelay(link.file, write, { mayShare });
  const settled = findReferred(link.reference, loadWith(loader, relay)).then(
    (found) => judge(found, link),
    (error: unknown): Verdict => {
      if (passed > end && end >= 0) return 'same';
      throw error;
    },
  );
  settled
    .finally(() => relay.close())
    .then(
      (verdict) =>
        verdict === 'same'
          ? body.end()
          : body.destroy(new Error('the reply does not hold the file of the link')),
      (error: unknown) => body.destroy(error instanceof Error ? error : undefined),
    );
  // The caller learns of an error from its connection, and before the first byte from the verdict.
  body.on('error', () => undefined);
  return { body, begun: begun.promise, settled };
}

/** Whether the file is passed on only at its end, as it has no checkpoint (see FileRelay). */
export function isSmall({ file }: ContentLink): boolean {
  return file.checkpoints.length === 0;
}

/** Checks whether Redox still has the file, without receiving it for the caller. */
export async function checkFile(link: ContentLink, loader: MediaLoader): Promise<Verdict> {
  return judge(await findReferred(link.reference, loadWith(loader, 'digest')), link);
}

/** Loads items, with their files treated as told. */
function loadWith(loader: MediaLoader, files: FileTreatment) {
  return ({ destination, ...lists }: MediaLists) => loader.load(createNeed(destination, lists, files));
}

function judge(found: Placed | null, { file }: ContentLink): Verdict {
  if (found === null) return 'gone';
  const { contents } = found.item;
  const isInline = contents.kind === 'inline' && typeof contents.file === 'object';
  return isInline && contents.file.sha256 === file.sha256 ? 'same' : 'changed';
}
