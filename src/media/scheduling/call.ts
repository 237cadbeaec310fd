/** One Media Query in flight, and the needs that wait for it. */
import { randomUUID } from 'node:crypto';
import { type FileTreatment, strongestTreatment, treatmentCovers } from '../../redox/reply/contents.ts';
import { FileRelay } from '../../redox/reply/file-relay.ts';
import type { Box } from '../model/box.ts';
import { longestList } from '../planning/cut.ts';
import type { Part, PlannedCall } from '../planning/plan.ts';
import type { Again } from './again.ts';
import { allowsCall } from './isolation.ts';
import type { PendingNeed } from './pending-need.ts';
import type { Split } from './split.ts';

export class Call {
  /** Tells this call from all others, wherever it is accounted for. */
  readonly id = randomUUID();
  readonly box: Box;
  /** Its place in the destination's order of writes: a call that goes again is another one, sent later. */
  readonly sentAt: number;
  /** The most that any whom it was planned for asks. */
  readonly files: FileTreatment;
  /** What it was planned for, and what joined it since; each inside `box`. */
  parts: Part<PendingNeed>[] = [];
  #closed = false;
  readonly #controller = new AbortController();

  /** The refused call that this is a half of. */
  readonly split: Split | null;
  readonly isRetry: boolean;

  /** `again`: where it is not sent for the first time. */
  constructor(
    { box, parts }: PlannedCall<PendingNeed>,
    sentAt: number,
    again?: Pick<Again, 'split' | 'isRetry'>,
  ) {
    this.box = box;
    this.sentAt = sentAt;
    this.split = again?.split ?? null;
    this.isRetry = again?.isRetry ?? false;
    this.files = strongestTreatment(parts.map(({ owner }) => owner.need.files));
    for (const one of parts) this.take(one);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether halves of it are worth a try when it is refused. */
  get isCuttable(): boolean {
    return longestList(this.box) !== null;
  }

  get isRelay(): boolean {
    return this.files instanceof FileRelay;
  }

  /** Whether it may be waited for. A deserted call is on its way out: whoever joined it would be cancelled with it. */
  isOpenTo({ batchKey, isolation, need: { box, files } }: PendingNeed): boolean {
    return (
      !this.signal.aborted &&
      this.parts[0]?.owner.batchKey === batchKey &&
      treatmentCovers(this.files, files) &&
      allowsCall(isolation, box, this.box)
    );
  }

  take(part: Part<PendingNeed>): void {
    this.parts.push(part);
    part.owner.calls.add(this);
  }

  drop(pending: PendingNeed): void {
    this.parts = this.parts.filter(({ owner }) => owner !== pending);
    pending.calls.delete(this);
    this.cancelWhenDeserted();
  }

  cancelWhenDeserted(): void {
    if (!this.#closed && this.parts.every(({ owner }) => owner.finished)) this.#controller.abort();
  }

  /** The call is over: who still waits for it, each once, and no longer for this. */
  close(): PendingNeed[] {
    this.#closed = true;
    const waiting = [...new Set(this.parts.map(({ owner }) => owner))].filter(({ finished }) => !finished);
    for (const pending of waiting) pending.calls.delete(this);
    return waiting;
  }
}
