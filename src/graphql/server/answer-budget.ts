/** How much one answer may hold. */
import { GatewayError } from '../../errors.ts';
import { badInput } from '../inputs/bad-input.ts';

export interface AnswerLimits {
  /**
   * Documents and visits. Depth alone does not bound them: a list below each entry of a list multiplies, so that four
   * documents nested eight times are 65,536.
   */
  readonly nodes: number;
  /** Bytes of files, all together, before they become base64. */
  readonly base64Bytes: number;
}

export class AnswerBudget {
  /** Most bytes of one file. */
  readonly mostBase64Bytes: number;
  #nodesLeft: number;
  #base64BytesLeft: number;

  constructor({ nodes, base64Bytes }: AnswerLimits) {
    this.mostBase64Bytes = base64Bytes;
    this.#nodesLeft = nodes;
    this.#base64BytesLeft = base64Bytes;
  }

  /** Takes `count` nodes for a list. @throws BAD_USER_INPUT when the answer would hold too many. */
  spend(count: number, argument: string): void {
    this.#nodesLeft -= count;
    if (this.#nodesLeft < 0) throw badInput(argument, 'makes an answer of too many documents and visits');
  }

  /** Takes the bytes of a file. @throws CONTENT_TOO_LARGE when they do not fit any more; smaller ones still may. */
  spendBase64(bytes: number): void {
    if (bytes > this.#base64BytesLeft) throw new GatewayError('CONTENT_TOO_LARGE');
    this.#base64BytesLeft -= bytes;
  }
}
