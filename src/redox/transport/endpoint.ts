/** `POST {apiUrl}/endpoint`, where every message goes: with a token, under a time limit, and once more after a 401. */

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
import { type Answer, exchange, type TakeChunk } from './exchange.ts';
import { openPool } from './pool.ts';
import type { QuotaWindow } from './quota-window.ts';
import { readPauses } from './retry-after.ts';

/** What takes the body of a 200. */
export interface Reception {
  readonly take: TakeChunk;
  /** The sending is over, whatever came of it. */
  end(): void;
}

/** What received the body of a 200, and the trace id of that answer. */
export interface Received<T> {
  readonly reception: T;
  readonly traceId: string | null;
}

export interface SendOptions {
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Hears when a message may have reached Redox. */
  readonly onSent?: () => void;
  /** How many log ids of a refusal are kept; by default, those of a query. */
  readonly maxLogIds?: number;
}

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
    this.#pool = openPool(origin, settings.concurrency, settings.timeoutMs);
    this.#path = `${pathname.replace(/\/+$/, '')}/endpoint`;
  }

  /**
   * @throws GatewayError INTERNAL_SERVER_ERROR for what the callers above should never have let through: an unknown alias,
   * or destinations that want different facility codes, of which a message holds one.
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
   * What received the body of a 200; `receive` starts anew for each sending. A 401 most likely means an expired token:
   * it is renewed, and the message sent again, once. Rejects with a RedoxError for any other answer.
   */
  async send<T extends Reception>(
    message: string,
    receive: () => T,
    options: SendOptions,
    signal: AbortSignal,
  ): Promise<Received<T>> {
    const token = await withoutSize(this.#tokens.take(signal));
    let { answer, reception } = await this.#post(message, receive(), token, options, signal);
    if (answer.status === 401) {
      const next = await withoutSize(this.#tokens.replace(token, signal));
      ({ answer, reception } = await this.#post(message, receive(), next, options, signal));
    }
    if (answer.status === 200) return { reception, traceId: answer.traceId };
    throw this.#faultOf(answer, options.maxLogIds);
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  async #post<T extends Reception>(
    body: string,
    reception: T,
    token: Token,
    { headers, onSent }: SendOptions,
    signal: AbortSignal,
  ): Promise<{ readonly answer: Answer; readonly reception: T }> {
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
      take: reception.take,
      ...(onSent && { onSent }),
    };
    this.#quota.noteRequest();
    try {
      return { answer: await exchange(this.#pool, request, signal), reception };
    } finally {
      reception.end();
    }
  }

  #faultOf(answer: Answer, maxLogIds?: number): RedoxError {
    const { status, errorBody, traceId } = answer;
    const { code, ...rule } = ruleOfStatus(status);
    const pauses = readPauses(answer, this.#quota, this.#clock.wallTime());
    const message = parseJson(errorBody);
    const splittable = rule.splittable && !(status === 400 && concernsMessage(message));
    const logIds = readLogIds(message, maxLogIds);
    return new RedoxError(code, { ...rule, splittable, status, logIds, traceId, ...pauses });
  }
}

/** Waiting for a token is the same for any message: the deadline's fault must not suggest a smaller one. */
export async function withoutSize(token: Promise<Token>): Promise<Token> {
  return token.catch((error: unknown) => {
    throw error instanceof RedoxError && error.splittable ? tokenIsLate() : error;
  });
}
