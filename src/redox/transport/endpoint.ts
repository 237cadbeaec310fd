/** `POST {apiUrl}/endpoint`: sends every message with a token and within a time limit, and repeats it once after a 401. */

import type { Pool } from 'undici';
import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import { type TokenSource, tokenIsLate } from '../auth/token.ts';
import type { Token } from '../auth/token-store.ts';
import { RedoxError, ruleOfStatus } from '../redox-error.ts';
import type { RedoxSettings } from '../settings.ts';
import { parseJson } from '../wire/loose-json.ts';
import { concernsMessage, readLogIds } from '../wire/reply.ts';
import type { MessageMeta } from '../wire/request.ts';
import { exchange, type RedoxResponse, type TakeChunk } from './exchange.ts';
import { openPool } from './pool.ts';
import type { QuotaWindow } from './quota-window.ts';
import { readPauses } from './retry-after.ts';

/** Receives the body of a 200. */
export interface BodyReceiver {
  readonly take: TakeChunk;
  /** Called when the call is over, whatever its result. */
  end(): void;
}

/** The receiver of a 200's body, and the trace id of the response. */
export interface Received<T> {
  readonly receiver: T;
  readonly traceId: string | null;
}

export interface SendOptions {
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Called when the message may have reached Redox. */
  readonly onSent?: () => void;
  /** The maximum number of log ids of an error response that are kept; by default as many as for a query. */
  readonly maxLogIds?: number;
}

/**
 * Calls that take far too long are counted separately, up to the same number, and their connections must not block the others.
 */
const CALLS_PER_SLOT = 2;
/** More than are in flight at the same time for destinations that do not respond. */
const PROBES = 8;

export class Endpoint {
  readonly #settings: RedoxSettings;
  readonly #clock: Clock;
  readonly #pool: Pool;
  readonly #path: string;
  readonly #tokens: TokenSource;

  readonly #quota: QuotaWindow;

  constructor(settings: RedoxSettings, tokens: TokenSource, quota: QuotaWindow, clock: Clock) {
    const { origin, pathname } = new URL(settings.apiUrl);
    this.#quota = quota;
    this.#settings = settings;
    this.#clock = clock;
    this.#tokens = tokens;
    const connections = CALLS_PER_SLOT * settings.concurrency + PROBES;
    this.#pool = openPool(origin, connections, settings.timeoutMs);
    this.#path = `${pathname.replace(/\/+$/, '')}/endpoint`;
  }

  /**
   * @throws GatewayError INTERNAL_SERVER_ERROR for what the layers above should have refused: an unknown alias, or destinations
   * with different facility codes, as a message has only one.
   */
  metaFor(aliases: readonly string[]): MessageMeta {
    const { destinations, sourceId, test, facilityCodes } = this.#settings;
    const destinationIds = aliases.map((alias) => {
      const id = destinations.get(alias);
      if (id === undefined) throw new GatewayError('INTERNAL_SERVER_ERROR');
      return id;
    });
    const [facilityCode, ...others] = new Set(aliases.map((alias) => facilityCodes.get(alias)));
    if (others.length > 0) throw new GatewayError('INTERNAL_SERVER_ERROR');
    return { destinationIds, sourceId, test, facilityCode, sentAtMs: this.#clock.wallTime() };
  }

  /**
   * Resolves to the receiver of a 200's body; `receive` creates one for each attempt. A 401 most likely means that the token has
   * expired: it is renewed, and the message is sent once more. Rejects with a RedoxError for any other response.
   */
  async send<T extends BodyReceiver>(
    message: string,
    receive: () => T,
    options: SendOptions,
    signal: AbortSignal,
  ): Promise<Received<T>> {
    const token = await withoutSize(this.#tokens.take(signal));
    let { response, receiver } = await this.#post(message, receive(), token, options, signal);
    if (response.status === 401) {
      const next = await withoutSize(this.#tokens.replace(token, signal));
      ({ response, receiver } = await this.#post(message, receive(), next, options, signal));
    }
    if (response.status === 200) return { receiver, traceId: response.traceId };
    throw this.#errorOf(response, options.maxLogIds);
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  async #post<T extends BodyReceiver>(
    body: string,
    receiver: T,
    token: Token,
    { headers, onSent }: SendOptions,
    signal: AbortSignal,
  ): Promise<{ readonly response: RedoxResponse; readonly receiver: T }> {
    const request = {
      path: this.#path,
      headers: {
        ...headers,
        'content-type': 'application/json',
        accept: 'application/json',
        authorization: `Bearer ${token.value}`,
      },
      body,
      maxBytes: this.#settings.maxResponseBytes,
      take: receiver.take,
      ...(onSent && { onSent }),
    };
    this.#quota.noteRequest();
    try {
      return { response: await exchange(this.#pool, request, signal), receiver };
    } finally {
      receiver.end();
    }
  }

  #errorOf(response: RedoxResponse, maxLogIds?: number): RedoxError {
    const { status, errorBody, traceId } = response;
    const { code, ...rule } = ruleOfStatus(status);
    const pauses = readPauses(response, this.#quota, this.#clock.wallTime());
    const message = parseJson(errorBody);
    const splittable = rule.splittable && !(status === 400 && concernsMessage(message));
    const logIds = readLogIds(message, maxLogIds);
    // It may be about this one query, but most are not: one that passes when it is sent again says nothing.
    const splittableOnRepeat = status === 500;
    return new RedoxError(code, {
      ...rule,
      splittable,
      splittableOnRepeat,
      status,
      logIds,
      traceId,
      ...pauses,
    });
  }
}

/** A smaller message would wait just as long for a token, so an error of that wait must not suggest splitting the message. */
export async function withoutSize(token: Promise<Token>): Promise<Token> {
  return token.catch((error: unknown) => {
    throw error instanceof RedoxError && error.splittable ? tokenIsLate() : error;
  });
}
