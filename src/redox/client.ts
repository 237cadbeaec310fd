/** The client of Redox's Data Model API: one Media Query to one destination, answered whole or not at all; and writes. */

import type { Pool } from 'undici';
import type { Clock } from '../clock.ts';
import { type TokenParts, TokenSource } from './auth/token.ts';
import type { MediaQuery, MediaReply, WriteReceipt } from './messages.ts';
import { RedoxError, withTraceId } from './redox-error.ts';
import { reclaimSpentBytes } from './reply/buffer-reclaim.ts';
import { BytesInFlight } from './reply/bytes-in-flight.ts';
import type { FileTreatment } from './reply/contents.ts';
import { EventLoopYield } from './reply/event-loop-yield.ts';
import { ReplyReader } from './reply/reply-reader.ts';
import type { RedoxSettings } from './settings.ts';
import { withDeadline } from './transport/deadline.ts';
import { Endpoint, withoutSize } from './transport/endpoint.ts';
import { openPool } from './transport/pool.ts';
import { QuotaWindow } from './transport/quota-window.ts';
import { type UploadedFile, uploadFile } from './upload.ts';
import { type MediaEvent, writeMediaEvent } from './wire/media-event.ts';
import { maxLogIdsOf } from './wire/reply.ts';
import { writeMediaQuery } from './wire/request.ts';
import { AcceptedReply, withUnknownOutcome } from './wire/write-outcome.ts';

export interface QueryOptions {
  /** What is done with those that come along; by default they are passed over. */
  readonly files?: FileTreatment | undefined;
  /** Go along with the request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface RedoxClient {
  /**
   * One Media Query to one destination, by its alias; a read, so a caller may repeat it. Within `timeoutMs` it rejects
   * with a RedoxError, with the signal's own reason once that fires, or, before anything is sent, with a
   * GatewayError INTERNAL_SERVER_ERROR for a query or an alias that the callers above should never have let through.
   */
  query(destination: string, query: MediaQuery, signal: AbortSignal, how?: QueryOptions): Promise<MediaReply>;
  /**
   * One event for one or more destinations. Resolves to where Redox logged it: accepted by Redox, which is not yet filed in
   * a chart. Never repeated, but after a 401, when Redox has read nothing. Rejects as `query` does; with `outcome: UNKNOWN`
   * when Redox may have taken it. The signal ends it only before it is sent: what became of it then is worth knowing.
   */
  write(destinations: readonly string[], event: MediaEvent, signal: AbortSignal): Promise<WriteReceipt>;
  /** Uploads a file; resolves to the URI that messages may have in place of its contents. */
  upload(file: UploadedFile, signal: AbortSignal): Promise<string>;
  /** Null while there is no token. */
  readonly tokenAgeSeconds: number | null;
  /** Resolves when a token is at hand or can be had, for `/readyz`; else rejects with the RedoxError in the way. */
  ready(): Promise<void>;
  /** Ends every connection and call at once; let calls finish first. */
  close(): Promise<void>;
}

export function createRedoxClient(settings: RedoxSettings, parts: TokenParts): RedoxClient {
  return new MediaClient(settings, parts);
}

/** Files come one by one from people; more at once would only share the same line. */
const UPLOADS_AT_ONCE = 8;

class MediaClient implements RedoxClient {
  readonly #settings: RedoxSettings;
  readonly #endpoint: Endpoint;
  readonly #uploads: Pool;
  readonly #tokens: TokenSource;
  readonly #quota: QuotaWindow;
  readonly #inFlight: BytesInFlight;
  readonly #turns: EventLoopYield;
  readonly #clock: Clock;

  constructor(settings: RedoxSettings, parts: TokenParts) {
    this.#settings = settings;
    this.#clock = parts.clock;
    this.#turns = new EventLoopYield(parts.clock);
    this.#quota = new QuotaWindow(settings.rate.windowMs, parts.clock);
    this.#tokens = new TokenSource(settings, parts, this.#quota);
    this.#endpoint = new Endpoint(settings, this.#tokens, this.#quota, parts.clock);
    this.#uploads = openPool(new URL(settings.uploadUrl).origin, UPLOADS_AT_ONCE, settings.timeoutMs);
    this.#inFlight = new BytesInFlight(settings.bytesInFlight, settings.maxResponseBytes);
  }

  async query(
    destination: string,
    query: MediaQuery,
    signal: AbortSignal,
    { files = 'skip', headers }: QueryOptions = {},
  ): Promise<MediaReply> {
    const message = writeMediaQuery(this.#endpoint.metaFor([destination]), query);
    const { reception, traceId } = await withDeadline(
      this.#clock,
      signal,
      this.#settings.timeoutMs,
      answerIsLate,
      (within) => this.#endpoint.send(message, () => this.#receive(files), { headers }, within),
    );
    try {
      return { ...reception.reader.end(), traceId };
    } catch (error) {
      throw withTraceId(error, traceId);
    }
  }

  async write(
    destinations: readonly string[],
    event: MediaEvent,
    signal: AbortSignal,
  ): Promise<WriteReceipt> {
    const maxLogIds = maxLogIdsOf(destinations);
    const message = writeMediaEvent(this.#endpoint.metaFor(destinations), event);
    const leaving = new AbortController();
    const onAbort = () => leaving.abort(signal.reason);
    let isSent = false;
    const onSent = () => {
      isSent = true;
      signal.removeEventListener('abort', onAbort);
    };
    signal.throwIfAborted();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      const { reception, traceId } = await withDeadline(
        this.#clock,
        leaving.signal,
        this.#settings.timeoutMs,
        answerIsLate,
        (within) =>
          this.#endpoint.send(message, () => new AcceptedReply(maxLogIds), { onSent, maxLogIds }, within),
      );
      try {
        return { logIds: reception.logIds(), traceId };
      } catch (error) {
        throw withTraceId(error, traceId);
      }
    } catch (error) {
      throw isSent ? withUnknownOutcome(error) : error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  async upload(file: UploadedFile, signal: AbortSignal): Promise<string> {
    const { uploadUrl, sourceId } = this.#settings;
    const { pathname } = new URL(uploadUrl);
    const target = { pool: this.#uploads, path: pathname, sourceId, quota: this.#quota, clock: this.#clock };
    return withDeadline(this.#clock, signal, this.#settings.timeoutMs, answerIsLate, async (within) => {
      const token = await withoutSize(this.#tokens.take(within));
      try {
        return await uploadFile({ ...target, token: token.value }, file, within);
      } catch (error) {
        if (!(error instanceof RedoxError) || error.details.redox?.status !== 401) throw error;
        // This file is gone by half; the next one gets another token.
        await withoutSize(this.#tokens.replace(token, within));
        const { traceId = null } = error.details.redox;
        throw new RedoxError('UPSTREAM_UNAVAILABLE', { status: 401, traceId, retryable: true });
      }
    });
  }

  get tokenAgeSeconds(): number | null {
    return this.#tokens.ageSeconds;
  }

  async ready(): Promise<void> {
    await this.#tokens.take(new AbortController().signal);
  }

  async close(): Promise<void> {
    await Promise.all([this.#tokens.close(), this.#endpoint.close(), this.#uploads.destroy()]);
  }

  #receive(files: FileTreatment) {
    const reader = new ReplyReader(files);
    const reception = this.#inFlight.open();
    const take = (chunk: Buffer) => {
      // What a relay holds back is for its taker's sake; what is held here, for the machine's.
      const taken = reader.push(chunk);
      const room = reception.hold(reader.heldBytes);
      const turn = this.#turns.add(chunk.length);
      reclaimSpentBytes(chunk.length);
      return taken ?? room ?? turn;
    };
    return { reader, take, end: () => reception.close() };
  }
}

function answerIsLate(): RedoxError {
  return new RedoxError('UPSTREAM_TIMEOUT', {
    retryable: true,
    splittable: true,
    failedParty: 'destination',
  });
}
