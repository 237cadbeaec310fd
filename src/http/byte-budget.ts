/** Bytes of requests that are held at once: bounded for the process, and for each caller, so that no caller takes all of them. */
import { GatewayError } from '../errors.ts';

export interface ByteBounds {
  readonly processBytes: number;
  readonly callerBytes: number;
}

/** Bodies arrive, or are given up, within seconds. */
const RETRY_AFTER_SECONDS = 1;

export class ByteBudget {
  readonly #bounds: ByteBounds;
  #held = 0;
  readonly #heldBy = new Map<string, number>();

  constructor(bounds: ByteBounds) {
    this.#bounds = bounds;
  }

  /** What one request holds; nothing at first. `caller`: the same text for the same caller. */
  share(caller: string): ByteShare {
    let held = 0;
    return {
      growTo: (bytes) => {
        this.#take(caller, bytes - held);
        held = bytes;
      },
      release: () => {
        this.#giveBack(caller, held);
        held = 0;
      },
    };
  }

  #take(caller: string, bytes: number): void {
    const heldBy = (this.#heldBy.get(caller) ?? 0) + bytes;
    const fits = heldBy <= this.#bounds.callerBytes && this.#held + bytes <= this.#bounds.processBytes;
    if (!fits) throw new GatewayError('OVERLOADED', { retryAfterSeconds: RETRY_AFTER_SECONDS });
    this.#held += bytes;
    this.#heldBy.set(caller, heldBy);
  }

  #giveBack(caller: string, bytes: number): void {
    this.#held -= bytes;
    const left = (this.#heldBy.get(caller) ?? 0) - bytes;
    if (left > 0) this.#heldBy.set(caller, left);
    else this.#heldBy.delete(caller);
  }
}

export interface ByteShare {
  /** @throws OVERLOADED when the process, or the caller, would hold too much; the share then stays as it is. */
  growTo(bytes: number): void;
  /** May be called more than once. */
  release(): void;
}
