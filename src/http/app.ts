/** The listener: routes, cross-origin rules, limits, and the way from a request to an operation. */
import { Readable } from 'node:stream';
import type { ApolloServer } from '@apollo/server';
import cors from '@fastify/cors';
import { type FastifyInstance, type FastifyRequest, fastify } from 'fastify';
import type { Clock } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import type { Context } from '../graphql/server/context.ts';
import { answerInFixedWords, SAFE_HEADERS, sendSentence } from './answers.ts';
import { type Caller, type IdentifyCaller, refuseCaller } from './caller.ts';
import { createClientErrorHandler } from './client-errors.ts';
import { addContentRoute, type ContentRouteOptions } from './content/content-route.ts';
import { drainBeforeClosing, OpenOperations, refuseWhileDraining } from './drain.ts';
import { addExplorer } from './explorer.ts';
import { readGraphqlRequest } from './graphql-request.ts';
import { addHealthRoutes, type Readiness } from './health.ts';
import { type BodyLimits, takeJsonBodies } from './json-body.ts';
import { addMetricsRoute, type MetricsRoute } from './metrics.ts';
import { limitOperation } from './operation.ts';
import { leadSomewhere } from './readable-url.ts';
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
  readonly createContext: (
    caller: Caller,
    signal: AbortSignal,
    headers: FastifyRequest['headers'],
  ) => Context;
  readonly clock: Clock;
  readonly operationTimeoutMs: number;
  readonly bodies: BodyLimits;
  readonly corsOrigins: readonly string[];
  /** Whether browsers get pages that explore the schema, and the headers that those begin with. */
  readonly pages: { readonly shown: boolean; readonly presetHeaders: Readonly<Record<string, string>> };
  /** Null: there are no files. */
  readonly content:
    | (Pick<ContentRouteOptions, 'links' | 'createDownload'> & { readonly needsToken: boolean })
    | null;
  /** Null: none are taken. */
  readonly uploads: Omit<
    UploadRouteOptions,
    'identifyCaller' | 'clock' | 'timeoutMs' | 'readiness' | 'operations'
  > | null;
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
  answerInFixedWords(app, options.reportInternalError);
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
  addGraphqlRoute(app, operations, options);
  const { identifyCaller, clock, readiness } = options;
  const common = { timeoutMs: options.operationTimeoutMs, clock, readiness, operations };
  if (options.uploads) await addUploadRoute(app, { ...options.uploads, ...common, identifyCaller });
  if (options.content === null) return app;
  const { needsToken, ...content } = options.content;
  addContentRoute(app, {
    ...content,
    identifyCaller: needsToken ? options.identifyCaller : null,
    ...common,
  });
  return app;
}

function addGraphqlRoute(app: FastifyInstance, operations: OpenOperations, options: AppOptions): void {
  const callers = new WeakMap<FastifyRequest, Caller>();
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    exposeHeadRoute: false,
    // Before the body is read, and never in a resolver: there it would split the operation's batches.
    onRequest: async (request, reply) => {
      if (options.readiness.draining) return refuseWhileDraining(reply);
      if (options.pages.shown && opensPage(request)) return sendSandboxPage(options.apollo, reply);
      operations.add(reply);
      try {
        callers.set(request, await options.identifyCaller(request));
      } catch (error) {
        if (error instanceof GatewayError) return refuseCaller(reply, error);
        throw error;
      }
    },
    handler: async (request, reply) => {
      const caller = callers.get(request);
      if (caller === undefined) throw new GatewayError('UNAUTHENTICATED');
      const httpGraphQLRequest = readGraphqlRequest(request);
      if (httpGraphQLRequest === null) return sendSentence(reply, 400, 'The URL is not UTF-8.');
      const {
        status = 200,
        headers,
        body,
      } = await options.apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest,
        context: async () => {
          const signal = limitOperation(reply, options.clock, options.operationTimeoutMs);
          return options.createContext(caller, signal, request.headers);
        },
      });
      reply.code(status).headers(Object.fromEntries(headers));
      return body.kind === 'complete' ? body.string : Readable.from(body.asyncIterator);
    },
  });
}
