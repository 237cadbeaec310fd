/** The body of the response by which a subscription is sent. */
import { Readable } from 'node:stream';
import type { Clock, Timer } from '../../clock.ts';
import type { LiveMessage, LiveResults } from '../../graphql/server/live-results.ts';
import { maxTransferMs } from '../transfer-time.ts';
import type { Framing } from './framing.ts';
import { Messages } from './messages.ts';

/** For each client, besides what its connection buffers. It counts bytes instead of frames, as some frames are long. */
const BUFFERED_BYTES = 16_384;

export interface FramesOptions {
  readonly results: LiveResults;
  readonly framing: Framing;
  readonly clock: Clock;
  /** The client has stopped reading. */
  readonly onStalled: () => void;
}

/** While the client has not read what is buffered, no further event is requested. */
export class Frames extends Readable {
  readonly #options: FramesOptions;
  readonly #messages: Messages;
  #isOpened = false;
  #stalled: Timer | undefined;

  constructor(options: FramesOptions) {
    super({ highWaterMark: BUFFERED_BYTES });
    const { results, framing, clock } = options;
    this.#options = options;
    this.#messages = new Messages({ results, clock, heartbeatMs: framing.heartbeatMs });
  }

  override _read(): void {
    this.end();
    if (this.#isOpened) {
      this.#messages.whenReady(this.#sendNext);
      return;
    }
    this.#isOpened = true;
    this.#pass(this.#options.framing.opening);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#messages.end();
    this.#options.results.abort();
    callback(error);
  }

  /** The last frame has been sent, or the client has disconnected. */
  end(): void {
    this.#options.clock.clearTimeout(this.#stalled);
  }

  readonly #sendNext = (): void => {
    // The client may have disconnected during the wait. `next` never rejects.
    if (!this.destroyed) void this.#messages.next().then(this.#send);
  };

  readonly #send = (message: LiveMessage | null): void => {
    // The client may have disconnected while the message was made.
    if (this.destroyed) return;
    const { framing } = this.#options;
    if (message?.kind === 'complete') {
      this.#messages.end();
      const last = framing.complete(message.errors);
      this.push(last);
      this.push(null);
      this.#awaitClient(last);
      return;
    }
    this.#pass(message === null ? framing.heartbeat : framing.next(message.json));
  };

  /** While there is room for another frame, the client is not waited for. */
  #pass(frame: string): void {
    if (!this.push(frame)) this.#awaitClient(frame);
  }

  /**
   * Measures from when a frame is passed on to when the next one is requested: only this is the client's time, not the time
   * between events.
   */
  #awaitClient(frame: string): void {
    const { clock, onStalled } = this.#options;
    this.#stalled = clock.setTimeout(onStalled, maxTransferMs(frame.length));
  }
}
