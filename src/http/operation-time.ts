/**
 * How long an operation may take: until its deadline; for a subscription, as long as its client is connected and its token is
 * valid.
 */
import type { FastifyReply } from 'fastify';
import type { Clock, Timer } from '../clock.ts';
import { GatewayError } from '../errors.ts';

/** Timers hold at most 24 days, and a machine that slept fires them late, so the expiry is checked again at this interval. */
const MAX_TIMER_MS = 3_600_000;

export class OperationTime {
  readonly #clock: Clock;
  readonly #controller = new AbortController();
  #timer: Timer | undefined;
  #outlivesResponse = false;

  constructor({ raw }: FastifyReply, clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timer = clock.setTimeout(() => this.#abort(new GatewayError('UPSTREAM_TIMEOUT')), timeoutMs);
    const closed = () => {
      // The response was sent completely, so nothing of the operation is still open.
      if (!raw.writableFinished) this.#abort(new GatewayError('UPSTREAM_UNAVAILABLE'));
      else if (!this.#outlivesResponse) this.end();
    };
    // `close` is emitted after the last byte of a response, and also when a client disconnects before it.
    if (raw.closed) closed();
    else raw.once('close', closed);
  }

  /** Fires at the deadline, and when the client disconnects. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** For a subscription: its deadline no longer applies; instead it ends when the token expires, in milliseconds since 1970. */
  lastUntil(expiresAt: number): void {
    this.#clock.clearTimeout(this.#timer);
    if (this.signal.aborted || expiresAt === Number.POSITIVE_INFINITY) return;
    const left = expiresAt - this.#clock.wallTime();
    if (left <= 0) this.#abort(new GatewayError('UNAUTHENTICATED'));
    else this.#timer = this.#clock.setTimeout(() => this.lastUntil(expiresAt), Math.min(left, MAX_TIMER_MS));
  }

  /**
   * For a subscription whose results are sent by other requests: it goes on after its response has been sent, until `end` is
   * called.
   */
  outliveResponse(): void {
    this.#outlivesResponse = true;
  }

  end(): void {
    this.#clock.clearTimeout(this.#timer);
  }

  #abort(reason: GatewayError): void {
    this.#clock.clearTimeout(this.#timer);
    this.#controller.abort(reason);
  }
}
