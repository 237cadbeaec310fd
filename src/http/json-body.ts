/** Parses bodies of GraphQL requests: JSON in UTF-8 with a small limit of size, and a limit of its own for files in base64. */
import { constants, isUtf8 } from 'node:buffer';
import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify';
import { mayHoldInexact } from '../exact-json.ts';
import { parseCallersJson } from './graphql-request.ts';

export interface BodyLimits {
  /** The limit for a GraphQL document and its variables, without files. */
  readonly maxBodyBytes: number;
  /** The limit for all files of a request, decoded. */
  readonly maxBase64Bytes: number;
}

type Headers = FastifyRequest['headers'];

/** A JSON member that holds a file, up to its first byte. */
const FILE = /"base64"\s*:\s*"/g;

const BYTE_ORDER_MARK = /^\uFEFF/;

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)/gi;

/**
 * Only JSON is accepted: fastify would also accept text, which a page of any origin may send. A body that is too large is
 * refused before it is parsed, as parsing JSON with many members takes long. A few long strings are parsed quickly.
 */
export function takeJsonBodies(app: FastifyInstance, limits: BodyLimits): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  const bodyLimit = limits.maxBodyBytes + 4 * Math.ceil(limits.maxBase64Bytes / 3);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer', bodyLimit: Math.min(bodyLimit, constants.MAX_STRING_LENGTH) },
    (request, bytes, done) => {
      if (!isPlainUtf8(request.headers)) return done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE());
      // Decoding would replace all invalid bytes by the same character, so that different names would become equal.
      if (!isUtf8(bytes)) return done(new errorCodes.FST_ERR_CTP_INVALID_JSON_BODY());
      const body = bytes.toString().replace(BYTE_ORDER_MARK, '');
      if (lengthWithoutFiles(body, bytes.length) > limits.maxBodyBytes) {
        return done(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE());
      }
      parse(request, body, (error, parsed) =>
        done(error, error ? undefined : withExactNumbers(parsed, body)),
      );
    },
  );
}

/** The parsed body; it is parsed once more where JSON.parse may have rounded a number. */
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
