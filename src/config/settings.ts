/** Every setting there is, once: name, parser, default and meaning. Documentation is generated from this table. */
import { AUDIT } from './audit-settings.ts';
import { AUTH } from './auth-settings.ts';
import { LIMITS } from './limit-settings.ts';
import { ADDRESSES, CREDENTIALS, ENDPOINTS, UPSTREAM } from './redox-settings.ts';
import { fixed, NONE, open, type Setting } from './setting.ts';
import { baseUrl, origins, redisUrl } from './url-parsers.ts';
import * as value from './value-parsers.ts';

export const LISTENER = {
  port: fixed('PORT', value.port, '4000', 'Port of the listener; 0 takes any free one.'),
  host: fixed('HOST', value.host, '127.0.0.1', 'Address of the listener.'),
};

export const BATCHING = {
  maxPatients: fixed(
    'BATCH_MAX_PATIENTS',
    value.count,
    '100',
    'Most patients (likewise visits, document ids) in one Media Query; learned downwards at run time, per destination.',
  ),
  scope: fixed(
    'BATCH_SCOPE',
    value.oneOf('operation', 'authority'),
    'authority',
    'Who may share one Media Query: fields of one `operation`, or also concurrent operations of one `authority` (equal rights).',
  ),
};

export const OPERATION = {
  maxWaiting: fixed(
    'MAX_WAITING_NEEDS',
    value.integer(1, 1_000_000),
    '10000',
    'Most fields that wait for one destination; more are refused at once.',
  ),
  maxCalls: fixed(
    'MAX_CALLS_PER_OPERATION',
    value.count,
    '20',
    'Most Media Query calls that one operation may need; one that needs more is refused.',
  ),
  timeoutMs: fixed(
    'OPERATION_TIMEOUT_MS',
    value.durationMs,
    '140000',
    'Milliseconds for one GraphQL operation, all its upstream work included; more than `REDOX_TIMEOUT_MS`, so that what a slow call says can still be answered.',
  ),
};

export const GATEWAY = {
  secrets: open(
    'GATEWAY_SECRET',
    value.secrets,
    'random with the sandbox, else required',
    'Seals ids and links: at least 32 bytes; comma-separated for rotation: the first seals, all open.',
  ),
  publicUrl: open(
    'PUBLIC_URL',
    baseUrl,
    '`http://HOST:PORT`',
    'Base of content links, as callers reach the gateway.',
  ),
  contentLinks: fixed(
    'CONTENT_LINKS',
    value.oneOf('capability', 'bearer'),
    'capability',
    'Who may use a content link: `capability`, every holder of the link; `bearer`, only the caller that it was made for, with a bearer token.',
  ),
  corsOrigins: open(
    'CORS_ORIGINS',
    origins,
    'Apollo Sandbox and Explorer (`https://studio.apollographql.com`) with the sandbox, else none',
    'Origins whose pages may call the gateway, comma-separated.',
  ),
  introspection: open(
    'INTROSPECTION',
    value.flag,
    '`true` with the sandbox, else `false`',
    'Whether callers may ask for the schema, and browsers get Apollo Sandbox at `/graphql` and the offline explorer at `/explorer`.',
  ),
  persistedDocuments: open(
    'PERSISTED_DOCUMENTS',
    value.anyText,
    NONE,
    'A file with the only operations that callers may send: a manifest of persisted documents.',
  ),
  persistedDocumentsMode: fixed(
    'PERSISTED_DOCUMENTS_MODE',
    value.oneOf('enforce', 'audit'),
    'enforce',
    'What happens to other operations: they are refused, or answered and noted in the log.',
  ),
  redisUrl: open(
    'REDIS_URL',
    redisUrl,
    NONE,
    'For several replicas: where they share the Redox token, the quota, what they remember of writes, and which writes are under way.',
  ),
  logLevel: fixed(
    'LOG_LEVEL',
    value.oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    'info',
    'fatal, error, warn, info, debug, trace or silent; logs are JSON lines on stdout.',
  ),
};

/** Redox takes 30 MB (Quotas and constraints, Aug 2025), which are at least so many bytes. */
const MAX_REDOX_UPLOAD_BYTES = 30_000_000;

export const UPLOADS = {
  maxBytes: fixed(
    'MAX_UPLOAD_BYTES',
    value.integer(1, MAX_REDOX_UPLOAD_BYTES),
    '30000000',
    'Largest file that is uploaded, in bytes: by `POST /uploads` or for a mutation. Redox takes no larger one than the default.',
  ),
  allowExecutables: fixed('UPLOAD_EXECUTABLES', value.flag, 'false', 'Whether programs are taken, too.'),
};

export const SANDBOX = {
  latencyMs: fixed(
    'SANDBOX_LATENCY_MS',
    value.delayMs,
    '0',
    "Delay of the embedded Redox's answers, in milliseconds.",
  ),
  database: open(
    'SANDBOX_DB',
    value.anyText,
    NONE,
    'A file in which the embedded Redox keeps what is written; memory when absent.',
  ),
  port: fixed('SANDBOX_PORT', value.port, '4010', 'Port of the embedded Redox alone, for `npm run sandbox`.'),
};

const GROUPS = [
  LISTENER,
  ENDPOINTS,
  CREDENTIALS,
  ADDRESSES,
  UPSTREAM,
  BATCHING,
  OPERATION,
  LIMITS,
  AUTH,
  AUDIT,
  GATEWAY,
  UPLOADS,
  SANDBOX,
];

/** In the order of the documentation and of the faults. */
export const ALL_SETTINGS = GROUPS.flatMap((group): readonly Setting<unknown>[] => Object.values(group));
