/** `GET /content/{token}`: the file of a content link, fetched from Redox. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '../../errors.ts';
import { type ContentLink, isHeldBy, openContentLink } from '../../graphql/nodes/content-link.ts';
import type { MediaLoader } from '../../media/loader.ts';
import { callerKey } from '../../media/model/rights.ts';
import type { FileInUse } from '../../media/recent/recent-files.ts';
import type { Seal } from '../../seal.ts';
import { maxPeerMs } from '../least-throughput.ts';
import { type Operation, type OperationsOptions, operationOf, takeOperations } from '../operation.ts';
import { closeUnlessRead } from '../response-deadline.ts';
import { sendBadRequest, sendError } from '../responses.ts';
import { type ByteRange, bodyOf } from './byte-range.ts';
import { readConditions } from './conditions.ts';
import {
  type BrowserCache,
  cacheControlOf,
  describeContent,
  type Embedding,
  etagOf,
} from './content-headers.ts';
import { SharedDownloads } from './shared-downloads.ts';
import { checkFile, isSmall, startTransfer, type Verdict } from './transfer.ts';

/** One use of a content link. */
export interface Download {
  readonly loader: MediaLoader;
  /** The file, if it is still in memory; null: Redox must be queried. */
  findKept(): Promise<FileInUse | null>;
  /**
   * Records in the audit trail that the file is sent (before its first byte is sent), that it no longer exists, or why it was
   * refused. @throws OVERLOADED when the trail cannot be written and no data may be sent without it.
   */
  record(outcome: 'given' | 'missing' | GatewayError): void | Promise<void>;
}

export interface ContentRouteOptions {
  readonly links: Seal;
  readonly embedding: Embedding;
  readonly cache: BrowserCache;
  /**
   * The operation's signal fires when the response is complete. If the operation has no caller, the download belongs to the
   * caller for whom the link was made.
   */
  readonly createDownload: (link: ContentLink, operation: Operation) => Download;
}

export function addContentRoute(
  scope: FastifyInstance,
  taken: OperationsOptions,
  options: ContentRouteOptions,
): void {
  takeOperations(scope, taken);
  const shared = new SharedDownloads();
  scope.route<{ Params: { token: string } }>({
    method: ['GET', 'HEAD'],
    url: '/content/:token',
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const link = openContentLink(request.params.token, options.links);
      if (link === undefined) return sendError(reply, new GatewayError('FORBIDDEN'));
      // Without a token, the caller is the one for whom the link was made. With a token, the operation has been counted already.
      if (operationOf(request).caller === null) taken.ratePerCaller?.take(link);
      return new ContentResponse(request, reply, link, { ...options, shared }).send();
    },
  });
}

interface ResponseOptions extends Pick<ContentRouteOptions, 'createDownload' | 'embedding' | 'cache'> {
  readonly shared: SharedDownloads;
}

class ContentResponse {
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #link: ContentLink;
  readonly #embedding: Embedding;
  readonly #cache: BrowserCache;
  readonly #shared: SharedDownloads;
  readonly #operation: Operation;
  readonly #download: Download;
  /** Ends the query to Redox when the response is complete. */
  readonly #enough = new AbortController();

  constructor(
    request: FastifyRequest,
    reply: FastifyReply,
    link: ContentLink,
    { createDownload, embedding, cache, shared }: ResponseOptions,
  ) {
    this.#request = request;
    this.#reply = reply;
    this.#link = link;
    this.#embedding = embedding;
    this.#cache = cache;
    this.#shared = shared;
    this.#operation = operationOf(request);
    const { signal } = this.#operation;
    const stop = () => {
      this.#enough.abort(signal.reason);
      // The query may have ended earlier. Without this, a client that stops reading would keep its connection forever.
      if (reply.raw.headersSent) reply.raw.destroy();
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    this.#download = createDownload(link, { ...this.#operation, signal: this.#enough.signal });
  }

  async send(): Promise<FastifyReply> {
    try {
      return await this.#sendWithin();
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return sendError(this.#reply, error);
    }
  }

  async #sendWithin(): Promise<FastifyReply> {
    const link = this.#link;
    const { caller, clock } = this.#operation;
    if (caller && !isHeldBy(link, caller)) return this.#refuse(new GatewayError('FORBIDDEN'));
    if (clock.wallTime() >= link.expiresAt * 1000) {
      await this.#download.record(new GatewayError('FORBIDDEN'));
      return sendBadRequest(this.#reply, 'linkExpired');
    }
    const { method, headers } = this.#request;
    const { byteLength } = link.file;
    const requested = readConditions(method, headers, { etag: etagOf(link), byteLength });
    switch (requested.kind) {
      case 'preconditionFailed':
        return this.#sendUnmet('preconditionFailed');
      case 'rangeNotSatisfiable':
        this.#reply.header('content-range', `bytes */${byteLength}`);
        return this.#sendUnmet('rangeNotSatisfiable');
      case 'notModified':
        return this.#sendHead(304);
      case 'headersOnly':
        return this.#sendHead(200);
      case 'bytes':
        return this.#sendBody(requested.range);
    }
  }

  /** The link is valid, but the requested part of the file does not exist: no data is sent, and no call is made. */
  async #sendUnmet(problem: 'preconditionFailed' | 'rangeNotSatisfiable'): Promise<FastifyReply> {
    await this.#download.record(new GatewayError('BAD_USER_INPUT'));
    return sendBadRequest(this.#reply, problem);
  }

  /** By RFC 9110 §13.2.1, the existence of the file is checked before the client's precondition. */
  async #sendHead(status: 200 | 304): Promise<FastifyReply> {
    const kept = await this.#download.findKept();
    kept?.release();
    const verdict = kept ? 'same' : await this.#orRecord(checkFile(this.#link, this.#download.loader));
    if (verdict !== 'same') return this.#sendMissing(verdict);
    await this.#download.record('given');
    this.#describe(kept);
    if (status === 200) this.#reply.header('content-length', this.#link.file.byteLength);
    return this.#reply.code(status).send();
  }

  async #sendBody(range: ByteRange | null): Promise<FastifyReply> {
    const kept = await this.#download.findKept();
    return kept === null ? this.#sendFetched(range) : this.#sendKept(range, kept);
  }

  async #sendKept(range: ByteRange | null, kept: FileInUse): Promise<FastifyReply> {
    const { raw } = this.#reply;
    try {
      await this.#download.record('given');
    } catch (error) {
      kept.release();
      throw error;
    }
    // The file counts as memory in use until its last byte has been sent.
    if (raw.closed) kept.release();
    else raw.once('close', kept.release);
    const part = this.#beginBody(range, kept);
    this.#limitTimeToRead(part.end + 1 - part.start);
    return this.#reply.send(bodyOf(kept.blocks, part));
  }

  async #sendFetched(range: ByteRange | null): Promise<FastifyReply> {
    const link = this.#link;
    const { clock } = this.#operation;
    const { body, begun, settled } = startTransfer(link, this.#download.loader, range, {
      mayShare: this.#mayShare(),
      stop: () => this.#enough.abort(),
      leave: () => void this.#reply.raw.destroy(),
      clock,
    });
    body.once('finish', () => this.#limitTimeToRead(body.readableLength));
    // For a small file the verdict is awaited, so that the client gets an error response instead of a broken connection.
    const verdict = await this.#orRecord(isSmall(link) ? settled : Promise.race([begun, settled]));
    if (verdict === 'gone' || verdict === 'changed') return this.#sendMissing(verdict);
    try {
      await this.#download.record('given');
    } catch (error) {
      this.#enough.abort(error);
      body.destroy();
      throw error;
    }
    this.#beginBody(range, null);
    return this.#reply.send(body);
  }

  #mayShare(): boolean {
    const caller = callerKey(this.#operation.caller ?? this.#link);
    return this.#shared.admit(this.#link.file.byteLength, caller, this.#reply.raw);
  }

  /** Sends the headers of the part of the file that follows. */
  #beginBody(range: ByteRange | null, kept: FileInUse | null): ByteRange {
    const { byteLength } = this.#link.file;
    const part = range ?? { start: 0, end: byteLength - 1 };
    const { start, end } = part;
    this.#describe(kept);
    this.#reply.header('content-length', end + 1 - start);
    if (range) this.#reply.code(206).header('content-range', `bytes ${start}-${end}/${byteLength}`);
    return part;
  }

  #describe(kept: FileInUse | null): void {
    const now = this.#operation.clock.wallTime();
    this.#reply
      .headers(describeContent(this.#link, this.#embedding))
      .header('cache-control', cacheControlOf(this.#link, this.#cache, now));
    if (kept !== null) this.#reply.header('age', Math.floor(kept.ageMs / 1000));
  }

  /** From here on only the client is waited for, and the rest of the file is held until it has read it. */
  #limitTimeToRead(bytes: number): void {
    closeUnlessRead(this.#reply, maxPeerMs(bytes), this.#operation.clock);
  }

  async #orRecord<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (error instanceof GatewayError) await this.#download.record(error);
      throw error;
    }
  }

  async #sendMissing(verdict: Exclude<Verdict, 'same'>): Promise<FastifyReply> {
    await this.#download.record('missing');
    return sendBadRequest(this.#reply, verdict === 'gone' ? 'fileGone' : 'fileChanged');
  }

  async #refuse(error: GatewayError): Promise<FastifyReply> {
    await this.#download.record(error);
    return sendError(this.#reply, error);
  }
}
