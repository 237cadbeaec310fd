/** The environment becomes frozen, typed settings, or one error that lists every fault and no value. */
import { randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { readAttribution } from './attribution.ts';
import { AUDIT } from './audit-settings.ts';
import { type JwtAuth, type NoAuth, readAuth } from './auth.ts';
import { ConfigError, type Fault } from './config-error.ts';
import { Environment, type Variables } from './environment.ts';
import { readFacilityCodes } from './facility-codes.ts';
import { deepFreeze } from './frozen.ts';
import { LIMITS } from './limit-settings.ts';
import { findMisspeltNames } from './misspelt-names.ts';
import { type PersistedDocumentsSettings, readPersistedDocuments } from './persisted-documents.ts';
import { aliasesOf, type RealRedox, readRedox, type SandboxRedox, usesSandbox } from './redox.ts';
import { UPSTREAM } from './redox-settings.ts';
import { ALL_SETTINGS, BATCHING, GATEWAY, LISTENER, OPERATION, SANDBOX, UPLOADS } from './settings.ts';
import { readTracing, type TracingSettings } from './tracing.ts';
import type { Rate } from './value-parsers.ts';

export type { ClaimNames, JwtAuth, KeySource } from './auth.ts';
export { ConfigError, type Fault } from './config-error.ts';
export { describeSettingsAsEnv, describeSettingsAsMarkdown, SETTINGS } from './describe.ts';

export interface Config {
  readonly listener: { readonly host: string; readonly port: number };
  readonly redox: SandboxRedox | RealRedox;
  readonly upstream: {
    readonly timeoutMs: number;
    readonly concurrency: number;
    readonly rate: Rate;
    readonly maxResponseBytes: number;
    readonly bytesInFlight: number;
    readonly test: boolean;
    /** By alias. */
    readonly facilityCodes: ReadonlyMap<string, string>;
  };
  readonly batching: {
    readonly maxPatients: number;
    readonly scope: 'operation' | 'authority';
    readonly maxCallsPerOperation: number;
    readonly maxWaiting: number;
    /** By alias; others are `exact`. */
    readonly attribution: ReadonlyMap<string, 'lone'>;
  };
  readonly operationTimeoutMs: number;
  /** Most of each that one request may ask; of `nodes` and `base64Bytes`, that its answer may hold. */
  readonly limits: {
    readonly tokens: number;
    readonly depth: number;
    readonly aliases: number;
    readonly rootFields: number;
    readonly listEntries: number;
    readonly nodes: number;
    readonly base64Bytes: number;
    readonly bodyBytes: number;
  };
  readonly auth: NoAuth | JwtAuth;
  readonly audit: {
    /** Null: stdout. */
    readonly file: string | null;
    readonly format: 'json' | 'fhir';
    readonly patients: 'hashed' | 'plain';
    readonly onFailure: 'refuse' | 'continue';
  };
  /** At least one, each of at least 32 bytes of UTF-8: the first seals, all open. */
  readonly secrets: readonly string[];
  /** Without a trailing slash; null when it depends on the port that the system will choose (PORT 0). */
  readonly publicUrl: string | null;
  /** Who may use a content link: whoever has it, or only with the token of its caller. */
  readonly contentLinks: 'capability' | 'bearer';
  readonly corsOrigins: readonly string[];
  /** Also the pages for it: Apollo Sandbox and the explorer. */
  readonly introspection: boolean;
  /** Null: callers may send any operation. */
  readonly persistedDocuments: PersistedDocumentsSettings | null;
  readonly redisUrl: string | null;
  /** Null: no traces. */
  readonly tracing: TracingSettings | null;
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  /** The embedded Redox: `latencyMs` wherever it runs, `port` only when it runs alone. */
  readonly sandbox: { readonly latencyMs: number; readonly port: number; readonly database?: string };
  readonly uploads: { readonly maxBytes: number; readonly allowExecutables: boolean };
}

/**
 * Apollo Sandbox and Explorer, on Apollo's site. The gateway's own landing page needs none: the iframe in it hands its
 * requests to the page around it, which sends them from the gateway's own origin.
 */
const APOLLO_STUDIO = 'https://studio.apollographql.com';

/**
 * @param variables usually `process.env`; an empty one counts as absent
 * @throws ConfigError with all faults, in the order of `SETTINGS`, then those of OpenTelemetry's variables and misspelt names
 */
export async function parseConfig(variables: Variables): Promise<Config> {
  const env = new Environment(variables);
  const sandboxed = usesSandbox(env);
  const listener = { host: env.read(LISTENER.host), port: env.read(LISTENER.port) };
  const redox = await readRedox(env);
  const auth = await readAuth(env, { sandboxed, host: listener.host });
  const persistedDocuments = await readPersistedDocuments(env);
  const rest = {
    upstream: readUpstream(env, redox && aliasesOf(redox)),
    batching: {
      maxPatients: env.read(BATCHING.maxPatients),
      scope: env.read(BATCHING.scope),
      maxCallsPerOperation: env.read(OPERATION.maxCalls),
      maxWaiting: env.read(OPERATION.maxWaiting),
      attribution: readAttribution(env, redox && aliasesOf(redox)),
    },
    operationTimeoutMs: env.read(OPERATION.timeoutMs),
    limits: readLimits(env),
    audit: {
      file: env.read(AUDIT.file) ?? null,
      format: env.read(AUDIT.format),
      patients: env.read(AUDIT.patients),
      onFailure: env.read(AUDIT.onFailure),
    },
    secrets: readSecrets(env, sandboxed),
    publicUrl: env.read(GATEWAY.publicUrl) ?? listenerUrl(listener),
    contentLinks: env.read(GATEWAY.contentLinks),
    corsOrigins: env.read(GATEWAY.corsOrigins) ?? (sandboxed ? [APOLLO_STUDIO] : []),
    introspection: env.read(GATEWAY.introspection) ?? sandboxed,
    redisUrl: env.read(GATEWAY.redisUrl) ?? null,
    logLevel: env.read(GATEWAY.logLevel),
    sandbox: readSandbox(env),
    uploads: {
      maxBytes: env.read(UPLOADS.maxBytes),
      allowExecutables: env.read(UPLOADS.allowExecutables),
    },
  };
  const { tracing, faults: inTracing } = readTracing(variables);
  const faults = [...inTableOrder(env.faults), ...inTracing, ...findMisspeltNames(variables, NAMES)];
  if (faults.length > 0 || redox === undefined || auth === undefined || persistedDocuments === undefined) {
    throw new ConfigError(faults);
  }
  return deepFreeze({ listener, redox, auth, persistedDocuments, tracing, ...rest });
}

const NAMES = ALL_SETTINGS.map(({ name }) => name);

function inTableOrder(faults: readonly Fault[]): readonly Fault[] {
  return faults.toSorted((a, b) => NAMES.indexOf(a.variable) - NAMES.indexOf(b.variable));
}

/** `aliases`: undefined while they are a fault themselves. */
function readUpstream(env: Environment, aliases: readonly string[] | undefined): Config['upstream'] {
  return {
    timeoutMs: env.read(UPSTREAM.timeoutMs),
    concurrency: env.read(UPSTREAM.concurrency),
    rate: env.read(UPSTREAM.rate),
    maxResponseBytes: env.read(UPSTREAM.maxResponseBytes),
    bytesInFlight: env.read(UPSTREAM.bytesInFlight),
    test: env.read(UPSTREAM.test),
    facilityCodes: readFacilityCodes(env, aliases),
  };
}

function readSandbox(env: Environment): Config['sandbox'] {
  const database = env.read(SANDBOX.database);
  return {
    latencyMs: env.read(SANDBOX.latencyMs),
    port: env.read(SANDBOX.port),
    ...(database !== undefined && { database }),
  };
}

function readLimits(env: Environment): Config['limits'] {
  return {
    tokens: env.read(LIMITS.tokens),
    depth: env.read(LIMITS.depth),
    aliases: env.read(LIMITS.aliases),
    rootFields: env.read(LIMITS.rootFields),
    listEntries: env.read(LIMITS.listEntries),
    nodes: env.read(LIMITS.nodes),
    base64Bytes: env.read(LIMITS.base64Bytes),
    bodyBytes: env.read(LIMITS.bodyBytes),
  };
}

/** A random secret ends with the process, and with it every id and link: fine for synthetic charts only. */
function readSecrets(env: Environment, sandboxed: boolean): readonly string[] {
  const given = sandboxed
    ? env.read(GATEWAY.secrets)
    : env.require(GATEWAY.secrets, 'with Redox credentials: at least 32 bytes');
  return given ?? [randomBytes(32).toString('base64url')];
}

function listenerUrl({ host, port }: Config['listener']): string | null {
  if (port === 0) return null;
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
