/** Which downloads share a call: as many as are sure to fit one reply, since the length of each file is known beforehand. */
import { FileRelay } from '../../redox/reply/file-relay.ts';
import { boxKey } from '../model/box.ts';
import type { PendingNeed } from './pending-need.ts';

/** Of the largest message. The rest is for what is told of the files, and for other versions of their documents. */
const SHARE_OF_BYTES = 0.5;

/** A file is written in base64, 4 characters for 3 bytes. */
const WRITTEN_BYTES = 4 / 3;

/** The calls of one group. */
interface Calls {
  /** The one that is not full yet, and how much of it is. */
  last: number;
  bytes: number;
  /** Which call asks for a box: several may download the same file. */
  readonly byBox: Map<string, number>;
}

/** For one plan. */
export class ReplyShares {
  readonly #maxBytes: number;
  readonly #groups = new Map<string, Calls>();

  constructor(maxReplyBytes: number) {
    this.#maxBytes = maxReplyBytes * SHARE_OF_BYTES;
  }

  /** The key of those with which a need of this group shares a call. */
  keyFor({ need: { files }, queryBox }: PendingNeed, group: string): string {
    if (!(files instanceof FileRelay) || !files.mayShare) return group;
    const bytes = files.known.byteLength * WRITTEN_BYTES;
    return `${this.#callFor(group, boxKey(queryBox), bytes)} ${group}`;
  }

  #callFor(group: string, box: string, bytes: number): number {
    const calls = this.#groups.get(group) ?? { last: 0, bytes: 0, byBox: new Map() };
    this.#groups.set(group, calls);
    const known = calls.byBox.get(box);
    if (known !== undefined) return known;
    if (calls.bytes > 0 && calls.bytes + bytes > this.#maxBytes) {
      calls.last += 1;
      calls.bytes = 0;
    }
    calls.bytes += bytes;
    calls.byBox.set(box, calls.last);
    return calls.last;
  }
}
