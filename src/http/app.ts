/** The listener: routes, cross-origin rules, limits, and the way from a request to an operation. */
import { Readable } from 'node:stream';
import type { ApolloServer } from '@apollo/server';
import cors from '@fastify/cors';
import { type FastifyInstance, type FastifyRequest, fastify } from 'fastify';
import type { Clock } from '../clock.ts';
import type { Context } from '../graphql/server/context.ts';
import type { IdentifyCaller } from './caller.ts';
import { createClientErrorHandler } from './client-errors.ts';
import { addContentRoute, type ContentRouteOptions } from './content/content-route.ts';
import { drainBeforeClosing, OpenOperations } from './drain.ts';
import { addExplorer } from './explorer.ts';
import { readGraphqlRequest } from './graphql-request.ts';
import { addHealthRoutes, type Readiness } from './health.ts';
import { type BodyLimits, takeJsonBodies } from './json-body.ts';
import { addMetricsRoute, type MetricsRoute } from './metrics.ts';
import { type Operation, type OperationsOptions, operationOf, takeOperations } from './operation.ts';
import { leadSomewhere } from './readable-url.ts';
import { respondInFixedWords, SAFE_HEADERS, sendSentence } from './responses.ts';
import { opensPage, sendSandboxPage } from './sandbox-page.ts';
import { addUploadRoute, type UploadRouteOptions } from './uploads.ts';

/** From the first byte of a request to its last, at least: an operation needs no more; files have as long as operations. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the idle timeouts of common load balancers (60 s), so that they close first. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

/** Of files: what pages of other origins may read. */
const EXPOSED_HEADERS = ['accept-ranges', 'content-disposition', 'content-range', 'etag'];

export interface AppOptions {
  readonly apollo: ApolloServer<Context>;
  readonly identifyCaller: IdentifyCaller;
  readonly createContext: (operation: Operation, headers: FastifyRequest['headers']) => Context;
  readonly clock: Clock;
  readonly operationTimeoutMs: number;
  readonly bodies: BodyLimits;
  readonly corsOrigins: readonly string[];
  /** Whether browsers get pages that explore the schema, and the headers that those begin with. */
  readonly pages: { readonly shown: boolean; readonly presetHeaders: Readonly<Record<string, string>> };
  /** Null: there are no files. */
  readonly content: (ContentRouteOptions & { readonly needsToken: boolean }) | null;
  /** Null: none are taken. */
  readonly uploads: UploadRouteOptions | null;
  readonly readiness: Readiness;
  readonly metrics: MetricsRoute;
  readonly reportInternalError: (event: { readonly error: unknown }) => void;
}

export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const app = fastify({
    // A content link holds the identity of its file. Longer ones do not fit into Node's 16 kB of headers either.
    routerOptions: { maxParamLength: 16_384 },
    requestTimeout: Math.max(REQUEST_TIMEOUT_MS, options.operationTimeoutMs),
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    // By then no operation is open (see drain.ts); a connection that never sent a request would hold up the end.
    forceCloseConnections: true,
    // Closing waits for operations in flight, as long as those may take; ten seconds would be fastify's patience.
    pluginTimeout: 0,
    // Fastify's own answer while closing would be in other words, and to /readyz too.
    return503OnClosing: false,
    clientErrorHandler: createClientErrorHandler(options.corsOrigins.length > 0),
    rewriteUrl: ({ url = '/' }) => leadSomewhere(url),
    logger: false,
  });
  takeJsonBodies(app, options.bodies);
  app.addHook('onRequest', async (_, reply) => {
    reply.headers(SAFE_HEADERS);
  });
  respondInFixedWords(app, options.reportInternalError);
  if (options.corsOrigins.length > 0) {
    await app.register(cors, {
      origin: [...options.corsOrigins],
      methods: ['GET', 'POST'],
      maxAge: 600,
      exposedHeaders: EXPOSED_HEADERS,
    });
  }
  addMetricsRoute(app, options.metrics);
  addHealthRoutes(app, options.readiness);
  if (options.pages.shown) addExplorer(app, options.pages);
  const operations = new OpenOperations();
  drainBeforeClosing(app, operations, options.readiness);
  await addOperationRoutes(app, operations, options);
  return app;
}

async function addOperationRoutes(
  app: FastifyInstance,
  operations: OpenOperations,
  options: AppOptions,
): Promise<void> {
  const { identifyCaller, clock, operationTimeoutMs: timeoutMs, readiness, content, uploads } = options;
  const taken: OperationsOptions = { identifyCaller, clock, timeoutMs, readiness, operations };
  await app.register(async (scope) => addGraphqlRoute(scope, taken, options));
  if (uploads) await app.register(async (scope) => addUploadRoute(scope, taken, uploads));
  if (content === null) return;
  const asked = content.needsToken ? taken : { ...taken, identifyCaller: null };
  await app.register(async (scope) => addContentRoute(scope, asked, content));
}

function addGraphqlRoute(scope: FastifyInstance, taken: OperationsOptions, options: AppOptions): void {
  const { apollo, pages, readiness } = options;
  // A browser that only wants the page has no token yet.
  scope.addHook('onRequest', async (request, reply) => {
    if (pages.shown && !readiness.draining && opensPage(request)) return sendSandboxPage(apollo, reply);
  });
  takeOperations(scope, taken);
  scope.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const httpGraphQLRequest = readGraphqlRequest(request);
      if (httpGraphQLRequest === null) return sendSentence(reply, 400, 'The URL is not UTF-8.');
      const operation = operationOf(request);
      const response = await apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest,
        context: async () => options.createContext(operation, request.headers),
      });
      const { status = 200, headers, body } = response;
      reply.code(status).headers(Object.fromEntries(headers));
      return body.kind === 'complete' ? body.string : Readable.from(body.asyncIterator);
    },
  });
}
