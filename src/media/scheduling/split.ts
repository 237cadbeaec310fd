/** A refused call that goes on in parts: tells refusals for length from those that one culprit causes. */

import type { Box, Dimension } from '../model/box.ts';
import { LIMITED } from '../planning/plan.ts';

type LimitedDimension = (typeof LIMITED)[number];
type OnTooLong = (dimension: LimitedDimension, length: number, longestPart: number) => void;

export class Split {
  readonly #dimension: Dimension;
  readonly #length: number;
  readonly #parent: Split | null;
  readonly #onTooLong: OnTooLong;
  #open = 2;
  #spoiled = false;
  #longestPart = 0;

  /** `onTooLong` hears of a list that was refused while all of its parts were answered: it was its length. */
  constructor(refused: Box, dimension: Dimension, parent: Split | null, onTooLong: OnTooLong) {
    const values = refused[dimension];
    this.#dimension = dimension;
    this.#length = values === 'all' ? 0 : values.size;
    this.#parent = parent;
    this.#onTooLong = onTooLong;
  }

  /** One half was answered. */
  passed(box: Box): void {
    const values = box[this.#dimension];
    this.#close(false, values === 'all' ? 0 : values.size);
  }

  /** One half failed for good, or nobody wants it any more: nothing can be told of the length. */
  failed(): void {
    this.#close(true, 0);
  }

  #close(spoiled: boolean, longestPart: number): void {
    this.#spoiled ||= spoiled;
    this.#longestPart = Math.max(this.#longestPart, longestPart);
    this.#open -= 1;
    if (this.#open > 0) return;
    const limited = LIMITED.find((one) => one === this.#dimension);
    if (!this.#spoiled && limited) this.#onTooLong(limited, this.#length, this.#longestPart);
    if (this.#parent) this.#parent.#close(this.#spoiled, this.#longestPart);
  }
}
