/** The composition root: makes a running gateway from settings, joins its parts, and closes them. */
import { randomUUID } from 'node:crypto';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { AuditLog } from './audit/audit-log.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config/config.ts';
import type { Inbox } from './events/inbox.ts';
import { openAuditLog } from './gateway/audit.ts';
import { pushEvents, settingsOfSandbox, startEmbedded, withEventsOf } from './gateway/embedded-redox.ts';
import { type Events, freshnessLimits, openEvents } from './gateway/events.ts';
import { Operations } from './gateway/operations.ts';
import { describeTokenFailure } from './gateway/token-failure.ts';
import { viewerOptionsFor } from './gateway/viewer-options.ts';
import { createSchema } from './graphql/schema/schema.ts';
import { type ApolloOptions, startApollo } from './graphql/server/apollo.ts';
import { type AppOptions, createApp } from './http/app.ts';
import { createCallerCheck, createSandboxCallerCheck } from './http/caller.ts';
import type { StartTrace } from './http/file-spans.ts';
import { type Shared, type SharedOptions, shareThroughRedis } from './redis/shared.ts';
import { createRedoxClient, type RedoxClient } from './redox/client.ts';
import type { RedoxSettings } from './redox/settings.ts';
import type { GatewayLog } from './telemetry/log.ts';
import { GatewayMetrics } from './telemetry/metrics.ts';
import type { Tracing } from './telemetry/tracing.ts';
import { Turns } from './turns.ts';

export interface Gateway {
  /** The address of the GraphQL endpoint, e.g. `http://127.0.0.1:4000/graphql`. */
  readonly url: string;
  /** The embedded Redox; null with Redox credentials. */
  readonly sandbox: Sandbox | null;
  /** Stops accepting operations, lets those in flight finish, then closes everything. */
  close(): Promise<void>;
}

export async function startGateway(
  settings: Config,
  clock: Clock,
  log: GatewayLog,
  tracing: Tracing | null = null,
): Promise<Gateway> {
  const auditLog = await openAuditLog(settings, clock, log);
  const turns = new Turns(clock);
  const upstream = await openUpstream(settings, clock, turns, log);
  const { sandbox, shared, redox } = upstream;
  const config = sandbox ? withEventsOf(sandbox, settings) : settings;
  const metrics = new GatewayMetrics([...upstream.settings.destinations.keys()]);
  if (shared !== null) metrics.watchShared(() => shared.parts());
  const orders = () => operations.orders;
  const events = openEvents(config, { clock, log, metrics, orders, openShared: inboxOf(upstream) });
  let address = '';
  const baseUrl = () => config.publicUrl ?? address;
  const parts = { clock, turns, log, metrics, tracing, auditLog, baseUrl };
  const operations = new Operations(config, { ...parts, ...partsOf(upstream, events) });
  const listener = await openListener(config, {
    clock,
    turns,
    log,
    metrics,
    tracing,
    operations,
    upstream,
    auditLog,
    events,
  });
  const close = async () => {
    events?.subscribers.close();
    await listener.close();
    events?.inbox.close();
    await redox.close();
    shared?.close();
    auditLog.close();
    await sandbox?.close();
  };
  try {
    await events?.inbox.start();
    address = await listener.listen();
    return { url: `${address}/graphql`, sandbox, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** How this process reaches Redox, and what it shares with other replicas. */
interface Upstream {
  readonly sandbox: Sandbox | null;
  readonly settings: RedoxSettings;
  readonly shared: Shared | null;
  readonly redox: RedoxClient;
}

async function openUpstream(config: Config, clock: Clock, turns: Turns, log: GatewayLog): Promise<Upstream> {
  const sandbox = config.redox.kind === 'sandbox' ? await startEmbedded(config.sandbox, clock) : null;
  const settings = sandbox ? settingsOfSandbox(sandbox, config) : realSettings(config);
  const shared =
    config.redisUrl === null
      ? null
      : share(config.redisUrl, config, { redox: settings, clock, report: log.redis });
  return {
    sandbox,
    settings,
    shared,
    redox: createRedoxClient(settings, {
      clock,
      turns,
      store: shared?.tokenStore,
      onFailure: (error) => log.tokenNotGranted(describeTokenFailure(error)),
    }),
  };
}

/** Null without other replicas. */
function inboxOf({ shared, settings }: Upstream): ((maxEvents: number) => Inbox) | null {
  const aliases = new Set(settings.destinations.keys());
  return shared && ((maxEvents) => shared.openInbox(aliases, maxEvents));
}

/** Of operations: how they reach Redox, what they share with other replicas, and what events do to what they remember. */
function partsOf({ redox, shared, settings }: Upstream, events: Events | null) {
  const writeOrder = shared?.writeOrder ?? null;
  return {
    redox,
    sharedQuota: shared?.quota ?? null,
    sharedWriteOrder: writeOrder && events ? events.orderWith(writeOrder) : writeOrder,
    writeMemory: shared?.writes ?? null,
    source: sourceOf(settings),
    destinations: settings.destinations,
    live: events?.live,
    subscribers: events?.subscribers ?? null,
  };
}

interface ListenerParts {
  readonly clock: Clock;
  readonly turns: Turns;
  readonly log: GatewayLog;
  readonly metrics: GatewayMetrics;
  readonly tracing: Tracing | null;
  readonly operations: Operations;
  readonly upstream: Upstream;
  readonly auditLog: AuditLog;
  readonly events: Events | null;
}

interface Listener {
  /** Resolves to the address of the listener. */
  listen(): Promise<string>;
  /** Stops accepting operations, and lets those in flight finish. */
  close(): Promise<void>;
}

async function openListener(config: Config, parts: ListenerParts): Promise<Listener> {
  const { clock, log, metrics, operations, upstream, auditLog, events } = parts;
  const { sandbox, redox } = upstream;
  const readiness = readinessOf(redox, auditLog, events);
  const { introspection, limits } = config;
  const presetHeaders = presetHeadersFor(config.auth);
  const apollo = await openApollo(config, parts);
  const app = await createApp({
    apollo,
    identifyCaller:
      sandbox && config.auth.mode === 'none'
        ? createSandboxCallerCheck(clock)
        : createCallerCheck(config.auth, log.callerKeysUnavailable, clock),
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
      readiness.draining = true;
      await app.close();
      await apollo.stop();
    },
  };
}

function openApollo(
  config: Config,
  { log, metrics, turns }: Pick<ListenerParts, 'log' | 'metrics' | 'turns'>,
) {
  const { introspection, limits, persistedDocuments, executor } = config;
  return startApollo({
    schema: createSchema(),
    introspection,
    presetHeaders: presetHeadersFor(config.auth),
    persistedDocuments,
    limits,
    log,
    turns,
    compiled: executor.kind === 'graphql-js' ? null : compile(executor.fromUse, { log, metrics }),
  });
}

function readinessOf(redox: RedoxClient, auditLog: AuditLog, events: Events | null) {
  return {
    draining: false,
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
      // Each document that fails is a fault of the gateway, and one line is enough to look for it.
      if (reason === 'failed' && !isLogged) log.notCompiled({ error });
      isLogged ||= reason === 'failed';
    },
  };
}

function share(
  url: string,
  { secrets, upstream, writesWithoutRedis }: Config,
  parts: Pick<SharedOptions, 'redox' | 'clock' | 'report'>,
): Shared {
  return shareThroughRedis({ url, secrets, rate: upstream.rate, writesWithoutRedis, ...parts });
}

/** The default headers of the pages that explore the schema: a placeholder for the token, where callers need one. */
function presetHeadersFor({ mode }: Config['auth']): Readonly<Record<string, string>> {
  return mode === 'jwt' ? { authorization: 'Bearer TOKEN' } : {};
}

/** Identifies the credential and source, as only the source that made an upload can use it. */
function sourceOf({ credentials, sourceId = '' }: RedoxSettings): string {
  const key = credentials.kind === 'oauth' ? credentials.clientId : credentials.apiKey;
  return JSON.stringify([key, sourceId]);
}

function realSettings({ redox, upstream }: Config): RedoxSettings {
  if (redox.kind === 'sandbox') throw new Error('the embedded Redox is not running');
  return { ...redox, ...upstream };
}
