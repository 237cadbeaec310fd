/** The body of a response that a subscription is sent by. */
import type { Clock, Timer } from '../../clock.ts';
import type { LiveMessage, LiveResults } from '../../graphql/server/live-results.ts';
import { maxTransferMs } from '../transfer-time.ts';
import type { Framing } from './framing.ts';

export interface FramesOptions {
  readonly results: LiveResults;
  readonly framing: Framing;
  readonly clock: Clock;
  /** The client has stopped reading. */
  readonly onStalled: () => void;
}

/** What is yielded waits for the client, and meanwhile no event is asked for. */
export class Frames {
  readonly #options: FramesOptions;
  #message: LiveMessage | null = null;
  #wake: () => void = () => undefined;
  #stalled: Timer | undefined;

  constructor(options: FramesOptions) {
    this.#options = options;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, void> {
    const { framing, results } = this.#options;
    try {
      yield this.#timed(framing.opening);
      this.#ask();
      for (;;) {
        await this.#messageOrHeartbeat();
        const message = this.#message;
        if (message?.kind === 'complete') return yield this.#timed(framing.complete(message.errors));
        yield this.#timed(message === null ? framing.heartbeat : framing.next(message.json));
        if (message !== null) this.#ask();
      }
    } finally {
      results.abort();
    }
  }

  /** The last frame has been read, or nobody reads it any more. */
  end(): void {
    this.#options.clock.clearTimeout(this.#stalled);
  }

  #ask(): void {
    this.#message = null;
    // It never rejects.
    void this.#options.results.next().then((message) => {
      this.#message = message;
      this.#wake();
    });
  }

  /** A subscription may be idle for hours, so that each wait has a promise of its own. */
  #messageOrHeartbeat(): Promise<void> {
    const { clock, framing } = this.#options;
    clock.clearTimeout(this.#stalled);
    if (this.#message !== null) return Promise.resolve();
    return new Promise((resolve) => {
      const heartbeat = clock.setTimeout(resolve, framing.heartbeatMs);
      this.#wake = () => {
        clock.clearTimeout(heartbeat);
        resolve();
      };
    });
  }

  /** From when it is handed on to when the next one is asked for: only then the client's time counts, never that between events. */
  #timed(frame: string): string {
    const { clock, onStalled } = this.#options;
    clock.clearTimeout(this.#stalled);
    this.#stalled = clock.setTimeout(onStalled, maxTransferMs(frame.length));
    return frame;
  }
}
