/** How much one response may hold. */
import { GatewayError } from '../../errors.ts';
import { badInput } from '../inputs/bad-input.ts';

export interface ResponseLimits {
  /**
   * Documents and visits. A limit of depth alone does not bound them: every list multiplies the lists below it, so that
   * four documents nested eight times are 65,536 nodes.
   */
  readonly nodes: number;
  /** The bytes of all files together, before they are encoded as base64. */
  readonly base64Bytes: number;
}

export class ResponseBudget {
  /** The largest file, in bytes, that fits while nothing is spent. */
  readonly maxBase64Bytes: number;
  #nodesLeft: number;
  #base64BytesLeft: number;

  constructor({ nodes, base64Bytes }: ResponseLimits) {
    this.maxBase64Bytes = base64Bytes;
    this.#nodesLeft = nodes;
    this.#base64BytesLeft = base64Bytes;
  }

  /** Takes `count` nodes for a list. @throws BAD_USER_INPUT when the response would hold too many. */
  spend(count: number, argument: string): void {
    this.#nodesLeft -= count;
    if (this.#nodesLeft < 0) throw badInput(argument, 'makes a response of too many documents and visits');
  }

  /** Takes the bytes of a file. @throws CONTENT_TOO_LARGE when they no longer fit; a smaller file may still fit. */
  spendBase64(bytes: number): void {
    if (bytes > this.#base64BytesLeft) throw new GatewayError('CONTENT_TOO_LARGE');
    this.#base64BytesLeft -= bytes;
  }
}
