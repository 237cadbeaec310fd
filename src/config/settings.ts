/** The table of all settings: name, parser, default and meaning. docs/settings.md and `.env.example` are generated from it. */
import { AUDIT } from './audit-settings.ts';
import { AUTH } from './auth-settings.ts';
import { EVENTS } from './events-settings.ts';
import { LIMITS } from './limit-settings.ts';
import { RECENT } from './recent-settings.ts';
import { ADDRESSES, CREDENTIALS, ENDPOINTS, UPSTREAM } from './redox-settings.ts';
import { fixed, NONE, open, type Setting, secret } from './setting.ts';
import { baseUrl, origins, redisUrl } from './url-parsers.ts';
import * as value from './value-parsers.ts';
import { writtenFile } from './written-file.ts';

export const LISTENER = {
  port: fixed('PORT', value.port, '4000', 'Port of the listener; 0 takes any free port.'),
  host: fixed(
    'HOST',
    value.host,
    '127.0.0.1',
    'Address of the listener. With `SANDBOX=open` it is `0.0.0.0` unless this is set.',
  ),
};

export const BATCHING = {
  maxPatients: fixed(
    'BATCH_MAX_PATIENTS',
    value.count,
    '100',
    'Maximum number of patients in one Media Query, and likewise of visits and of document ids. A lower limit is learned at run time for each destination.',
  ),
  scope: fixed(
    'BATCH_SCOPE',
    value.oneOf('operation', 'authority'),
    'authority',
    'Which fields may share one Media Query: those of one `operation`, or with `authority` also those of concurrent operations of callers with equal rights.',
  ),
};

export const OPERATION = {
  maxWaiting: fixed(
    'MAX_WAITING_NEEDS',
    value.integer(1, 1_000_000),
    '10000',
    'Maximum number of fields that wait for one destination, and of writes that wait. Further ones are refused at once, those of the caller with the most waiting ones first.',
  ),
  maxCalls: fixed(
    'MAX_CALLS_PER_OPERATION',
    value.count,
    '20',
    'Maximum number of Media Queries for one operation; an operation that needs more is refused.',
  ),
  timeoutMs: fixed(
    'OPERATION_TIMEOUT_MS',
    value.durationMs,
    '140000',
    'Time limit of one GraphQL operation in milliseconds, all its upstream calls included. It should be above `REDOX_TIMEOUT_MS`, so that the result of a slow call still reaches the caller.',
  ),
  ratePerCaller: open(
    'RATE_PER_CALLER',
    value.rate,
    NONE,
    'Maximum number of requests to `/graphql`, `/uploads` and `/content` of one caller (subject and client) in a rolling window, for example `300/60s`; further ones are HTTP 429 with `Retry-After`. Each replica counts its own.',
  ),
};

/** Settings of the gateway as a whole; some values and defaults depend on other settings. */
export const GATEWAY = {
  secrets: secret(
    open(
      'GATEWAY_SECRET',
      value.secrets,
      'random with the sandbox, else required',
      'Secret that seals ids and links, of at least 32 bytes. For rotation several are separated by commas: the first one seals, all of them open.',
    ),
  ),
  publicUrl: open(
    'PUBLIC_URL',
    baseUrl,
    '`http://HOST:PORT`',
    'Base URL of content links, as callers reach the gateway. With `SANDBOX=open`, `http://localhost:PORT` by default.',
  ),
  corsOrigins: open(
    'CORS_ORIGINS',
    origins,
    'with the sandbox Apollo Sandbox and Explorer (`https://studio.apollographql.com`), and `http://localhost` and `http://127.0.0.1` with any port; else none',
    'Origins whose pages may call the gateway, comma-separated.',
  ),
  callbackOrigins: open(
    'SUBSCRIPTION_CALLBACKS',
    origins,
    NONE,
    "Origins of routers, comma-separated, that may have results of subscriptions sent to them by Apollo's HTTP callback protocol, for example `https://router.internal:4001`. No other address is ever called.",
  ),
  introspection: open(
    'INTROSPECTION',
    value.flag,
    '`true` with the sandbox, else `false`',
    'Whether callers may query the schema, and browsers get Apollo Sandbox at `/graphql` and the offline explorer at `/explorer`. Responses then say in `extensions.redox` what their operation cost.',
  ),
  viewer: open(
    'VIEWER',
    value.flag,
    '`true` with the sandbox, else `false`',
    'Whether the chart viewer is served at `/`. It holds no data: callers who need tokens are asked for one there.',
  ),
  persistedDocuments: open(
    'PERSISTED_DOCUMENTS',
    value.anyText,
    NONE,
    'File with a manifest of persisted documents: callers may send only these operations.',
  ),
  persistedDocumentsMode: fixed(
    'PERSISTED_DOCUMENTS_MODE',
    value.oneOf('enforce', 'audit'),
    'enforce',
    'What happens to operations that are not in the manifest: with `enforce` they are refused, with `audit` they are executed and logged.',
  ),
  executor: fixed(
    'EXECUTOR',
    value.oneOf('compiled', 'graphql-js'),
    'compiled',
    'What executes operations. With `compiled`, queries whose document is sent again, and the events of subscriptions, are executed by plans that were made of them once, with the same results for less CPU; all others are executed by `graphql-js`.',
  ),
  redisUrl: secret(
    open(
      'REDIS_URL',
      redisUrl,
      NONE,
      'URL of the Redis through which several replicas share the Redox token, the quota, the results of recent writes, and which writes are under way.',
    ),
  ),
};

/** Of the files of content links. */
export const CONTENT = {
  contentLinks: fixed(
    'CONTENT_LINKS',
    value.oneOf('capability', 'bearer'),
    'capability',
    'Who may use a content link: with `capability`, every holder of the link; with `bearer`, only the caller that it was made for, with a bearer token.',
  ),
  contentEmbedding: fixed(
    'CONTENT_EMBEDDING',
    value.oneOf('cross-origin', 'same-origin'),
    'cross-origin',
    'Which pages may embed the files of content links: with `cross-origin`, pages of every site; with `same-origin`, only pages of the origin of `PUBLIC_URL`.',
  ),
  contentCache: fixed(
    'CONTENT_CACHE',
    value.oneOf('no-store', 'private'),
    'no-store',
    'Whether browsers may keep the files of content links: with `private`, until their link expires, so that a page that is loaded again shows them without a request; with `no-store`, never.',
  ),
};

/** Those of the process that are taken as they are. */
export const SERVICE = {
  writesWithoutRedis: fixed(
    'WRITES_WITHOUT_REDIS',
    value.oneOf('allow', 'refuse'),
    'allow',
    'What happens to writes with `clientMutationId` while the Redis of `REDIS_URL` is unavailable: with `allow` each replica remembers its own writes, with `refuse` they are refused with `OVERLOADED` and are not sent.',
  ),
  accessLog: fixed(
    'ACCESS_LOG',
    value.flag,
    'false',
    'Whether every request is logged: its route, method, status, duration and size, and nothing else.',
  ),
  compression: fixed(
    'COMPRESSION',
    value.flag,
    'false',
    'Whether responses of `/graphql` are compressed (`br`, `gzip`) for clients that accept it. Files never are.',
  ),
  logLevel: fixed(
    'LOG_LEVEL',
    value.oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    'info',
    'Lowest level that is logged: fatal, error, warn, info, debug, trace or silent. Logs are JSON lines on stdout.',
  ),
};

/** Redox accepts 30 MB (Quotas and constraints, Aug 2025), which is at least this number of bytes. */
const MAX_REDOX_UPLOAD_BYTES = 30_000_000;

export const UPLOADS = {
  maxBytes: fixed(
    'MAX_UPLOAD_BYTES',
    value.integer(1, MAX_REDOX_UPLOAD_BYTES),
    '30000000',
    'Maximum size of an uploaded file in bytes, by `POST /uploads` or in a mutation. Redox accepts no larger file than the default.',
  ),
  allowExecutables: fixed(
    'UPLOAD_EXECUTABLES',
    value.flag,
    'false',
    'Whether executable files are accepted.',
  ),
};

export const TRIAL = {
  sandbox: open(
    'SANDBOX',
    value.oneOf('open'),
    NONE,
    'With `open`, the gateway may listen beyond loopback without tokens, for a trial in a container. It serves synthetic charts only, so it is refused together with Redox credentials.',
  ),
};

export const SANDBOX_DB_PROBLEM =
  'must name a file that can be written, and that is empty or was written by an embedded Redox';

export const SANDBOX = {
  latencyMs: fixed(
    'SANDBOX_LATENCY_MS',
    value.delayMs,
    '0',
    "Delay of the embedded Redox's responses, in milliseconds.",
  ),
  database: open(
    'SANDBOX_DB',
    writtenFile(SANDBOX_DB_PROBLEM, (found) => found.isFile()),
    NONE,
    'File in which the embedded Redox keeps written documents; it keeps them in memory when this is absent.',
  ),
  port: fixed(
    'SANDBOX_PORT',
    value.port,
    '4010',
    'Port of the embedded Redox when it is started alone, by `npm run sandbox`.',
  ),
  subscriber: open(
    'SANDBOX_SUBSCRIBER_URL',
    value.anyText,
    NONE,
    'URL to which the embedded Redox, started alone, pushes events of what is written to it: `/redox/events` of a gateway.',
  ),
  verificationToken: open(
    'SANDBOX_VERIFICATION_TOKEN',
    value.anyText,
    'random',
    'Verification token that the embedded Redox, started alone, sends with the events that it pushes; the `REDOX_EVENTS_TOKEN` of the gateway.',
  ),
};

const GROUPS = [
  LISTENER,
  ENDPOINTS,
  CREDENTIALS,
  ADDRESSES,
  UPSTREAM,
  BATCHING,
  OPERATION,
  RECENT,
  EVENTS,
  LIMITS,
  AUTH,
  AUDIT,
  GATEWAY,
  CONTENT,
  SERVICE,
  UPLOADS,
  TRIAL,
  SANDBOX,
];

/** All settings, in the order in which the documentation and the errors list them. */
export const ALL_SETTINGS = GROUPS.flatMap((group): readonly Setting<unknown>[] => Object.values(group));
