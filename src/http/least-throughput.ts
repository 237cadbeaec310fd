/**
 * Ends transfers whose peer is too slow: each time that the gateway has waited for the peer for a while, enough bytes must have
 * been transferred.
 */
import type { Clock } from '../clock.ts';

/** Enough for a phone that changes its network. */
const WINDOW_MS = 15_000;

/**
 * 16 kB/s: the slowest connection over which files are sent. A peer that sends a byte at a time would occupy a slot that others
 * wait for.
 */
const MIN_BYTES_OF_WINDOW = 240_000;

export class SlowPeer extends Error {}

/** How long a peer may take to read this many bytes when nothing else is waited for. */
export function maxPeerMs(bytes: number): number {
  return WINDOW_MS * Math.ceil(1 + bytes / MIN_BYTES_OF_WINDOW);
}

/** Time in which the gateway waits for Redox, or for a slot, does not count. */
export class LeastThroughput {
  readonly #clock: Clock;
  readonly #moved: () => number;
  #movedBefore = 0;
  #leftMs = WINDOW_MS;

  /** `moved`: returns how many bytes have been transferred from or to the peer since the beginning. */
  constructor(clock: Clock, moved: () => number) {
    this.#clock = clock;
    this.#moved = moved;
  }

  /** Waits for the peer. Rejects with SlowPeer when too little has been transferred. Only one wait may be pending. */
  wait<T>(work: Promise<T>): Promise<T> {
    const clock = this.#clock;
    let since = clock.now();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const check = () => {
      const moved = this.#moved();
      if (moved - this.#movedBefore < MIN_BYTES_OF_WINDOW) return reject(new SlowPeer());
      this.#movedBefore = moved;
      this.#leftMs = WINDOW_MS;
      since = clock.now();
      timer = clock.setTimeout(check, WINDOW_MS).unref();
    };
    let timer = clock.setTimeout(check, this.#leftMs).unref();
    const end = () => {
      clock.clearTimeout(timer);
      this.#leftMs -= clock.now() - since;
    };
    work.then(
      (value) => {
        end();
        resolve(value);
      },
      (error: unknown) => {
        end();
        reject(error);
      },
    );
    return promise;
  }
}
