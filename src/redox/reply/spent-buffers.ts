/**
 * Frees the buffers that replies, and uploads, came in. Node receives into a new one of 64 kB each time, of which V8's heap sees a
 * hundred bytes: it thinks of collecting them only when their total is large, and then by a full collection that
 * marks the whole heap. They are all young, so a minor one does, at a hundredth of the price.
 * Measured (F5): a fifth faster, a third of the memory.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Far below the 64 MB that make V8 begin a full collection, what is decoded meanwhile included. */
const COLLECT_EVERY_BYTES = 16_777_216;

type Collect = (options: { readonly type: 'minor' }) => void;

let collect: Collect | undefined;
let spentBytes = 0;

/** Takes note of bytes that were received and are not needed any more. */
export function noteSpentBytes(bytes: number): void {
  spentBytes += bytes;
  if (spentBytes < COLLECT_EVERY_BYTES) return;
  spentBytes = 0;
  collect ??= findCollector();
  collect({ type: 'minor' });
}

/** V8 gives its collector to contexts that are made after this flag is set. */
function findCollector(): Collect {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}
