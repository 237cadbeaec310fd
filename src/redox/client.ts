/** The client of Redox's Data Model API: Media Queries, each of which returns a complete reply or fails, writes, and uploads. */

import type { Pool } from 'undici';
import type { Clock } from '../clock.ts';
import { TimeSlices } from '../time-slices.ts';
import { type TokenParts, TokenSource } from './auth/token.ts';
import type { MediaQuery, MediaReply, WriteReceipt } from './messages.ts';
import { RedoxError, withTraceId } from './redox-error.ts';
import { reclaimSpentBytes } from './reply/buffer-reclaim.ts';
import { BytesInFlight } from './reply/bytes-in-flight.ts';
import type { FileKeeper, ReplyTreatment } from './reply/contents.ts';
import { EventLoopYield } from './reply/event-loop-yield.ts';
import { IncomingReply } from './reply/incoming-reply.ts';

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
  /** How the files in the reply are treated; by default they are skipped. */
  readonly files?: ReplyTreatment | undefined;
  /** Receives the files that are kept for links; their bytes do not count among those of the reply. */
  readonly keeper?: FileKeeper | null;
  /** Headers that are added to the request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Called with the body of the request when it may have reached Redox, and again when it is sent again after a 401. */
  readonly onSent?: (body: string) => void;
}

export interface RedoxClient {
  /**
   * Sends one Media Query to one destination, by its alias. It only reads, so it may be repeated. Within `timeoutMs` it rejects
   * with a RedoxError, or with the signal's reason once the signal fires. Before anything is sent, it rejects with a GatewayError
   * INTERNAL_SERVER_ERROR for a query or an alias that the layers above should have refused.
   */
  query(destination: string, query: MediaQuery, signal: AbortSignal, how?: QueryOptions): Promise<MediaReply>;
  /**
   * Sends one event to one or more destinations. Resolves to the ids of Redox's log: Redox has accepted the event, which does not
   * mean yet that it is filed in a chart. It is repeated only after a 401, when Redox has not read it. Rejects as `query` does,
   * with `outcome: UNKNOWN` if Redox may have accepted it. The signal cancels it only until it is sent: after that, its outcome
   * is awaited.
   */
  write(destinations: readonly string[], event: MediaEvent, signal: AbortSignal): Promise<WriteReceipt>;
  /** Uploads a file; resolves to the URI that messages may hold in place of its contents. */
  upload(file: UploadedFile, signal: AbortSignal): Promise<string>;
  /** Null while there is no token. */
  readonly tokenAgeSeconds: number | null;
  /** For `/readyz`: resolves when there is a token, or a new one was granted, else rejects with the RedoxError of the request. */
  ready(): Promise<void>;
  /** Ends every connection and call at once; calls should have finished before. */
  close(): Promise<void>;
}

interface ClientParts extends TokenParts {
  /** The time slices of the process; the client has its own when absent. */
  readonly slices?: TimeSlices;
}

export function createRedoxClient(settings: RedoxSettings, parts: ClientParts): RedoxClient {
  return new MediaClient(settings, parts);
}

/** Text is scanned token by token, which takes this many times as long as skipping a file. */
const TEXT_WEIGHT = 30;

/** Uploads of callers, whose number is limited before (see UploadsInFlight), and eight files of mutations. */
const UPLOADS_AT_ONCE = 40;

class MediaClient implements RedoxClient {
  readonly #settings: RedoxSettings;
  readonly #endpoint: Endpoint;
  readonly #uploads: Pool;
  readonly #tokens: TokenSource;
  readonly #quota: QuotaWindow;
  readonly #inFlight: BytesInFlight;
  readonly #yield: EventLoopYield;
  readonly #clock: Clock;
  readonly #slices: TimeSlices;

  constructor(settings: RedoxSettings, parts: ClientParts) {
    this.#settings = settings;
    this.#clock = parts.clock;
    this.#slices = parts.slices ?? new TimeSlices(parts.clock);
    this.#yield = new EventLoopYield(parts.clock);
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
    { files = 'skip', headers, keeper, onSent }: QueryOptions = {},
  ): Promise<MediaReply> {
    const message = writeMediaQuery(this.#endpoint.metaFor([destination]), query);
    const sending = { headers, ...(onSent && { onSent: () => onSent(message) }) };
    const { receiver, traceId } = await withDeadline(
      this.#clock,
      signal,
      this.#settings.timeoutMs,
      responseIsLate,
      (within) => this.#endpoint.send(message, () => this.#receive(files, keeper), sending, within),
    );
    try {
      return { ...(await this.#slices.finish(receiver.reader.end())), traceId };
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
      const { receiver, traceId } = await withDeadline(
        this.#clock,
        leaving.signal,
        this.#settings.timeoutMs,
        responseIsLate,
        (within) =>
          this.#endpoint.send(message, () => new AcceptedReply(maxLogIds), { onSent, maxLogIds }, within),
      );
      try {
        return { logIds: receiver.logIds(), traceId };
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
    return withDeadline(this.#clock, signal, this.#settings.timeoutMs, responseIsLate, async (within) => {
      const token = await withoutSize(this.#tokens.take(within));
      try {
        return await uploadFile({ ...target, token: token.value }, file, within);
      } catch (error) {
        if (!(error instanceof RedoxError) || error.details.redox?.status !== 401) throw error;
        // A part of this file has been sent and was not kept, so it cannot be sent again. The next upload gets another token.
        await withoutSize(this.#tokens.replace(token, within));
        const { traceId = null } = error.details.redox;
        throw new RedoxError('UPSTREAM_UNAVAILABLE', { status: 401, traceId });
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

  #receive(files: ReplyTreatment, keeper: FileKeeper | null = null) {
    const reader = new IncomingReply(files, keeper);
    const held = this.#inFlight.open();
    // If no bytes of files are kept, twice as many buffers may accumulate: each collection makes what operations hold at that
    // time old, and copies it until then.
    const makesNoBytes = files === 'skip' || files === 'digest';
    let textBytes = 0;
    const take = (chunk: Buffer) => {
      // A relay waits for the client that downloads; the other two limits save memory and event-loop time.
      const taken = reader.push(chunk);
      const room = held.hold(reader.heldBytes);
      const nextTurn = this.#yield.add(chunk.length + TEXT_WEIGHT * (reader.textBytes - textBytes));
      textBytes = reader.textBytes;
      reclaimSpentBytes(makesNoBytes ? chunk.length / 2 : chunk.length);
      return taken ?? room ?? nextTurn;
    };
    return { reader, take, end: () => held.close() };
  }
}

function responseIsLate(): RedoxError {
  return new RedoxError('UPSTREAM_TIMEOUT', {
    splittable: true,
    failedParty: 'destination',
  });
}
