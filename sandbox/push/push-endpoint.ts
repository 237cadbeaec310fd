/** Posts to a subscriber as Redox does: verifies it first, and repeats without end what does not get a 200. */
import { randomUUID } from 'node:crypto';
import type { PushingParts, Subscriber } from './subscriber.ts';

/** Redox publishes no time for this; a synchronous request through all its systems may take this long (120 s). */
const ATTEMPT_TIMEOUT_MS = 120_000;
/** Redox repeats after seconds, and in the end once every one to two minutes. */
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 90_000;

/** Resolves to the reason of a failure; null: it was accepted. Rejects when there was no response. */
type Attempt = (signal: AbortSignal) => Promise<string | null>;

export class PushEndpoint {
  readonly #subscriber: Subscriber;
  readonly #parts: PushingParts;
  readonly #ended = new AbortController();
  readonly #verified: Promise<boolean>;

  /** The verification begins at once, as at Redox when the endpoint is saved. */
  constructor(subscriber: Subscriber, parts: PushingParts) {
    this.#subscriber = subscriber;
    this.#parts = parts;
    this.#verified = this.#verify();
  }

  /**
   * `write` creates the message again for each attempt. Resolves to true when it was accepted, to false when pushing has ended.
   */
  async deliver(write: () => string): Promise<boolean> {
    if (!(await this.#verified)) return false;
    return this.#repeat('an event', async (signal) => {
      const { status } = await this.#post(write(), signal);
      return status === 200 ? null : `answered ${status}`;
    });
  }

  /** Nothing is sent afterwards, and a request in flight is aborted. */
  end(): void {
    this.#ended.abort();
  }

  async #verify(): Promise<boolean> {
    const { url, verificationToken } = this.#subscriber;
    const isVerified = await this.#repeat('the verification', async (signal) => {
      const challenge = randomUUID();
      const question = JSON.stringify({ 'verification-token': verificationToken, challenge });
      const { status, body } = await this.#post(question, signal);
      if (status !== 200) return `answered ${status}`;
      return body.includes(challenge) ? null : 'answered without the challenge';
    });
    if (isVerified) this.#parts.report(`${url} is verified: events are pushed to it.`);
    return isVerified;
  }

  async #post(message: string, signal: AbortSignal): Promise<{ status: number; body: string }> {
    const response = await fetch(this.#subscriber.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'application-name': 'RedoxEngine',
        'verification-token': this.#subscriber.verificationToken,
      },
      body: message,
      // A URL that was not verified receives nothing.
      redirect: 'manual',
      signal,
    });
    return { status: response.status, body: await response.text() };
  }

  async #repeat(what: string, attempt: Attempt): Promise<boolean> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS)) {
      const fault = await this.#tryOnce(attempt);
      if (fault === null) return true;
      if (this.#ended.signal.aborted) return false;
      const next = `the next attempt is in ${pauseMs / 1000} s`;
      this.#parts.report(`${this.#subscriber.url} ${fault} to ${what}; ${next}.`);
      await this.#parts.wait(pauseMs, this.#ended.signal);
      if (this.#ended.signal.aborted) return false;
    }
  }

  async #tryOnce(attempt: Attempt): Promise<string | null> {
    const settled = new AbortController();
    const late = new AbortController();
    void this.#parts.wait(ATTEMPT_TIMEOUT_MS, settled.signal).then(() => late.abort());
    try {
      return await attempt(AbortSignal.any([this.#ended.signal, late.signal]));
    } catch {
      return 'did not answer';
    } finally {
      settled.abort();
    }
  }
}
