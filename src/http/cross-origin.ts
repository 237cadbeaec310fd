/** Cross-origin rules (CORS): which pages of other origins may call, and which parts of a response they may read. */
import cors from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Response headers that pages of other origins may read: for example how old a response is, and when to retry. */
const EXPOSED_HEADERS = [
  'accept-encoding',
  'accept-ranges',
  'age',
  'allow',
  'content-disposition',
  'content-length',
  'content-range',
  'etag',
  'retry-after',
  'www-authenticate',
];

/** `origins`: `:*` at the end matches any port. */
export async function allowOrigins(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  // The plugin responds to preflight requests only: any other OPTIONS request gets the same 405 as other methods that are not allowed.
  app.addHook('onRequest', (request, reply, done) => {
    if (request.method === 'OPTIONS' && !isPreflight(request)) return void reply.callNotFound();
    done();
  });
  await app.register(cors, {
    origin: origins.map(originMatcher),
    methods: ['GET', 'POST'],
    maxAge: 600,
    exposedHeaders: EXPOSED_HEADERS,
  });
}

/** By the Fetch standard, §3.3.2. */
function isPreflight({ headers }: FastifyRequest): boolean {
  return Boolean(headers.origin && headers['access-control-request-method']);
}

/** `http://localhost:*` is that host with any port, the one of the scheme included, which browsers leave out. */
function originMatcher(origin: string): string | RegExp {
  if (!origin.endsWith(':*')) return origin;
  // In a host and its scheme, a dot is the only character that means something in a pattern.
  return new RegExp(`^${origin.slice(0, -2).replaceAll('.', '\\.')}(?::\\d{1,5})?$`);
}
