/** A failed call that goes on in halves: tells failures for its length from those that one value of the list causes. */

import type { Box, Dimension } from '../model/box.ts';
import { LIMITED } from '../planning/plan.ts';

type LimitedDimension = (typeof LIMITED)[number];

/** Hears of a list that was rejected while all of its pieces were answered: its length was the reason. */
export type OnTooLong = (dimension: LimitedDimension, length: number, longestPiece: number) => void;

export class Halving {
  readonly #dimension: Dimension;
  readonly #length: number;
  readonly #parent: Halving | null;
  readonly #onTooLong: OnTooLong;
  #openHalves = 2;
  #hasFailed = false;
  #longestPiece = 0;

  /** `parent`: where the call that failed is itself a half. */
  constructor(
    { dimension, length }: { readonly dimension: Dimension; readonly length: number },
    parent: Halving | null,
    onTooLong: OnTooLong,
  ) {
    this.#dimension = dimension;
    this.#length = length;
    this.#parent = parent;
    this.#onTooLong = onTooLong;
  }

  /** One half was answered. */
  recordSuccess(box: Box): void {
    const values = box[this.#dimension];
    this.#close(false, values === 'all' ? 0 : values.size);
  }

  /** One half failed for good, or is no longer wanted: nothing can be concluded about the length. */
  recordFailure(): void {
    this.#close(true, 0);
  }

  #close(hasFailed: boolean, longestPiece: number): void {
    this.#hasFailed ||= hasFailed;
    this.#longestPiece = Math.max(this.#longestPiece, longestPiece);
    this.#openHalves -= 1;
    if (this.#openHalves > 0) return;
    const limited = LIMITED.find((one) => one === this.#dimension);
    if (!this.#hasFailed && limited) this.#onTooLong(limited, this.#length, this.#longestPiece);
    if (this.#parent) this.#parent.#close(this.#hasFailed, this.#longestPiece);
  }
}
