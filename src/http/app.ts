/** The listener: its routes, cross-origin rules and limits, and the GraphQL route. */
import { Readable } from 'node:stream';
import type { ApolloServer } from '@apollo/server';
import { type FastifyInstance, type FastifyRequest, fastify } from 'fastify';
import type { Clock } from '../clock.ts';
import type { Rate } from '../config/value-parsers.ts';
import type { Context } from '../graphql/server/context.ts';
import type { AccessLine } from '../telemetry/log.ts';
import { logAccess } from './access-log.ts';
import type { BodyLimits } from './bodies/body-budgets.ts';
import { takeJsonBodies } from './bodies/json-body.ts';
import { type FreshnessLimits, freshnessReader } from './cache-control.ts';
import type { IdentifyCaller } from './callers/caller.ts';
import { RatePerCaller } from './callers/rate-per-caller.ts';
import { createClientErrorHandler } from './client-errors.ts';
import { compressJson } from './compression.ts';
import { boundConnections, HEADER_TIMEOUTS } from './connection-bounds.ts';
import { addContentRoute, type ContentRouteOptions } from './content/content-route.ts';
import { allowOrigins } from './cross-origin.ts';
import { drainBeforeClosing, OpenOperations } from './drain.ts';
import { type StartTrace, traceFiles } from './file-spans.ts';
import { readGraphqlRequest } from './graphql-request.ts';
import { LingeringClose, lingerAfterEarlyResponses } from './lingering-close.ts';
import { CallbackClient } from './live/callback-client.ts';
import { liveRequestOf } from './live/live-request.ts';
import { addHealthRoutes, addMetricsRoute, type MetricsRoute, type Readiness } from './monitoring.ts';
import { type Operation, type OperationsOptions, operationOf, takeOperations } from './operation.ts';
import { addExplorer } from './pages/explorer.ts';
import { addFrontPage } from './pages/front-page.ts';
import { opensPage, sendSandboxPage } from './pages/sandbox-page.ts';
import { addViewer, type ViewerOptions } from './pages/viewer.ts';
import { replaceInvalidPath } from './readable-url.ts';
import { addEventsRoute, EVENT_REQUEST_TIMEOUT_MS, type EventsRoute } from './redox-events.ts';
import { limitTimeToRead } from './response-deadline.ts';
import { respondWithFixedSentences, SAFE_HEADERS, sendBadRequest } from './responses.ts';
import { addUploadRoute, type UploadRouteOptions } from './uploads/uploads.ts';

/** The time that a client may take to send a request. A GraphQL request needs no more; an upload has the time of an operation. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the idle timeouts of common load balancers (60 s), so that these close connections first. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

/**
 * Each part of the gateway that cleans up after a response adds one listener: a dozen for a download that is traced and logged.
 * Node warns of a leak above ten.
 */
const MAX_RESPONSE_LISTENERS = 20;

export interface AppOptions {
  readonly apollo: ApolloServer<Context>;
  readonly identifyCaller: IdentifyCaller;
  readonly createContext: (operation: Operation, headers: FastifyRequest['headers']) => Context;
  readonly clock: Clock;
  readonly operationTimeoutMs: number;
  readonly freshness: FreshnessLimits;
  /** Null: the number of operations of a caller is not limited. */
  readonly ratePerCaller: Rate | null;
  readonly bodies: BodyLimits;
  /** `:*` at the end matches any port. */
  readonly corsOrigins: readonly string[];
  /** Origins of routers to which results of subscriptions may be sent. */
  readonly callbackOrigins: readonly string[];
  /** Whether pages that explore the schema are served, and the headers that they send by default. */
  readonly pages: { readonly shown: boolean; readonly presetHeaders: Readonly<Record<string, string>> };
  /** Null: there is no chart viewer. */
  readonly viewer: ViewerOptions | null;
  /** Null: the content route does not exist. */
  readonly content: (ContentRouteOptions & { readonly needsToken: boolean }) | null;
  /** Null: uploads are not accepted. */
  readonly uploads: UploadRouteOptions | null;
  /** Null: Redox's events are not received. */
  readonly events: EventsRoute | null;
  readonly readiness: Readiness;
  readonly metrics: MetricsRoute;
  /** Begins the span of an upload or a download. Null or absent: nothing is traced. */
  readonly traceFile?: StartTrace | null;
  /** Null: requests are not logged. */
  readonly logRequest: ((line: AccessLine) => void) | null;
  /** Whether JSON is compressed for clients that accept it. */
  readonly compression: boolean;
  readonly reportInternalError: (event: { readonly error: unknown }) => void;
}

export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const lingering = new LingeringClose(options.clock);
  const app = fastify({
    // A content link holds the identity of its file. A longer one would not fit into Node's 16 kB of headers either.
    routerOptions: { maxParamLength: 16_384 },
    requestTimeout: Math.max(
      REQUEST_TIMEOUT_MS,
      options.operationTimeoutMs,
      options.events === null ? 0 : EVENT_REQUEST_TIMEOUT_MS,
    ),
    http: HEADER_TIMEOUTS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    // No operation is open at this point (see drain.ts), and an idle connection would keep the process from ending.
    forceCloseConnections: true,
    // Closing waits as long as operations in flight may take; Fastify's default would be ten seconds.
    pluginTimeout: 0,
    // Fastify's own response while closing has another shape, and `/readyz` would get it too.
    return503OnClosing: false,
    clientErrorHandler: createClientErrorHandler(options.corsOrigins.length > 0, lingering),
    rewriteUrl: ({ url = '/' }) => replaceInvalidPath(url),
    logger: false,
  });
  boundConnections(app.server, options.clock);
  // An unknown expectation is ignored (RFC 9110 §10.1.1). Node would respond with 417, which would block a hospital's feed of events.
  app.server.on('checkExpectation', (...exchange) => app.server.emit('request', ...exchange));
  // Only routes of operations read bodies, and they identify the caller before they do.
  app.removeAllContentTypeParsers();
  // This hook and the others that run for every request use callbacks: an async hook would cost a promise each.
  app.addHook('onRequest', (_, reply, done) => {
    reply.headers(SAFE_HEADERS);
    reply.raw.setMaxListeners(MAX_RESPONSE_LISTENERS);
    done();
  });
  if (options.logRequest) logAccess(app, options.clock, options.logRequest);
  respondWithFixedSentences(app, options.reportInternalError);
  if (options.corsOrigins.length > 0) await allowOrigins(app, options.corsOrigins);
  lingerAfterEarlyResponses(app, lingering);
  addMetricsRoute(app, options.metrics);
  addHealthRoutes(app, options.readiness);
  if (options.pages.shown) addExplorer(app, options.pages);
  if (options.viewer) addViewer(app, options.viewer);
  addFrontPage(app, { explorer: options.pages.shown });
  const operations = new OpenOperations();
  drainBeforeClosing(app, operations, options.readiness);
  const { clock, readiness, events } = options;
  if (events)
    await app.register(async (scope) => addEventsRoute(scope, { ...events, clock, readiness, operations }));
  await addOperationRoutes(app, operations, options);
  return app;
}

async function addOperationRoutes(
  app: FastifyInstance,
  operations: OpenOperations,
  options: AppOptions,
): Promise<void> {
  const { identifyCaller, clock, operationTimeoutMs: timeoutMs, readiness, content, uploads } = options;
  const ratePerCaller = options.ratePerCaller && new RatePerCaller(options.ratePerCaller, clock);
  const taken: OperationsOptions = {
    identifyCaller,
    clock,
    timeoutMs,
    readFreshness: freshnessReader(options.freshness),
    readiness,
    operations,
    ratePerCaller,
  };
  await app.register(async (scope) => addGraphqlRoute(scope, taken, options));
  if (uploads) {
    await app.register(async (scope) => {
      traceFiles(scope, options.traceFile ?? null);
      addUploadRoute(scope, taken, uploads);
    });
  }
  if (content === null) return;
  const authenticated = content.needsToken ? taken : { ...taken, identifyCaller: null };
  await app.register(async (scope) => {
    traceFiles(scope, options.traceFile ?? null);
    addContentRoute(scope, authenticated, content);
  });
}

function addGraphqlRoute(scope: FastifyInstance, taken: OperationsOptions, options: AppOptions): void {
  const { apollo, pages, readiness, clock } = options;
  const client = new CallbackClient(clock);
  scope.addHook('onClose', () => client.close());
  const callbacks = { client, origins: options.callbackOrigins, clock };
  const liveOptions = { operations: taken.operations, callbacks };
  // A browser that opens the page does not have a token yet.
  scope.addHook('onRequest', (request, reply, done) => {
    if (!pages.shown || readiness.isDraining || !opensPage(request)) return done();
    sendSandboxPage(apollo, reply).then(undefined, done);
  });
  takeOperations(scope, taken);
  if (options.compression) compressJson(scope);
  takeJsonBodies(scope, options.bodies, clock);
  scope.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const httpGraphQLRequest = readGraphqlRequest(request);
      if (httpGraphQLRequest === null) return sendBadRequest(reply, 'urlNotUtf8');
      const operation = operationOf(request);
      const live = liveRequestOf(request, liveOptions);
      try {
        const response = await apollo.executeHTTPGraphQLRequest({
          httpGraphQLRequest: live?.withJsonAccepted(httpGraphQLRequest) ?? httpGraphQLRequest,
          context: async () => {
            const context = options.createContext(operation, request.headers);
            return live === null ? context : { ...context, transport: live };
          },
        });
        const streamed = live?.respond(reply, response) ?? null;
        if (streamed !== null) return streamed;
        const { status = 200, headers, body } = response;
        reply.code(status).headers(Object.fromEntries(headers));
        if (body.kind === 'chunked') return Readable.from(body.asyncIterator);
        limitTimeToRead(reply, body.string.length, clock);
        return body.string;
      } finally {
        request.filesInBody?.release();
      }
    },
  });
}
