/** Compresses GraphQL's JSON responses for clients that accept it. Files are never compressed: most already are. */
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** A shorter response fits into one packet, compressed or not. */
const MIN_BYTES = 1_024;

const JSON_TYPE = /^application\/(?:json|graphql-response\+json)\b/;

const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);

/** In order of preference. They run in the thread pool, at levels at which they cost less than the network saves. */
const CODINGS = {
  br: (body: Buffer) =>
    brotli(body, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
    }),
  gzip: (body: Buffer) => deflate(body, { level: 5 }),
};

type Coding = keyof typeof CODINGS;

export function compressJson(scope: FastifyInstance): void {
  scope.addHook('onSend', async (request, reply, payload) => {
    if (typeof payload !== 'string' || !JSON_TYPE.test(String(reply.getHeader('content-type'))))
      return payload;
    varyByCoding(reply);
    const coding = chooseCoding(request.headers['accept-encoding']);
    const body = Buffer.from(payload);
    if (coding === null || body.length < MIN_BYTES) return payload;
    reply.removeHeader('content-length').header('content-encoding', coding);
    return await CODINGS[coding](body);
  });
}

/** Whichever form is sent now, another client may get another one. What else the response depends on stays. */
export function varyByCoding(reply: FastifyReply): void {
  reply.header('vary', [reply.getHeader('vary'), 'accept-encoding'].filter(Boolean).join(', '));
}

/** By RFC 9110 §12.5.3. Null: the response is sent without a coding, which every client can read. */
export function chooseCoding(accepted = ''): Coding | null {
  const weights = new Map(accepted.toLowerCase().split(',').map(readWeight));
  const weightOf = (coding: Coding) => weights.get(coding) ?? weights.get('*') ?? 0;
  const best = weightOf('gzip') > weightOf('br') ? 'gzip' : 'br';
  return weightOf(best) > 0 ? best : null;
}

/** A weight that cannot be read counts as 0, so that the client gets the form that every client can read. */
function readWeight(entry: string): readonly [name: string, weight: number] {
  const [name = '', ...parameters] = entry.split(';').map((part) => part.trim());
  const weight = parameters.find((part) => part.startsWith('q='))?.slice(2) ?? '1';
  return [name, /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(weight) ? Number(weight) : 0];
}
