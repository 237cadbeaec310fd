/** The composition root: makes a running gateway from settings, joins its parts, and closes them. */
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config/config.ts';
import type { Inbox } from './events/inbox.ts';
import { openAuditLog } from './gateway/audit.ts';
import { tokenFailures } from './gateway/core-events.ts';
import { settingsOfSandbox, startEmbedded, withEventsOf } from './gateway/embedded-redox.ts';
import { type Events, openEvents } from './gateway/events.ts';
import { openListener } from './gateway/listener.ts';
import { Operations } from './gateway/operations.ts';
import { type Shared, type SharedOptions, shareThroughRedis } from './redis/shared.ts';
import { createRedoxClient, type RedoxClient } from './redox/client.ts';
import type { RedoxSettings } from './redox/settings.ts';
import type { GatewayLog } from './telemetry/log.ts';
import { GatewayMetrics } from './telemetry/metrics.ts';
import type { Tracing } from './telemetry/tracing.ts';
import { TimeSlices } from './time-slices.ts';

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
  const slices = new TimeSlices(clock);
  const upstream = await openUpstream(settings, clock, slices, log);
  const { sandbox, shared, redox, metrics } = upstream;
  const config = sandbox ? withEventsOf(sandbox, settings) : settings;
  if (shared !== null) metrics.watchShared(() => shared.parts());
  const orders = () => operations.orders;
  const events = openEvents(config, { clock, log, metrics, orders, openShared: inboxOf(upstream) });
  let address = '';
  const baseUrl = () => config.publicUrl ?? address;
  const parts = { clock, slices, log, metrics, tracing, auditLog, baseUrl };
  const operations = new Operations(config, { ...parts, ...partsOf(upstream, events) });
  const listener = await openListener(config, { ...parts, operations, redox, sandbox, events });
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
  readonly metrics: GatewayMetrics;
}

async function openUpstream(
  config: Config,
  clock: Clock,
  slices: TimeSlices,
  log: GatewayLog,
): Promise<Upstream> {
  const sandbox = config.redox.kind === 'sandbox' ? await startEmbedded(config.sandbox, clock) : null;
  const settings = sandbox ? settingsOfSandbox(sandbox, config) : realSettings(config);
  const metrics = new GatewayMetrics([...settings.destinations.keys()]);
  const shared =
    config.redisUrl === null
      ? null
      : share(config.redisUrl, config, { redox: settings, clock, report: log.redis });
  return {
    sandbox,
    settings,
    shared,
    metrics,
    redox: createRedoxClient(settings, {
      clock,
      slices,
      store: shared?.tokenStore,
      onFailure: tokenFailures(log, metrics, clock),
    }),
  };
}

/** Null when there are no other replicas. */
function inboxOf({ shared, settings }: Upstream): ((maxEvents: number) => Inbox) | null {
  const aliases = new Set(settings.destinations.keys());
  return shared && ((maxEvents) => shared.openInbox(aliases, maxEvents));
}

/**
 * The parts that operations work with: how they reach Redox, what they share with other replicas, and how events affect what they
 * remember.
 */
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

function share(
  url: string,
  { secrets, upstream, writesWithoutRedis }: Config,
  parts: Pick<SharedOptions, 'redox' | 'clock' | 'report'>,
): Shared {
  return shareThroughRedis({ url, secrets, rate: upstream.rate, writesWithoutRedis, ...parts });
}

/** Identifies the credential and the source: only the source that made an upload can use it. */
function sourceOf({ credentials, sourceId = '' }: RedoxSettings): string {
  const key = credentials.kind === 'oauth' ? credentials.clientId : credentials.apiKey;
  return JSON.stringify([key, sourceId]);
}

function realSettings({ redox, upstream }: Config): RedoxSettings {
  if (redox.kind === 'sandbox') throw new Error('the embedded Redox is not running');
  return { ...redox, ...upstream };
}
