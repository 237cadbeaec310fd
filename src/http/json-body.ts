/** Bodies of GraphQL requests: small, but for files in base64, which are counted apart. */
import { constants } from 'node:buffer';
import { errorCodes, type FastifyInstance } from 'fastify';

export interface BodyLimits {
  /** A GraphQL document and its variables, without files. */
  readonly maxBodyBytes: number;
  /** All files of a request, decoded. */
  readonly maxBase64Bytes: number;
}

/** A JSON member that holds a file, up to its first byte. */
const FILE = /"base64"\s*:\s*"/g;

/**
 * JSON is the one kind of body: fastify would also take text, which a page of any origin may send. What is too large is
 * refused before it is parsed: of JSON with many parts that takes long, of a few long strings it does not.
 */
export function takeJsonBodies(app: FastifyInstance, limits: BodyLimits): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  const bodyLimit = limits.maxBodyBytes + 4 * Math.ceil(limits.maxBase64Bytes / 3);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string', bodyLimit: Math.min(bodyLimit, constants.MAX_STRING_LENGTH) },
    (request, body, done) => {
      if (lengthWithoutFiles(body) > limits.maxBodyBytes) done(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE());
      else parse(request, body, done);
    },
  );
}

function lengthWithoutFiles(body: string): number {
  let length = Buffer.byteLength(body);
  for (const { 0: name, index } of body.matchAll(FILE)) {
    const begin = index + name.length;
    const end = body.indexOf('"', begin);
    if (end !== -1) length -= end - begin;
  }
  return length;
}
