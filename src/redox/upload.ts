/** Uploads one file to Redox (reference §4) while it arrives: no part of it is kept, and Redox sets the pace. */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { format } from 'content-disposition';
import type { Pool } from 'undici';
import type { Clock } from '../clock.ts';
import { RedoxError, ruleOfStatus } from './redox-error.ts';
import { reclaimSpentBytes } from './reply/buffer-reclaim.ts';
import { type RedoxResponse, readHeaders } from './transport/exchange.ts';
import type { QuotaWindow } from './transport/quota-window.ts';
import { REQUEST_HEADERS } from './transport/request-headers.ts';
import { readPauses } from './transport/retry-after.ts';
import { asText, member, parseJson } from './wire/loose-json.ts';

export interface UploadedFile {
  /** The bytes of the file; an error of the iterator ends the upload. */
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly mediaType: string;
  /** The name that the sender gave, in any form. */
  readonly fileName: string;
  /** Null when it is not known in advance. */
  readonly byteLength: number | null;
}

/** The URI of an uploaded file: opaque, and valid in messages of the same source only. */
const URI = /^https?:\/\/[\x21-\x7e]{1,2000}$/;

/** The URL for uploads, and the credentials. */
export interface UploadTarget {
  readonly pool: Pool;
  readonly path: string;
  readonly token: string;
  /** Only the source that made an upload can use it, so an environment with several sources must know which one uploads. */
  readonly sourceId: string | undefined;
  readonly quota: QuotaWindow;
  readonly clock: Clock;
}

/** No common file system accepts a longer name, and Redox passes the name on. */
const MAX_NAME_LENGTH = 255;

/**
 * Resolves to the URI of the 201. Rejects with the error of `bytes`, with the signal's reason, or with a RedoxError. An upload is
 * not repeated after a 401, as a part of the file has been sent and was not kept.
 */
export async function uploadFile(
  target: UploadTarget,
  file: UploadedFile,
  signal: AbortSignal,
): Promise<string> {
  const { pool, path, token, sourceId } = target;
  const boundary = `redox-media-${randomBytes(16).toString('hex')}`;
  const head = Buffer.from(
    `--${boundary}\r\ncontent-disposition: ${describeFile(file)}\r\ncontent-type: ${file.mediaType}\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  let failure: unknown;
  let isWhole = false;
  async function* form() {
    yield head;
    try {
      for await (const chunk of file.bytes) {
        yield chunk;
        // Node holds a second copy of each chunk until it is sent.
        reclaimSpentBytes(2 * chunk.length);
      }
    } catch (error) {
      failure = error;
      throw error;
    }
    yield tail;
    isWhole = true;
  }
  const length = file.byteLength === null ? null : head.length + file.byteLength + tail.length;
  target.quota.noteRequest();
  try {
    const { statusCode, headers, body } = await pool.request({
      method: 'POST',
      path,
      headers: {
        ...REQUEST_HEADERS,
        'content-type': `multipart/form-data; boundary=${boundary}`,
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        ...(sourceId !== undefined && { 'redox-source-id': sourceId }),
        ...(length !== null && { 'content-length': String(length) }),
      },
      body: Readable.from(form(), { objectMode: false }),
      signal,
    });
    const response = { ...readHeaders(headers), status: statusCode };
    const uri = readUri(response, await buffer(body), target);
    // A response that arrives before the whole file was sent is not about that file.
    if (!isWhole)
      throw new RedoxError('UPSTREAM_PROTOCOL', { status: statusCode, traceId: response.traceId });
    return uri;
  } catch (error) {
    if (failure !== undefined) throw failure;
    if (signal.aborted) throw signal.reason;
    if (error instanceof RedoxError) throw error;
    const cause = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new RedoxError('UPSTREAM_UNAVAILABLE', { cause });
  }
}

/** Escapes quotes and line breaks in the name as browsers do, and removes other control characters and unpaired surrogates. */
function describeFile({ fileName }: UploadedFile): string {
  const filename = fileName
    .toWellFormed()
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, MAX_NAME_LENGTH)
    .toWellFormed();
  const parameters = { name: 'file', filename: filename || 'file' };
  return format({ type: 'form-data', parameters }, { multipart: true });
}

function readUri(
  response: Omit<RedoxResponse, 'errorBody'>,
  body: Buffer,
  { quota, clock }: UploadTarget,
): string {
  const { status, traceId } = response;
  if (status !== 201 && status !== 200) {
    const { code } = ruleOfStatus(status);
    const pauses = readPauses(response, quota, clock.wallTime());
    throw new RedoxError(code, { status, traceId, ...pauses });
  }
  const uri = asText(member(parseJson(body), 'URI')) ?? '';
  if (URI.test(uri)) return uri;
  throw new RedoxError('UPSTREAM_PROTOCOL', { status, traceId });
}
