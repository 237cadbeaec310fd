/** Converts the environment to frozen, typed settings, or throws one error that lists every fault and no value. */
import { randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { AUDIT } from './audit-settings.ts';
import { type JwtAuth, type NoAuth, readAuth } from './auth.ts';
import { ConfigError, type Fault } from './config-error.ts';
import { checkAttribution, codesByAlias } from './destination-aliases.ts';
import { Environment, type Variables } from './environment.ts';
import { type EventsSettings, readEvents } from './events-settings.ts';
import { LIMITS } from './limit-settings.ts';
import { findMisspeltNames } from './misspelt-names.ts';
import { type PersistedDocumentsSettings, readPersistedDocuments } from './persisted-documents.ts';
import { checkMemory, type Memory, memoryOfProcess } from './process-memory.ts';
import { RECENT } from './recent-settings.ts';
import { aliasesOf, type RealRedox, readRedox, type SandboxRedox, usesSandbox } from './redox.ts';
import { UPSTREAM } from './redox-settings.ts';
import { readSecretFiles } from './secret-files.ts';
import { type ValuesOf, variablesOf } from './setting.ts';
import {
  ALL_SETTINGS,
  BATCHING,
  CONTENT,
  GATEWAY,
  LISTENER,
  OPERATION,
  SANDBOX,
  SERVICE,
  TRIAL,
  UPLOADS,
} from './settings.ts';
import { readTracing, type TracingSettings } from './tracing.ts';

export type { ClaimNames, JwtAuth, KeySource } from './auth.ts';
export { ConfigError, type Fault } from './config-error.ts';
export {
  describeSettingsAsEnv,
  describeSettingsAsMarkdown,
  describeSettingsAsPage,
  SETTINGS,
} from './describe.ts';

export interface Config extends ValuesOf<typeof CONTENT>, ValuesOf<typeof SERVICE> {
  readonly listener: ValuesOf<typeof LISTENER>;
  readonly redox: SandboxRedox | RealRedox;
  readonly upstream: Omit<ValuesOf<typeof UPSTREAM>, 'facilityCodes'> & {
    /** By alias. */
    readonly facilityCodes: ReadonlyMap<string, string>;
  };
  readonly batching: ValuesOf<typeof BATCHING>;
  readonly operation: ValuesOf<typeof OPERATION>;
  /** How answers of Redox are remembered. Zero seconds: nothing is remembered beyond one operation. */
  readonly recent: ValuesOf<typeof RECENT>;
  /** Events that Redox pushes. */
  readonly events: EventsSettings;
  readonly limits: ValuesOf<typeof LIMITS>;
  readonly auth: NoAuth | JwtAuth;
  readonly audit: ValuesOf<typeof AUDIT>;
  /** At least one, each of at least 32 bytes of UTF-8. The first one seals, all of them open. */
  readonly secrets: readonly string[];
  /** Without a trailing slash; null when it depends on the port that the system will choose (PORT 0). */
  readonly publicUrl: string | null;
  /** `:*` at the end stands for any port. */
  readonly corsOrigins: readonly string[];
  /** Origins of routers to which results of subscriptions may be sent. */
  readonly callbackOrigins: readonly string[];
  /** Whether introspection is allowed, and Apollo Sandbox and the explorer are served. */
  readonly introspection: boolean;
  /** Whether the chart viewer is served at `/`. */
  readonly viewer: boolean;
  /** Null: callers may send any operation. */
  readonly persistedDocuments: PersistedDocumentsSettings | null;
  readonly executor: {
    readonly kind: ValuesOf<typeof GATEWAY>['executor'];
    /** The use of a document, first or second, at which it is compiled. */
    readonly fromUse: 1 | 2;
  };
  readonly redisUrl: string | null;
  /** Null: no traces. */
  readonly tracing: TracingSettings | null;
  readonly sandbox: ValuesOf<typeof SANDBOX>;
  readonly uploads: ValuesOf<typeof UPLOADS>;
}

/**
 * The origin of Apollo Sandbox and Explorer on Apollo's site. The gateway's own landing page needs no origin: its iframe passes
 * requests to the surrounding page, which sends them from the gateway's own origin.
 */
const APOLLO_STUDIO = 'https://studio.apollographql.com';

/** Frontends in development, served from the same machine on any port. Only for synthetic charts. */
const ON_THIS_MACHINE = ['http://localhost:*', 'http://127.0.0.1:*'];

/**
 * @param variables usually `process.env`; an empty variable counts as absent
 *
 * @param memory the memory that this process may use
 *
 * @throws ConfigError with all faults, in the order of `SETTINGS`, followed by those of OpenTelemetry's variables and of misspelt
 * names
 */
export async function parseConfig(variables: Variables, memory: Memory = memoryOfProcess()): Promise<Config> {
  const env = new Environment(variables, await readSecretFiles(variables, ALL_SETTINGS));
  const isSandbox = usesSandbox(env);
  const isOpen = readTrial(env, isSandbox);
  const listener = readListener(env, isOpen);
  const redox = await readRedox(env);
  const auth = await readAuth(env, { isSandbox, host: listener.host, isOpen });
  const persistedDocuments = await readPersistedDocuments(env);
  const aliases = redox && aliasesOf(redox);
  const rest = {
    upstream: readUpstream(env, aliases),
    batching: env.readAll(BATCHING),
    operation: env.readAll(OPERATION),
    recent: readRecent(env, memory),
    events: readEvents(env, aliases),
    limits: env.readAll(LIMITS),
    audit: env.readAll(AUDIT),
    secrets: readSecrets(env, isSandbox),
    publicUrl:
      env.read(GATEWAY.publicUrl) ?? listenerUrl(isOpen ? { ...listener, host: 'localhost' } : listener),
    ...env.readAll(CONTENT),
    callbackOrigins: env.read(GATEWAY.callbackOrigins) ?? [],
    corsOrigins: env.read(GATEWAY.corsOrigins) ?? (isSandbox ? [APOLLO_STUDIO, ...ON_THIS_MACHINE] : []),
    introspection: env.read(GATEWAY.introspection) ?? isSandbox,
    viewer: env.read(GATEWAY.viewer) ?? isSandbox,
    executor: { kind: env.read(GATEWAY.executor), fromUse: 2 } as const,
    redisUrl: env.read(GATEWAY.redisUrl) ?? null,
    ...env.readAll(SERVICE),
    sandbox: env.readAll(SANDBOX),
    uploads: env.readAll(UPLOADS),
  };
  const { tracing, faults: inTracing } = readTracing(variables);
  const faults = [...inTableOrder(env.faults), ...inTracing, ...findMisspeltNames(variables, NAMES)];
  if (faults.length > 0 || redox === undefined || auth === undefined || persistedDocuments === undefined) {
    throw new ConfigError(faults);
  }
  return deepFreeze({ listener, redox, auth, persistedDocuments, tracing, ...rest });
}

const NAMES = variablesOf(ALL_SETTINGS);

function inTableOrder(faults: readonly Fault[]): readonly Fault[] {
  return faults.toSorted((a, b) => NAMES.indexOf(a.variable) - NAMES.indexOf(b.variable));
}

/** `aliases` is undefined when REDOX_DESTINATIONS itself is wrong. */
function readUpstream(env: Environment, aliases: readonly string[] | undefined): Config['upstream'] {
  const values = env.readAll(UPSTREAM);
  checkAttribution(values.attribution, env, aliases);
  return { ...values, facilityCodes: codesByAlias(values.facilityCodes ?? new Map(), env, aliases) };
}

function readRecent(env: Environment, memory: Memory): Config['recent'] {
  const recent = env.readAll(RECENT);
  checkMemory(recent, env, memory);
  return recent;
}

/** Whether callers without tokens may connect from beyond loopback, which is only allowed for synthetic charts. */
function readTrial(env: Environment, isSandbox: boolean): boolean {
  const isOpen = env.read(TRIAL.sandbox) === 'open';
  if (isOpen && !isSandbox)
    env.refuse(TRIAL.sandbox, 'must not be set together with Redox credentials: it is for synthetic charts');
  return isOpen && isSandbox;
}

/** In a container, loopback is the container itself, so nothing outside could reach the gateway. */
function readListener(env: Environment, isOpen: boolean): Config['listener'] {
  const host = env.read(LISTENER.host);
  return { host: isOpen && !env.isSet(LISTENER.host) ? '0.0.0.0' : host, port: env.read(LISTENER.port) };
}

/** With a random secret, ids and links become invalid when the process ends. That is acceptable only for synthetic charts. */
function readSecrets(env: Environment, isSandbox: boolean): readonly string[] {
  const given = isSandbox
    ? env.read(GATEWAY.secrets)
    : env.require(GATEWAY.secrets, 'with Redox credentials: at least 32 bytes');
  return given ?? [randomBytes(32).toString('base64url')];
}

function listenerUrl({ host, port }: Config['listener']): string | null {
  if (port === 0) return null;
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** An assignment to the settings by mistake is then an error at once. A Map cannot be frozen; its type prevents changes. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
