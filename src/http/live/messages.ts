/** The messages of a subscription as they come, and the times at which its client must hear that it is still there. */
import type { Clock, Timer } from '../../clock.ts';
import type { LiveMessage, LiveResults } from '../../graphql/server/live-results.ts';

export interface MessagesOptions {
  readonly results: LiveResults;
  readonly clock: Clock;
  /** Infinite: it is never told. */
  readonly heartbeatMs: number;
}

/** Nothing waits for a message. */
const NOTHING = () => {};

/**
 * Thousands of subscriptions wait at a time, and what waits is what minor collections copy: so a wait for an event is no promise, and
 * there is one timer for all waits between two heartbeats.
 */
export class Messages {
  readonly #options: MessagesOptions;
  #message: LiveMessage | null = null;
  /** `asked`: for a message. */
  #results: 'idle' | 'watched' | 'ready' | 'awaited' = 'idle';
  #heartbeatAt: number;
  #timer: Timer | undefined;
  #wake: () => void = NOTHING;

  constructor(options: MessagesOptions) {
    this.#options = options;
    this.#heartbeatAt = options.clock.now() + options.heartbeatMs;
  }

  /** Calls `wake` once, perhaps at once, when there is an event, or a heartbeat is due. The reader calls `next` only then. */
  whenReady(wake: () => void): void {
    if (this.#results === 'idle') {
      this.#results = 'watched';
      this.#options.results.whenReady(this.#onEvent);
    }
    if (this.#results === 'watched' && this.#leftMs > 0) this.#wait(wake);
    else wake();
  }

  /**
   * Resolves to null when a heartbeat is due: also between messages that come without a pause, as some clients take nothing else for
   * one. One call at a time. It never rejects.
   */
  async next(): Promise<LiveMessage | null> {
    if (this.#leftMs <= 0) return this.#beat();
    if (this.#results !== 'awaited') {
      this.#results = 'awaited';
      // It never rejects.
      void this.#options.results.next().then(this.#onMessage);
    }
    if (this.#message === null) await new Promise<void>((resolve) => this.#wait(resolve));
    return this.#message === null ? this.#beat() : this.#take(this.#message);
  }

  /** No more is asked for: no timer is left. */
  end(): void {
    this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  get #leftMs(): number {
    return this.#heartbeatAt - this.#options.clock.now();
  }

  #wait(wake: () => void): void {
    const ms = this.#leftMs;
    if (ms !== Number.POSITIVE_INFINITY) this.#timer ??= this.#options.clock.setTimeout(this.#onTimer, ms);
    this.#wake = wake;
  }

  #wakeReader(): void {
    const wake = this.#wake;
    this.#wake = NOTHING;
    wake();
  }

  readonly #onEvent = (): void => {
    if (this.#results !== 'watched') return;
    this.#results = 'ready';
    this.#wakeReader();
  };

  readonly #onMessage = (message: LiveMessage): void => {
    this.#message = message;
    this.#wakeReader();
  };

  /** A timer may be a little early. */
  readonly #onTimer = (): void => {
    this.#timer = undefined;
    this.#heartbeatAt = this.#options.clock.now();
    this.#wakeReader();
  };

  #beat(): null {
    const { clock, heartbeatMs } = this.#options;
    this.end();
    this.#heartbeatAt = clock.now() + heartbeatMs;
    return null;
  }

  #take(message: LiveMessage): LiveMessage {
    this.#results = 'idle';
    this.#message = null;
    return message;
  }
}
