/** `GET /content/{token}`: a file by its link, straight from Redox. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../clock.ts';
import { type ErrorCode, GatewayError } from '../../errors.ts';
import { type ContentLink, isHeldBy, openContentLink } from '../../graphql/nodes/content-link.ts';
import type { MediaLoader } from '../../media/loader.ts';
import { authorityOf } from '../../media/model/rights.ts';
import type { Seal } from '../../seal.ts';
import { sendError, sendSentence } from '../answers.ts';
import { type Caller, type IdentifyCaller, refuseCaller } from '../caller.ts';
import { type OpenOperations, refuseWhileDraining } from '../drain.ts';
import type { Readiness } from '../health.ts';
import { limitOperation } from '../operation.ts';
import { type ByteRange, readRange } from './byte-range.ts';
import { describeContent, etagOf } from './content-headers.ts';
import { checkFile, isSmall, startTransfer, type Verdict } from './transfer.ts';

/** One use of a link. */
export interface Download {
  readonly loader: MediaLoader;
  /**
   * Into the audit trail: that the file was given (before its first byte is), that it is not there any more, or why
   * it was refused. @throws OVERLOADED when the trail cannot be written and nothing may leave without it.
   */
  record(outcome: 'given' | 'missing' | GatewayError): void | Promise<void>;
}

export interface ContentRouteOptions {
  readonly links: Seal;
  /** Null: a link alone is enough. */
  readonly identifyCaller: IdentifyCaller | null;
  /** `caller`: where one was identified; else the link speaks for who it was made for. */
  readonly createDownload: (link: ContentLink, caller: Caller | null, signal: AbortSignal) => Download;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly readiness: Readiness;
  readonly operations: OpenOperations;
}

/** Statuses for what a caller cannot mend; all else is 502. */
const STATUSES: Partial<Record<ErrorCode, number>> = {
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  OVERLOADED: 503,
  UPSTREAM_TIMEOUT: 504,
  INTERNAL_SERVER_ERROR: 500,
};

export function addContentRoute(app: FastifyInstance, options: ContentRouteOptions): void {
  app.route<{ Params: { token: string } }>({
    method: ['GET', 'HEAD'],
    url: '/content/:token',
    exposeHeadRoute: false,
    onRequest: async (_, reply) => {
      if (options.readiness.draining) return refuseWhileDraining(reply);
      options.operations.add(reply);
    },
    handler: async (request, reply) => {
      const link = openContentLink(request.params.token, options.links);
      if (link === undefined) return sendFailure(reply, forbidden());
      let caller: Caller | null = null;
      try {
        caller = (await options.identifyCaller?.(request)) ?? null;
      } catch (error) {
        if (error instanceof GatewayError) return refuseCaller(reply, error);
        throw error;
      }
      return new ContentAnswer(request, reply, link, caller, options).send();
    },
  });
}

class ContentAnswer {
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #link: ContentLink;
  readonly #caller: Caller | null;
  readonly #clock: Clock;
  readonly #download: Download;
  /** Ends the question to Redox when there has been enough of the answer. */
  readonly #enough = new AbortController();

  constructor(
    request: FastifyRequest,
    reply: FastifyReply,
    link: ContentLink,
    caller: Caller | null,
    options: ContentRouteOptions,
  ) {
    this.#request = request;
    this.#reply = reply;
    this.#link = link;
    this.#caller = caller;
    this.#clock = options.clock;
    const limit = limitOperation(reply, options.clock, options.timeoutMs);
    const stop = () => {
      this.#enough.abort(limit.reason);
      // Redox's part may be over long since: whoever does not take the rest would hold it for ever.
      if (reply.raw.headersSent) reply.raw.destroy();
    };
    if (limit.aborted) stop();
    else limit.addEventListener('abort', stop, { once: true });
    this.#download = options.createDownload(link, caller, this.#enough.signal);
  }

  async send(): Promise<FastifyReply> {
    try {
      return await this.#sendWithin();
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return sendFailure(this.#reply, error);
    }
  }

  async #sendWithin(): Promise<FastifyReply> {
    const link = this.#link;
    const { rights, subject = null, clientId = null } = this.#caller ?? {};
    if (rights && !isHeldBy(link, { subject, clientId, authority: authorityOf(rights) }))
      return this.#refuse(forbidden());
    if (this.#clock.wallTime() >= link.expiresAt * 1000) {
      await this.#download.record(forbidden());
      return sendSentence(this.#reply, 410, 'The link has expired; ask for a new one.');
    }
    const range = readRange(this.#rangeHeader(), link.file.byteLength);
    if (range === 'unsatisfiable') {
      this.#reply.header('content-range', `bytes */${link.file.byteLength}`);
      return sendSentence(this.#reply, 416, 'The file ends before this range.');
    }
    const isKnown = isMatched(this.#request.headers['if-none-match'], link);
    if (isKnown || this.#request.method === 'HEAD') return this.#sendHead(isKnown ? 304 : 200);
    return this.#sendBody(range);
  }

  /** As RFC 9110 §13.2.1 wants it: whether there is such a file goes before whether the caller has it. */
  async #sendHead(status: 200 | 304): Promise<FastifyReply> {
    const verdict = await this.#orRecord(checkFile(this.#link, this.#download.loader));
    if (verdict !== 'same') return this.#sendMissing(verdict);
    await this.#download.record('given');
    this.#reply.headers(describeContent(this.#link));
    if (status === 200) this.#reply.header('content-length', this.#link.file.byteLength);
    return this.#reply.code(status).send();
  }

  async #sendBody(range: ByteRange | null): Promise<FastifyReply> {
    const link = this.#link;
    const { body, begun, settled } = startTransfer(link, this.#download.loader, range, () =>
      this.#enough.abort(),
    );
    // A small one is worth waiting for, so that its caller gets an answer rather than a broken connection.
    const verdict = await this.#orRecord(isSmall(link) ? settled : Promise.race([begun, settled]));
    if (verdict === 'gone' || verdict === 'changed') return this.#sendMissing(verdict);
    try {
      await this.#download.record('given');
    } catch (error) {
      this.#enough.abort(error);
      throw error;
    }
    const { start, end } = range ?? { start: 0, end: link.file.byteLength - 1 };
    this.#reply.headers(describeContent(link)).header('content-length', end + 1 - start);
    if (range) this.#reply.code(206).header('content-range', `bytes ${start}-${end}/${link.file.byteLength}`);
    return this.#reply.send(body);
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
    if (verdict === 'gone') return sendSentence(this.#reply, 404, 'The document is not there any more.');
    return sendSentence(this.#reply, 409, 'The file has changed since the link was made; ask for a new one.');
  }

  async #refuse(error: GatewayError): Promise<FastifyReply> {
    await this.#download.record(error);
    return sendFailure(this.#reply, error);
  }

  /** Only of the file that the caller has the other parts of (RFC 9110 §13.1.5). */
  #rangeHeader(): string | undefined {
    const { range, 'if-range': ifRange } = this.#request.headers;
    return ifRange === undefined || ifRange === etagOf(this.#link) ? range : undefined;
  }
}

function isMatched(ifNoneMatch: string | undefined, link: ContentLink): boolean {
  const tags = ifNoneMatch?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return tags.includes(etagOf(link)) || tags.includes('*');
}

function sendFailure(reply: FastifyReply, error: GatewayError): FastifyReply {
  const { retryAfterSeconds } = error.details;
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  return sendError(reply, STATUSES[error.code] ?? 502, error);
}

function forbidden(): GatewayError {
  return new GatewayError('FORBIDDEN', { retryable: false });
}
