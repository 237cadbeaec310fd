/** Uploads one file to Redox (reference §4) as it arrives: nothing of it is kept, and Redox sets the pace. */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { format } from 'content-disposition';
import type { Pool } from 'undici';
import type { Clock } from '../clock.ts';
import { RedoxError, ruleOfStatus } from './redox-error.ts';
import { reclaimSpentBytes } from './reply/buffer-reclaim.ts';
import { type Answer, readHeaders } from './transport/exchange.ts';
import type { QuotaWindow } from './transport/quota-window.ts';
import { REQUEST_HEADERS } from './transport/request-headers.ts';
import { readPauses } from './transport/retry-after.ts';
import { asText, member, parseJson } from './wire/loose-json.ts';

export interface UploadedFile {
  /** Its bytes; what it throws ends the upload. */
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly mediaType: string;
  /** As its sender calls it, of any form. */
  readonly fileName: string;
  /** Null when it is not known beforehand. */
  readonly byteLength: number | null;
}

/** Where a file went: opaque, and good in messages of the same source only. */
const URI = /^https?:\/\/[\x21-\x7e]{1,2000}$/;

/** Where files go, as whom. */
export interface UploadTarget {
  readonly pool: Pool;
  readonly path: string;
  readonly token: string;
  /** Only the source that made an upload can use it: an environment with several sources is told which. */
  readonly sourceId: string | undefined;
  readonly quota: QuotaWindow;
  readonly clock: Clock;
}

/** What no file system takes as a name: Redox passes it on. */
const MAX_NAME_LENGTH = 255;

/**
 * Resolves to the URI of the 201. Rejects with what `bytes` threw, with the signal's reason, or a RedoxError.
 * A token that is refused cannot be renewed for it: the file is gone by half.
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
        // Of each, Node holds another one on its way out.
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
    const answer = { ...readHeaders(headers), status: statusCode };
    const uri = readUri(answer, await buffer(body), target);
    // An answer may come before all was asked: that is no file of ours.
    if (!isWhole) throw new RedoxError('UPSTREAM_PROTOCOL', { status: statusCode, traceId: answer.traceId });
    return uri;
  } catch (error) {
    if (failure !== undefined) throw failure;
    if (signal.aborted) throw signal.reason;
    if (error instanceof RedoxError) throw error;
    const cause = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new RedoxError('UPSTREAM_UNAVAILABLE', { retryable: true, cause });
  }
}

/** Quotes and line breaks in a name are escaped as browsers do it; other control characters and halves of characters go. */
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

function readUri(answer: Omit<Answer, 'errorBody'>, body: Buffer, { quota, clock }: UploadTarget): string {
  const { status, traceId } = answer;
  if (status !== 201 && status !== 200) {
    const { code, retryable } = ruleOfStatus(status);
    throw new RedoxError(code, {
      status,
      traceId,
      retryable,
      ...readPauses(answer, quota, clock.wallTime()),
    });
  }
  const uri = asText(member(parseJson(body), 'URI')) ?? '';
  if (URI.test(uri)) return uri;
  throw new RedoxError('UPSTREAM_PROTOCOL', { status, traceId });
}
