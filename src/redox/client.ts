/** The client of Redox's Data Model API: one Media Query to one destination, answered whole or not at all. */
import type { Pool } from 'undici';
import { GatewayError } from '../errors.ts';
import { BytesInFlight } from './bytes-in-flight.ts';
import type { FileTreatment } from './contents.ts';
import { withDeadline } from './deadline.ts';
import { type Answer, exchange } from './exchange.ts';
import { RedoxFault, ruleOfStatus } from './fault.ts';
import { parseJson } from './loose-json.ts';
import type { MediaQuery, MediaReply } from './messages.ts';
import { openPool } from './pool.ts';
import { readLogIds } from './reply.ts';
import { ReplyReader } from './reply-reader.ts';
import { writeMediaQuery } from './request.ts';
import { readRetryAfter } from './retry-after.ts';
import type { Clock, RedoxSettings } from './settings.ts';
import { noteSpentBytes } from './spent-buffers.ts';
import { type Token, type TokenParts, TokenSource, tokenIsLate } from './token.ts';
import { TurnTaking } from './turn.ts';

export interface QueryOptions {
  /** What is done with those that come along; by default they are passed over. */
  readonly files?: FileTreatment | undefined;
  /** Go along with the request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface RedoxClient {
  /**
   * One Media Query to one destination, by its alias; a read, so a caller may repeat it. Within `timeoutMs` it rejects
   * with a RedoxFault, with the signal's own reason once that fires, or, before anything is sent, with a
   * GatewayError INTERNAL_SERVER_ERROR for a query or an alias that the callers above should never have let through.
   */
  query(destination: string, query: MediaQuery, signal: AbortSignal, how?: QueryOptions): Promise<MediaReply>;
  /** Null while there is no token. */
  readonly tokenAgeSeconds: number | null;
  /** Resolves when a token is at hand or can be had, for `/readyz`; else rejects with the RedoxFault in the way. */
  ready(): Promise<void>;
  /** Ends every connection and call at once; let calls finish first. */
  close(): Promise<void>;
}

export type ClientParts = Partial<TokenParts>;

export function createRedoxClient(settings: RedoxSettings, parts: ClientParts = {}): RedoxClient {
  return new MediaClient(settings, { ...parts, clock: parts.clock ?? Date.now });
}

class MediaClient implements RedoxClient {
  readonly #settings: RedoxSettings;
  readonly #clock: Clock;
  readonly #pool: Pool;
  readonly #path: string;
  readonly #tokens: TokenSource;
  readonly #inFlight: BytesInFlight;
  readonly #turns = new TurnTaking();

  constructor(settings: RedoxSettings, parts: TokenParts) {
    const { origin, pathname } = new URL(settings.apiUrl);
    this.#settings = settings;
    this.#clock = parts.clock;
    this.#pool = openPool(origin, settings.concurrency, settings.timeoutMs);
    this.#path = `${pathname.replace(/\/+$/, '')}/endpoint`;
    this.#tokens = new TokenSource(settings, parts);
    this.#inFlight = new BytesInFlight(settings.bytesInFlight, settings.maxResponseBytes);
  }

  async query(
    destination: string,
    query: MediaQuery,
    signal: AbortSignal,
    how: QueryOptions = {},
  ): Promise<MediaReply> {
    const message = this.#write(destination, query);
    const { answer, reader } = await withDeadline(signal, this.#settings.timeoutMs, answerIsLate, (within) =>
      this.#send(message, how, within),
    );
    if (answer.status === 200) return reader.end();
    const { status, errorBody, retryAfter } = answer;
    const { code, ...rule } = ruleOfStatus(status);
    const retryAfterSeconds = status === 429 ? readRetryAfter(retryAfter, this.#clock()) : undefined;
    const logIds = readLogIds(parseJson(errorBody));
    throw new RedoxFault(code, { ...rule, status, logIds, retryAfterSeconds });
  }

  get tokenAgeSeconds(): number | null {
    return this.#tokens.ageSeconds;
  }

  async ready(): Promise<void> {
    await this.#tokens.take(new AbortController().signal);
  }

  async close(): Promise<void> {
    await Promise.all([this.#tokens.close(), this.#pool.destroy()]);
  }

  #write(destination: string, query: MediaQuery): string {
    const { destinations, sourceId, test, facilityCode } = this.#settings;
    const destinationId = destinations.get(destination);
    if (destinationId === undefined) throw new GatewayError('INTERNAL_SERVER_ERROR');
    return writeMediaQuery({ destinationId, sourceId, test, facilityCode, sentAtMs: this.#clock() }, query);
  }

  /** A 401 most likely means an expired token: it is renewed, and the call repeated, once. */
  async #send(message: string, how: QueryOptions, signal: AbortSignal): Promise<Attempt> {
    const token = await withoutSize(this.#tokens.take(signal));
    const attempt = await this.#post(message, how, token, signal);
    if (attempt.answer.status !== 401) return attempt;
    return this.#post(message, how, await withoutSize(this.#tokens.replace(token, signal)), signal);
  }

  async #post(body: string, how: QueryOptions, token: Token, signal: AbortSignal): Promise<Attempt> {
    // No accept-encoding: plain bytes can be counted against the limit, and cannot be a decompression bomb.
    const headers = {
      ...how.headers,
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: `Bearer ${token.value}`,
    };
    const reader = new ReplyReader(how.files ?? 'skip');
    const reception = this.#inFlight.open();
    const take = (chunk: Buffer) => {
      // What a relay holds back is for its taker's sake; what is held here, for the machine's.
      const taken = reader.push(chunk);
      const room = reception.hold(reader.heldBytes);
      const turn = this.#turns.add(chunk.length);
      noteSpentBytes(chunk.length);
      return taken ?? room ?? turn;
    };
    const request = { path: this.#path, headers, body, maxBytes: this.#settings.maxResponseBytes, take };
    try {
      return { answer: await exchange(this.#pool, request, signal), reader };
    } finally {
      reception.close();
    }
  }
}

/** One sending of a message. The reader holds the body of a 200, and nothing of another answer. */
interface Attempt {
  readonly answer: Answer;
  readonly reader: ReplyReader;
}

function answerIsLate(): RedoxFault {
  return new RedoxFault('UPSTREAM_TIMEOUT', { retryable: true, smallerMayPass: true, blame: 'destination' });
}

/** Waiting for a token is the same for any query: the deadline's fault must not suggest a smaller one. */
async function withoutSize(token: Promise<Token>): Promise<Token> {
  return token.catch((error: unknown) => {
    throw error instanceof RedoxFault && error.smallerMayPass ? tokenIsLate() : error;
  });
}
