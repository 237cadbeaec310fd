/** Parses bodies of GraphQL requests: JSON in UTF-8, with a small size limit and a separate limit for files in base64. */
import { isUtf8 } from 'node:buffer';
import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Clock } from '../../clock.ts';
import { mayHoldInexact } from '../../exact-json.ts';
import { reclaimSpentBytes } from '../../redox/reply/buffer-reclaim.ts';
import { parseCallersJson } from '../graphql-request.ts';
import { callerOf, operationOf } from '../operation.ts';
import { BodyBudgets, type BodyLimits } from './body-budgets.ts';
import { readBody, statedBytesOf } from './body-reader.ts';
import type { ByteReservation } from './byte-budget.ts';

type Headers = FastifyRequest['headers'];

/** A JSON member that holds a file, up to its first byte. */
const FILE = /"base64"\s*:\s*"/g;

/** How often a body is in memory: in buffers of the connection, in one buffer, as text, and in the parsed strings. */
const COPIES = 4;

const BYTE_ORDER_MARK = /^\uFEFF/;

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)/gi;

declare module 'fastify' {
  interface FastifyRequest {
    /** The reservation for the files in its body; null for all other requests. */
    filesInBody: ByteReservation | null;
  }
}

/**
 * Only JSON is accepted: fastify would also accept text, which a page of any origin may send. A body that is too large is
 * refused before it is parsed, as parsing JSON with many members takes long. A few long strings are parsed quickly. It is for a
 * scope that `takeOperations` was called for, so that the caller is known before the body is read; no other route reads one.
 */
export function takeJsonBodies(scope: FastifyInstance, limits: BodyLimits, clock: Clock): void {
  const parse = scope.getDefaultJsonParser('error', 'error');
  const budgets = new BodyBudgets(limits);
  scope.removeAllContentTypeParsers();
  scope.decorateRequest('filesInBody', null);

  async function read(request: FastifyRequest): Promise<unknown> {
    if (!isPlainUtf8(request.headers)) throw new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE();
    const { maxBytes, reservation } = budgets.open(
      callerOf(operationOf(request)),
      statedBytesOf(request.headers),
    );
    try {
      const bytes = await readBody(request.raw, { maxBytes, reservation, clock });
      reclaimSpentBytes(COPIES * bytes.length);
      const body = decode(bytes, limits.maxBodyBytes);
      const parsed =
        parseHarmless(body) ??
        (await new Promise<unknown>((resolve, reject) => {
          parse(request, body, (error, value) => (error ? reject(error) : resolve(value)));
        }));
      const exact = withExactNumbers(parsed, body);
      // The files stay in memory as long as their operation.
      if (bytes.length > limits.maxBodyBytes) request.filesInBody = reservation;
      return exact;
    } finally {
      if (request.filesInBody === null) reservation.release();
    }
  }
  scope.addContentTypeParser('application/json', read);
}

function decode(bytes: Buffer, maxBodyBytes: number): string {
  // Decoding would replace all invalid bytes by the same character, so that different names would become equal.
  if (!isUtf8(bytes)) throw new errorCodes.FST_ERR_CTP_INVALID_JSON_BODY();
  const body = bytes.toString().replace(BYTE_ORDER_MARK, '');
  if (lengthWithoutFiles(body, bytes.length) > maxBodyBytes)
    throw new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE();
  return body;
}

/**
 * The parsed body, if its text shows that it cannot contain a member that sets a prototype, which is faster than Fastify's
 * parser. Undefined for all other bodies, and for text that is not JSON: Fastify's parser handles these.
 */
function parseHarmless(body: string): unknown {
  if (SUSPECT.some((text) => body.includes(text))) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Names of members that lead to a prototype, and the beginning of an escape by which such a name may be written. */
const SUSPECT = ['__proto__', 'constructor', '\\u'];

/** The parsed body; it is parsed a second time if JSON.parse may have rounded a number. */
function withExactNumbers(parsed: unknown, body: string): unknown {
  return mayHoldInexact(body) ? parseCallersJson(body) : parsed;
}

function lengthWithoutFiles(body: string, byteLength: number): number {
  let length = byteLength;
  for (const { 0: name, index } of body.matchAll(FILE)) {
    const begin = index + name.length;
    const end = body.indexOf('"', begin);
    if (end !== -1) length -= end - begin;
  }
  return length;
}

/** Whether the headers state UTF-8 or no charset, and no content coding. */
export function isPlainUtf8(headers: Headers): boolean {
  const charsets = [...(headers['content-type'] ?? '').matchAll(CHARSET)].map(([, charset]) => charset);
  return isUncompressed(headers) && charsets.every((charset) => /^utf-?8$/i.test(charset ?? ''));
}

/** Whether the body has no content coding; none is supported. */
export function isUncompressed({ 'content-encoding': coding = 'identity' }: Headers): boolean {
  return /^(?:identity)?$/i.test(coding.trim());
}
