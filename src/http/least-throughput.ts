/** Ends transfers whose peer is too slow: each time that the gateway has waited for it so long, enough must have moved. */
import type { Clock } from '../clock.ts';

/** A telephone that changes its network is back by then. */
const WINDOW_MS = 15_000;

/** 16 kB/s: the poorest line that files are sent by. What drips, a byte at a time, holds a slot that others wait for. */
const MIN_BYTES_OF_WINDOW = 240_000;

export class SlowPeer extends Error {}

/** How long this many bytes may take to be read once nothing else is awaited. */
export function maxPeerMs(bytes: number): number {
  return WINDOW_MS * Math.ceil(1 + bytes / MIN_BYTES_OF_WINDOW);
}

/** Time in which Redox is awaited, or a slot, is not the peer's. */
export class LeastThroughput {
  readonly #clock: Clock;
  readonly #moved: () => number;
  #movedBefore = 0;
  #leftMs = WINDOW_MS;

  /** `moved`: how many bytes have gone from the peer, or to it, since the beginning. */
  constructor(clock: Clock, moved: () => number) {
    this.#clock = clock;
    this.#moved = moved;
  }

  /** Waits for the peer. Rejects with SlowPeer when it has moved too little. One wait at a time. */
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
