/**
 * A subscription whose results are sent by requests to a router (Apollo's HTTP callback protocol, 1.0). A message is sent only
 * after the router has accepted the previous one, so that a slow router delays only its own events.
 */
import type { Clock } from '../../clock.ts';
import { badInput } from '../../errors.ts';
import type { LiveMessage, LiveResults } from '../../graphql/server/live-results.ts';
import { stringifyWellFormed } from '../../well-formed-json.ts';
import type { CallbackClient } from './callback-client.ts';
import { type CallbackRequest, readCallbackRequest } from './callback-request.ts';
import { Messages } from './messages.ts';

/** Some routers end a subscription when its interval has passed, even if a heartbeat arrives only slightly later. */
const EARLY = 0.75;

export interface CallbackOptions {
  readonly client: CallbackClient;
  /** Origins to which callbacks may be sent. */
  readonly origins: readonly string[];
  readonly clock: Clock;
}

export class Callback {
  readonly #options: CallbackOptions;
  readonly #request: CallbackRequest;

  /** `extension`: that of the request. @throws BAD_USER_INPUT before anything is sent. */
  constructor(extension: unknown, options: CallbackOptions) {
    this.#options = options;
    this.#request = readCallbackRequest(extension, options.origins);
  }

  /** Checks with the router that it knows the subscription. @throws BAD_USER_INPUT when it does not. */
  async check(): Promise<void> {
    if (await this.#post('check')) return;
    throw badInput('extensions.subscription.callbackUrl', 'is not where this subscription is awaited');
  }

  /** Resolves when the subscription has ended, on either side. */
  async send(results: LiveResults): Promise<void> {
    const heartbeatMs = EARLY * this.#request.heartbeatMs;
    const messages = new Messages({ results, clock: this.#options.clock, heartbeatMs });
    try {
      for (let isAccepted = true; isAccepted; ) {
        await new Promise<void>((resolve) => messages.whenReady(resolve));
        const message = await messages.next();
        isAccepted = await this.#sendMessage(message);
        if (message?.kind === 'complete') return;
      }
    } finally {
      messages.end();
      results.abort();
    }
  }

  #sendMessage(message: LiveMessage | null): Promise<boolean> {
    if (message === null) return this.#post('check');
    if (message.kind === 'next') return this.#post('next', `,"payload":${message.json}`);
    const { errors } = message;
    return this.#post('complete', errors.length === 0 ? '' : `,"errors":${stringifyWellFormed(errors)}`);
  }

  #post(action: 'check' | 'next' | 'complete', rest = ''): Promise<boolean> {
    const { url, id, verifier } = this.#request;
    const head = stringifyWellFormed({ kind: 'subscription', action, id, verifier }).slice(0, -1);
    return this.#options.client.post(url, `${head}${rest}}`);
  }
}
