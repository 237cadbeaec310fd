/** The messages of a subscription as they come, and the times at which its client must receive a heartbeat. */
import type { Clock, Timer } from '../../clock.ts';
import type { LiveMessage, LiveResults } from '../../graphql/server/live-results.ts';

export interface MessagesOptions {
  readonly results: LiveResults;
  readonly clock: Clock;
  /** Infinite: no heartbeats. */
  readonly heartbeatMs: number;
}

/** No reader waits for a message. */
const NOTHING = () => {};

/**
 * Thousands of subscriptions wait at the same time, and every waiting object is copied by minor collections. So waiting for an
 * event needs no promise, and there is one timer for all waits between two heartbeats.
 */
export class Messages {
  readonly #options: MessagesOptions;
  #message: LiveMessage | null = null;
  /** `awaited`: a message has been requested. */
  #results: 'idle' | 'watched' | 'ready' | 'awaited' = 'idle';
  #heartbeatAt: number;
  #timer: Timer | undefined;
  #wake: () => void = NOTHING;

  constructor(options: MessagesOptions) {
    this.#options = options;
    this.#heartbeatAt = options.clock.now() + options.heartbeatMs;
  }

  /** Calls `wake` once, perhaps at once, when there is an event, or a heartbeat is due. Only then does the reader call `next`. */
  whenReady(wake: () => void): void {
    if (this.#results === 'idle') {
      this.#results = 'watched';
      this.#options.results.whenReady(this.#onEvent);
    }
    if (this.#results === 'watched' && this.#leftMs > 0) this.#wait(wake);
    else wake();
  }

  /**
   * Resolves to null when a heartbeat is due, also between messages that come without a pause, as some clients accept nothing
   * else as a heartbeat. Only one call may be pending. It never rejects.
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

  /** Nothing more is requested: no timer stays. */
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
