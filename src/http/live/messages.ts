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
  #heartbeatAt: number;
  #wake: () => void = () => undefined;

  constructor(options: MessagesOptions) {
    this.#options = options;
    this.#heartbeatAt = options.clock.now() + options.heartbeatMs;
  }

  /**
   * Resolves to null when a heartbeat is due: also between messages that come without a pause, as some clients take nothing else for
   * one. One call at a time.
   */
  async next(): Promise<LiveMessage | null> {
    const { clock, heartbeatMs } = this.#options;
    if (!this.#isAsked) this.#ask();
    const leftMs = this.#heartbeatAt - clock.now();
    if (leftMs > 0) await this.#messageOrTime(leftMs);
    const message = leftMs > 0 ? this.#message : null;
    if (message === null) {
      this.#heartbeatAt = clock.now() + heartbeatMs;
      return null;
    }
    this.#isAsked = false;
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
  #messageOrTime(ms: number): Promise<void> {
    const { clock } = this.#options;
    return new Promise((resolve) => {
      const timer = ms === Number.POSITIVE_INFINITY ? undefined : clock.setTimeout(resolve, ms);
      this.#wake = () => {
        clock.clearTimeout(timer);
        resolve();
      };
      if (this.#message !== null) this.#wake();
    });
  }
}
