/** The body of a response that a subscription is sent by. */
import type { Clock, Timer } from '../../clock.ts';
import type { LiveResults } from '../../graphql/server/live-results.ts';
import { maxTransferMs } from '../transfer-time.ts';
import type { Framing } from './framing.ts';
import { Messages } from './messages.ts';

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
  #stalled: Timer | undefined;

  constructor(options: FramesOptions) {
    this.#options = options;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, void> {
    const { framing, results, clock } = this.#options;
    const messages = new Messages({ results, clock, heartbeatMs: framing.heartbeatMs });
    try {
      yield this.#timed(framing.opening);
      for (;;) {
        this.end();
        const message = await messages.next();
        if (message?.kind === 'complete') return yield this.#timed(framing.complete(message.errors));
        yield this.#timed(message === null ? framing.heartbeat : framing.next(message.json));
      }
    } finally {
      results.abort();
    }
  }

  /** The last frame has been taken, or there is no client any more. */
  end(): void {
    this.#options.clock.clearTimeout(this.#stalled);
  }

  /** From when it is handed on to when the next one is asked for: only that is the client's time, never that between events. */
  #timed(frame: string): string {
    const { clock, onStalled } = this.#options;
    this.#stalled = clock.setTimeout(onStalled, maxTransferMs(frame.length));
    return frame;
  }
}
