/** Limits how much one response may contain. */
import { badInput, GatewayError, OperationTooLarge } from '../../errors.ts';

export interface ResponseLimits {
  /**
   * Documents and visits. A depth limit alone does not bound them: every list multiplies the lists below it, so that four
   * documents nested eight times are 65,536 nodes.
   */
  readonly nodes: number;
  /** The bytes of all files together, before they are encoded as base64. */
  readonly base64Bytes: number;
}

/** The number of lists that may exceed the response's limit. Each of them gets an error, so that the client can request less. */
const MAX_REFUSED_LISTS = 1000;

/** As many as a response may contain documents: one load for each is the most that is of use. */
const MAX_LOADS = 20_000;

const TOO_MANY_NODES = 'makes a response of too many documents and visits';

export class ResponseBudget {
  /** The largest file, in bytes, that fits while nothing has been spent. */
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
   * Counts a field that loads documents: a connection, `visits`, or one document. Aliases multiply such fields, even if all of
   * them request the same. @throws OperationTooLarge
   */
  spendLoad(): void {
    this.#loadsLeft -= 1;
    if (this.#loadsLeft >= 0) return;
    throw this.#refuse('has too many fields that load documents');
  }

  /**
   * Reserves `count` nodes for a list. @throws BAD_USER_INPUT when the response would contain too many, OperationTooLarge when
   * this has happened for too many lists.
   */
  spend(count: number, argument: string): void {
    this.#nodesLeft -= count;
    if (this.#nodesLeft >= 0) return;
    this.#refusedLists += 1;
    if (this.#refusedLists > MAX_REFUSED_LISTS) throw this.#refuse(TOO_MANY_NODES);
    throw badInput(argument, TOO_MANY_NODES);
  }

  /** Reserves the bytes of a file. @throws CONTENT_TOO_LARGE when they no longer fit; a smaller file may still fit. */
  spendBase64(bytes: number): void {
    if (bytes > this.#base64BytesLeft) throw new GatewayError('CONTENT_TOO_LARGE');
    this.#base64BytesLeft -= bytes;
  }

  #refuse(problem: string): OperationTooLarge {
    this.#refusal ??= new OperationTooLarge(problem);
    return this.#refusal;
  }
}
