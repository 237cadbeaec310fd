/** Which pages of other origins may call (CORS), and what they may read of a response. */
import cors from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** What they may read beside a response's body: of a file, how old a response is, and when to try again. */
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

/** `origins`: `:*` at the end stands for any port. */
export async function allowOrigins(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  // A preflight alone is answered by the plugin: any other OPTIONS is a method that is not allowed, with the response of all of them.
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
