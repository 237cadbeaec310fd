/** Uploads one file to Redox (reference §4) as it arrives: nothing of it is kept, and Redox sets the pace. */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Pool } from 'undici';
import { RedoxFault, ruleOfStatus } from './fault.ts';
import { noteSpentBytes } from './reply/spent-buffers.ts';
import { asText, member, parseJson } from './wire/loose-json.ts';

export interface UploadedFile {
  /** Its bytes; what it throws ends the upload. */
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly mediaType: string;
  /** Null when it is not known beforehand. */
  readonly byteLength: number | null;
}

/** Where a file went: opaque, and good in messages of the same source only. */
const URI = /^https?:\/\/[\x21-\x7e]{1,2000}$/;

/**
 * Resolves to the URI of the 201. Rejects with what `bytes` threw, with the signal's reason, or a RedoxFault.
 * A token that is refused cannot be renewed for it: the file is gone by half.
 */
export async function uploadFile(
  pool: Pool,
  { path, token }: { readonly path: string; readonly token: string },
  file: UploadedFile,
  signal: AbortSignal,
): Promise<string> {
  const boundary = `redox-media-${randomBytes(16).toString('hex')}`;
  const head = Buffer.from(
    `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="file"\r\ncontent-type: ${file.mediaType}\r\n\r\n`,
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
        noteSpentBytes(2 * chunk.length);
      }
    } catch (error) {
      failure = error;
      throw error;
    }
    yield tail;
    isWhole = true;
  }
  const length = file.byteLength === null ? null : head.length + file.byteLength + tail.length;
  try {
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path,
      headers: {
        'content-type': `multipart/form-data; boundary=${boundary}`,
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        ...(length !== null && { 'content-length': String(length) }),
      },
      body: Readable.from(form(), { objectMode: false }),
      signal,
    });
    const uri = readUri(statusCode, await buffer(body));
    // An answer may come before all was asked: that is no file of ours.
    if (!isWhole) throw new RedoxFault('UPSTREAM_PROTOCOL', { status: statusCode });
    return uri;
  } catch (error) {
    if (failure !== undefined) throw failure;
    if (signal.aborted) throw signal.reason;
    if (error instanceof RedoxFault) throw error;
    const cause = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new RedoxFault('UPSTREAM_UNAVAILABLE', { retryable: true, cause });
  }
}

function readUri(status: number, answer: Buffer): string {
  if (status !== 201 && status !== 200) {
    const { code, retryable } = ruleOfStatus(status);
    throw new RedoxFault(code, { status, retryable });
  }
  const uri = asText(member(parseJson(answer), 'URI')) ?? '';
  if (URI.test(uri)) return uri;
  throw new RedoxFault('UPSTREAM_PROTOCOL', { status });
}
