/**
 * Limits how many needs one operation may have: each is planned, matched and recorded separately, however few calls answer them.
 */
import { OperationTooLarge } from '../errors.ts';
import { type Box, breadthOf } from './model/box.ts';
import { BoxIndex } from './model/box-index.ts';

export class NeedBudget {
  #left: number;
  /**
   * Batches whose needs are only known not to exceed `#maxUncounted` in total: the needs of small operations are never counted.
   */
  #uncounted: (readonly Box[])[] = [];
  #maxUncounted = 0;
  #refusal: OperationTooLarge | null = null;

  constructor(maxNeeds: number) {
    this.#left = maxNeeds;
  }

  /** Whether this many further needs are within the limit, whatever they contain. */
  holds(count: number): boolean {
    return this.#refusal === null && this.#maxUncounted + count <= this.#left;
  }

  /** @throws OperationTooLarge once the limit has been exceeded. */
  check(): void {
    if (this.#refusal !== null) throw this.#refusal;
  }

  /**
   * Counts the boxes that no other one of them contains. All are of one destination, and none has been loaded already. It stops
   * at the first box above the limit. @throws OperationTooLarge
   */
  spend(boxes: readonly Box[]): void {
    this.check();
    this.#uncounted.push(boxes);
    this.#maxUncounted += boxes.length;
    if (this.#maxUncounted <= this.#left) return;
    for (const batch of this.#uncounted) this.#left -= this.#count(batch);
    this.#uncounted = [];
    this.#maxUncounted = 0;
    if (this.#left >= 0) return;
    this.#refusal = new OperationTooLarge('asks for too many different lists of documents');
    throw this.#refusal;
  }

  #count(boxes: readonly Box[]): number {
    if (boxes.length === 1) return 1;
    const index = new BoxIndex<true>();
    let count = 0;
    for (const box of broadestFirst(boxes)) {
      if (index.containersOf(box).next().done !== true) continue;
      index.add(box, true);
      count += 1;
      if (count > this.#left) break;
    }
    return count;
  }
}

/** Sorted so that no box precedes one that contains it. */
function broadestFirst(boxes: readonly Box[]): readonly Box[] {
  return boxes
    .map((box) => ({ box, breadth: breadthOf(box) }))
    .sort((a, b) => b.breadth - a.breadth)
    .map(({ box }) => box);
}
