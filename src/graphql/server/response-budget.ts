/** How much one response may hold. */
import { badInput, GatewayError, OperationTooLarge } from '../../errors.ts';

export interface ResponseLimits {
  /**
   * Documents and visits. A limit of depth alone does not bound them: every list multiplies the lists below it, so that
   * four documents nested eight times are 65,536 nodes.
   */
  readonly nodes: number;
  /** The bytes of all files together, before they are encoded as base64. */
  readonly base64Bytes: number;
}

/** Of lists that no longer fit into the response. Each has an error, so that the client may ask for less. */
const MAX_REFUSED_LISTS = 1000;

/** As many as a response may hold documents: one for each would be the most that is of use. */
const MAX_LOADS = 20_000;

const TOO_MANY_NODES = 'makes a response of too many documents and visits';

export class ResponseBudget {
  /** The largest file, in bytes, that fits while nothing is spent. */
  readonly maxBase64Bytes: number;
  #nodesLeft: number;
  #base64BytesLeft: number;
  #loadsLeft = MAX_LOADS;
  #refusedLists = 0;
  #refusal: OperationTooLarge | null = null;

  constructor({ nodes, base64Bytes }: ResponseLimits) {
    this.maxBase64Bytes = base64Bytes;
    this.#nodesLeft = nodes;
    this.#base64BytesLeft = base64Bytes;
  }

  /**
   * Counts a field that loads documents: a connection, `visits`, or one document. Aliases multiply them, also where all of them
   * ask for the same. @throws OperationTooLarge
   */
  spendLoad(): void {
    this.#loadsLeft -= 1;
    if (this.#loadsLeft >= 0) return;
    throw this.#refuse('has too many fields that load documents');
  }

  /**
   * Takes `count` nodes for a list. @throws BAD_USER_INPUT when the response would hold too many, OperationTooLarge when that is so of
   * too many lists.
   */
  spend(count: number, argument: string): void {
    this.#nodesLeft -= count;
    if (this.#nodesLeft >= 0) return;
    this.#refusedLists += 1;
    if (this.#refusedLists > MAX_REFUSED_LISTS) throw this.#refuse(TOO_MANY_NODES);
    throw badInput(argument, TOO_MANY_NODES);
  }

  /** Takes the bytes of a file. @throws CONTENT_TOO_LARGE when they no longer fit; a smaller file may still fit. */
  spendBase64(bytes: number): void {
    if (bytes > this.#base64BytesLeft) throw new GatewayError('CONTENT_TOO_LARGE');
    this.#base64BytesLeft -= bytes;
  }

  #refuse(problem: string): OperationTooLarge {
    this.#refusal ??= new OperationTooLarge(problem);
    return this.#refusal;
  }
}
