/** Creates the listener from the settings: its HTTP routes, the GraphQL server behind them, and what they work with. */
import { randomUUID } from 'node:crypto';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { createSchema } from '../graphql/schema/schema.ts';
import { type ApolloOptions, startApollo } from '../graphql/server/apollo.ts';
import { type AppOptions, createApp } from '../http/app.ts';
import { createCallerCheck, createSandboxCallerCheck, type IdentifyCaller } from '../http/callers/caller.ts';
import { createLocalCallerCheck } from '../http/callers/local-callers.ts';
import type { StartTrace } from '../http/file-spans.ts';
import type { RedoxClient } from '../redox/client.ts';
import type { GatewayLog } from '../telemetry/log.ts';
import type { GatewayMetrics } from '../telemetry/metrics.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import type { TimeSlices } from '../time-slices.ts';
import { pushEvents } from './embedded-redox.ts';
import { type Events, freshnessLimits } from './events.ts';
import type { Operations } from './operations.ts';
import { viewerOptionsFor } from './viewer-options.ts';

export interface ListenerParts {
  readonly clock: Clock;
  readonly slices: TimeSlices;
  readonly log: GatewayLog;
  readonly metrics: GatewayMetrics;
  readonly tracing: Tracing | null;
  readonly operations: Operations;
  readonly redox: RedoxClient;
  /** The embedded Redox; null with Redox credentials. */
  readonly sandbox: Sandbox | null;
  readonly auditLog: AuditLog;
  readonly events: Events | null;
}

export interface Listener {
  /** Resolves to the address of the listener. */
  listen(): Promise<string>;
  /** Stops accepting operations, and lets those in flight finish. */
  close(): Promise<void>;
}

export async function openListener(config: Config, parts: ListenerParts): Promise<Listener> {
  const { clock, log, metrics, operations, redox, sandbox, auditLog, events } = parts;
  const readiness = readinessOf(redox, auditLog, events);
  const { introspection, limits } = config;
  const presetHeaders = presetHeadersFor(config.auth);
  const apollo = await openApollo(config, parts);
  const app = await createApp({
    apollo,
    identifyCaller: callerCheckOf(config, parts),
    createContext: (operation, headers) => operations.createContext(operation, headers),
    content: {
      links: operations.linkSeal,
      createDownload: (link, operation) => operations.createDownload(link, operation),
      needsToken: config.contentLinks === 'bearer',
      embedding: config.contentEmbedding,
      cache: config.contentCache,
    },
    clock,
    operationTimeoutMs: config.operation.timeoutMs,
    freshness: freshnessLimits(config),
    ratePerCaller: config.operation.ratePerCaller ?? null,
    bodies: { maxBodyBytes: limits.bodyBytes, maxBase64Bytes: limits.base64Bytes },
    corsOrigins: config.corsOrigins,
    callbackOrigins: config.callbackOrigins,
    pages: { shown: introspection, presetHeaders },
    viewer: viewerOptionsFor(config, sandbox?.charts ?? []),
    uploads: uploadOptions(config, operations),
    events: events?.route ?? null,
    readiness,
    metrics,
    traceFile: fileTracer(parts.tracing),
    logRequest: config.accessLog ? log.request : null,
    compression: config.compression,
    reportInternalError: ({ error }) => log.internalError({ reference: randomUUID(), error }),
  });
  let endPushes = () => {};
  return {
    async listen() {
      const address = await app.listen({ ...config.listener });
      if (sandbox && events) endPushes = pushEvents(sandbox, address, events.route.tokens);
      return address;
    },
    async close() {
      endPushes();
      readiness.isDraining = true;
      await app.close();
      await apollo.stop();
    },
  };
}

function callerCheckOf(
  { auth, publicUrl }: Config,
  { sandbox, log, clock }: Pick<ListenerParts, 'sandbox' | 'log' | 'clock'>,
): IdentifyCaller {
  if (auth.mode === 'jwt') return createCallerCheck(auth, log.callerKeysUnavailable, clock);
  return sandbox ? createSandboxCallerCheck(clock) : createLocalCallerCheck(publicUrl);
}

function openApollo(
  config: Config,
  { log, metrics, slices }: Pick<ListenerParts, 'log' | 'metrics' | 'slices'>,
) {
  const { introspection, limits, persistedDocuments, executor } = config;
  return startApollo({
    schema: createSchema(),
    introspection,
    presetHeaders: presetHeadersFor(config.auth),
    persistedDocuments,
    limits,
    log,
    slices,
    compiled: executor.kind === 'graphql-js' ? null : compile(executor.fromUse, { log, metrics }),
  });
}

function readinessOf(redox: RedoxClient, auditLog: AuditLog, events: Events | null) {
  return {
    isDraining: false,
    hasToken: () => redox.ready(),
    canAudit: () => auditLog.isAvailable(),
    canRecordEvents: () => events?.inbox.health.isUp ?? true,
  };
}

function fileTracer(tracing: Tracing | null): StartTrace | null {
  return tracing && ((request) => tracing.startRequest(request));
}

function uploadOptions({ uploads }: Config, operations: Operations): AppOptions['uploads'] {
  return {
    ...uploads,
    createRecord: (operation) => operations.createUploadRecord(operation),
    checkUploader: (operation) => operations.writes.checkUploader(operation),
    upload: (...file) => operations.writes.upload(...file),
  };
}

function compile(
  fromUse: 1 | 2,
  { log, metrics }: Pick<ListenerParts, 'log' | 'metrics'>,
): ApolloOptions['compiled'] {
  let isLogged = false;
  return {
    fromUse,
    onDeclined(reason, error) {
      metrics.notCompiled(reason);
      // Each document that fails is a fault of the gateway, and one line is enough to find it.
      if (reason === 'failed' && !isLogged) log.notCompiled({ error });
      isLogged ||= reason === 'failed';
    },
  };
}

/** The default headers of the pages that explore the schema: a placeholder for the token, if callers need one. */
function presetHeadersFor({ mode }: Config['auth']): Readonly<Record<string, string>> {
  return mode === 'jwt' ? { authorization: 'Bearer TOKEN' } : {};
}
