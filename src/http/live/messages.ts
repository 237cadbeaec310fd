/** The messages of a subscription as they come, and the times at which its client must hear that it is still there. */
import type { Clock } from '../../clock.ts';
import type { LiveMessage, LiveResults } from '../../graphql/server/live-results.ts';

export interface MessagesOptions {
  readonly results: LiveResults;
  readonly clock: Clock;
  /** Infinite: it is never told. */
  readonly heartbeatMs: number;
}

export class Messages {
  readonly #options: MessagesOptions;
  #message: LiveMessage | null = null;
  #isAsked = false;
  #wake: () => void = () => undefined;

  constructor(options: MessagesOptions) {
    this.#options = options;
  }

  /** Resolves to null when nothing has come until the next heartbeat is due. One call at a time. */
  async next(): Promise<LiveMessage | null> {
    if (!this.#isAsked) this.#ask();
    await this.#messageOrHeartbeat();
    const message = this.#message;
    if (message !== null) this.#isAsked = false;
    this.#message = null;
    return message;
  }

  #ask(): void {
    this.#isAsked = true;
    // It never rejects.
    void this.#options.results.next().then((message) => {
      this.#message = message;
      this.#wake();
    });
  }

  /** A subscription may be idle for hours, so that each wait has a promise of its own. */
  #messageOrHeartbeat(): Promise<void> {
    const { clock, heartbeatMs } = this.#options;
    return new Promise((resolve) => {
      const heartbeat =
        heartbeatMs === Number.POSITIVE_INFINITY ? undefined : clock.setTimeout(resolve, heartbeatMs);
      this.#wake = () => {
        clock.clearTimeout(heartbeat);
        resolve();
      };
      if (this.#message !== null) this.#wake();
    });
  }
}
