/**
 * How many documents and visits one answer may hold. Depth alone does not bound it: a list below each entry of a list
 * multiplies, so that four documents nested eight times are 65,536.
 */
import { badInput } from './bad-input.ts';

export class AnswerBudget {
  #left: number;

  constructor(mostNodes: number) {
    this.#left = mostNodes;
  }

  /** Takes `count` nodes for a list. @throws BAD_USER_INPUT when the answer would hold too many. */
  spend(count: number, argument: string): void {
    this.#left -= count;
    if (this.#left < 0) throw badInput(argument, 'makes an answer of too many documents and visits');
  }
}
