/** A file on its way from Redox to a caller: as fast as the caller takes it, and no byte that is not the file's. */
import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import type { Placed } from '../../documents/order.ts';
import type { ContentLink } from '../../graphql/nodes/content-link.ts';
import { findReferred } from '../../graphql/nodes/find-media.ts';
import type { MediaLists } from '../../graphql/nodes/load-media.ts';
import type { MediaLoader } from '../../media/loader.ts';
import { createNeed } from '../../media/model/need.ts';
import type { FileTreatment } from '../../redox/reply/contents.ts';
import { FileRelay } from '../../redox/reply/file-relay.ts';
import type { ByteRange } from './byte-range.ts';

/** `gone`: Redox has no such document any more. `changed`: it has, with another file. */
export type Verdict = 'same' | 'gone' | 'changed';

export interface Transfer {
  readonly body: Readable;
  /** Resolves when the first bytes are known to be the file's. */
  readonly begun: Promise<void>;
  /** Rejects with a GatewayError when Redox did not answer; the body ends, or is destroyed, by itself. */
  readonly settled: Promise<Verdict>;
}

/** Between the reply and the caller's connection. */
const BUFFER_BYTES = 262_144;

/** Asks Redox for the file; of a `range`, what lies behind it is not waited for. `stop` ends the question. */
export function startTransfer(
  link: ContentLink,
  loader: MediaLoader,
  range: ByteRange | null,
  stop: () => void,
): Transfer {
  const body = new PassThrough({ highWaterMark: BUFFER_BYTES });
  const begun = Promise.withResolvers<void>();
  const { start, end } = range ?? { start: 0, end: link.file.byteLength - 1 };
  let passed = 0;
  let drained: Promise<void> | undefined;
  const write = (bytes: Buffer): Promise<void> | undefined => {
    const part = bytes.subarray(Math.max(0, start - passed), Math.max(0, end + 1 - passed));
    passed += bytes.length;
    if (part.length === 0) return undefined;
    begun.resolve();
    const hasRoom = body.write(part);
    if (passed > end && passed < link.file.byteLength) stop();
    // A small file is held here whole, until it is known whose it is.
    if (hasRoom || isSmall(link)) return undefined;
    drained ??= once(body, 'drain').then(() => {
      drained = undefined;
    });
    return drained;
  };
  const relay = new FileRelay(link.file, write);
  const settled = findReferred(link.reference, loadWith(loader, relay)).then(
    (found) => judge(found, link),
    (error: unknown): Verdict => {
      if (passed > end && end >= 0) return 'same';
      throw error;
    },
  );
  settled.then(
    (verdict) => (verdict === 'same' ? body.end() : body.destroy(new Error('not the file of the link'))),
    (error: unknown) => body.destroy(error instanceof Error ? error : undefined),
  );
  // The caller learns of the end from the connection, and before that from the verdict.
  body.on('error', () => undefined);
  return { body, begun: begun.promise, settled };
}

/** Whether all of the file comes at once, at its end (see FileRelay). */
export function isSmall({ file }: ContentLink): boolean {
  return file.checkpoints.length === 0;
}

/** Whether Redox still has the file, without its bytes. */
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
