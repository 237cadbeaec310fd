/**
 * Sends callback requests to routers: one POST, within limits of time and size. It follows no redirects, as is undici's default.
 */
import { Agent } from 'undici';
import type { Clock } from '../../clock.ts';

/** A router accepts the request and responds without a body; a subscription whose router takes longer ends. */
const MAX_CALL_MS = 10_000;
/** The body of a router's response is not used. */
const MAX_ANSWER_BYTES = 16_384;
/** For each origin; further calls wait for a connection within their time. */
const MAX_CONNECTIONS = 32;

/** The headers of this version of the protocol. */
export const CALLBACK_HEADERS = { 'subscription-protocol': 'callback/1.0' } as const;

export class CallbackClient {
  readonly #clock: Clock;
  readonly #agent = new Agent({
    connections: MAX_CONNECTIONS,
    connect: { timeout: MAX_CALL_MS },
    headersTimeout: MAX_CALL_MS,
    bodyTimeout: MAX_CALL_MS,
    maxResponseSize: MAX_ANSWER_BYTES,
  });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves to whether the router accepted the message: by the protocol, any failure ends the subscription. */
  async post(url: URL, body: string): Promise<boolean> {
    const controller = new AbortController();
    const timer = this.#clock.setTimeout(() => controller.abort(), MAX_CALL_MS);
    try {
      const { statusCode, body: answer } = await this.#agent.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: 'POST',
        headers: { ...CALLBACK_HEADERS, 'content-type': 'application/json' },
        body,
        signal: controller.signal,
      });
      await answer.dump({ limit: MAX_ANSWER_BYTES, signal: controller.signal });
      return statusCode >= 200 && statusCode < 300;
    } catch {
      return false;
    } finally {
      this.#clock.clearTimeout(timer);
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}
