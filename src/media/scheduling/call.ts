/** One Media Query in flight, and the needs that wait for it. */
import { randomUUID } from 'node:crypto';
import { type FileTreatment, strongestTreatment, treatmentCovers } from '../../redox/reply/contents.ts';
import { FileRelay } from '../../redox/reply/file-relay.ts';
import type { Box } from '../model/box.ts';
import { longestList } from '../planning/cut.ts';
import type { PlannedCall, Wanted } from '../planning/plan.ts';
import type { Again } from './again.ts';
import type { Ask } from './ask.ts';
import { allowsCall } from './isolation.ts';
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
  wanted: Wanted<Ask>[] = [];
  #closed = false;
  readonly #controller = new AbortController();

  /** The refused call that this is a half of. */
  readonly split: Split | null;
  readonly isRepeat: boolean;

  /** `again`: where it is not sent for the first time. */
  constructor({ box, wanted }: PlannedCall<Ask>, sentAt: number, again?: Pick<Again, 'split' | 'isRepeat'>) {
    this.box = box;
    this.sentAt = sentAt;
    this.split = again?.split ?? null;
    this.isRepeat = again?.isRepeat ?? false;
    this.files = strongestTreatment(wanted.map(({ owner }) => owner.need.files));
    for (const one of wanted) this.take(one);
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
  isOpenTo({ share, isolation, need: { box, files } }: Ask): boolean {
    return (
      !this.signal.aborted &&
      this.wanted[0]?.owner.share === share &&
      treatmentCovers(this.files, files) &&
      allowsCall(isolation, box, this.box)
    );
  }

  take(wanted: Wanted<Ask>): void {
    this.wanted.push(wanted);
    wanted.owner.calls.add(this);
  }

  drop(ask: Ask): void {
    this.wanted = this.wanted.filter(({ owner }) => owner !== ask);
    ask.calls.delete(this);
    this.cancelWhenDeserted();
  }

  cancelWhenDeserted(): void {
    if (!this.#closed && this.wanted.every(({ owner }) => owner.finished)) this.#controller.abort();
  }

  /** The call is over: who still waits for it, each once, and no longer for this. */
  close(): Ask[] {
    this.#closed = true;
    const asks = [...new Set(this.wanted.map(({ owner }) => owner))].filter(({ finished }) => !finished);
    for (const ask of asks) ask.calls.delete(this);
    return asks;
  }
}
