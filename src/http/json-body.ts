/** Bodies of GraphQL requests: JSON in UTF-8, and small, but for files in base64, which are counted apart. */
import { constants, isUtf8 } from 'node:buffer';
import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify';
import { mayHoldInexact } from '../exact-json.ts';
import { parseCallersJson } from './graphql-request.ts';

export interface BodyLimits {
  /** A GraphQL document and its variables, without files. */
  readonly maxBodyBytes: number;
  /** All files of a request, decoded. */
  readonly maxBase64Bytes: number;
}

type Headers = FastifyRequest['headers'];

/** A JSON member that holds a file, up to its first byte. */
const FILE = /"base64"\s*:\s*"/g;

const BYTE_ORDER_MARK = /^\uFEFF/;

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)/gi;

/**
 * JSON is the one kind of body: fastify would also take text, which a page of any origin may send. What is too large is
 * refused before it is parsed: of JSON with many parts that takes long, of a few long strings it does not.
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
      // Decoding would put the same character in place of all bytes that are no text: other names, and other patients.
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

/** The body as it was parsed, or again where that may have rounded a number. */
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

/** Whether the body is said to be UTF-8, or said to be nothing, and is not packed. */
export function isPlainUtf8(headers: Headers): boolean {
  const charsets = [...(headers['content-type'] ?? '').matchAll(CHARSET)].map(([, charset]) => charset);
  return isUnpacked(headers) && charsets.every((charset) => /^utf-?8$/i.test(charset ?? ''));
}

/** Whether bytes arrive as they are: nothing here unpacks any. */
export function isUnpacked({ 'content-encoding': coding = 'identity' }: Headers): boolean {
  return /^(?:identity)?$/i.test(coding.trim());
}
