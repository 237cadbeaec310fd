/** Every setting there is, once: name, parser, default and meaning. Documentation is generated from this table. */
import { fixed, open, type Setting } from './setting.ts';
import { baseUrl, origins, privateUrl, redisUrl, resourceUrl } from './url-parsers.ts';
import * as value from './value-parsers.ts';

const NONE = '–';

export const LISTENER = {
  port: fixed('PORT', value.port, '4000', 'Port of the listener; 0 takes any free one.'),
  host: fixed('HOST', value.host, '127.0.0.1', 'Address of the listener.'),
};

/** Where the real Redox is; like `ADDRESSES`, a fault without credentials. */
export const ENDPOINTS = {
  apiUrl: fixed(
    'REDOX_API_URL',
    privateUrl,
    'https://api.redoxengine.com',
    'Base URL of Redox: queries go to `{url}/endpoint`.',
  ),
  tokenUrl: open(
    'REDOX_TOKEN_URL',
    privateUrl,
    '`{REDOX_API_URL}/v2/auth/token`',
    'Where OAuth access tokens are fetched.',
  ),
  uploadUrl: fixed('REDOX_UPLOAD_URL', privateUrl, 'https://blob.redoxengine.com/upload', 'Where files go.'),
};

/** Any of them set means the real Redox; none, the embedded sandbox. */
export const CREDENTIALS = {
  clientId: open('REDOX_CLIENT_ID', value.text, NONE, 'Client ID of the Redox OAuth API key.'),
  keyId: open('REDOX_KEY_ID', value.text, NONE, 'Key ID (`kid`) of the public key registered with Redox.'),
  privateKey: open(
    'REDOX_PRIVATE_KEY',
    value.anyText,
    NONE,
    'RSA private key of the OAuth API key: PKCS#8 PEM, with real newlines or `\\n`, or a JWK as JSON.',
  ),
  privateKeyFile: open('REDOX_PRIVATE_KEY_FILE', value.anyText, NONE, 'A file with that key, instead of it.'),
  apiKey: open('REDOX_API_KEY', value.text, NONE, 'Legacy API key, instead of the OAuth API key.'),
  apiSecret: open('REDOX_API_SECRET', value.text, NONE, 'Secret of the legacy API key.'),
};

export const ADDRESSES = {
  sourceId: open(
    'REDOX_SOURCE_ID',
    value.text,
    NONE,
    '`Meta.Source.ID`; needed when the environment has several OAuth API keys.',
  ),
  destinations: open(
    'REDOX_DESTINATIONS',
    value.destinations,
    'required with credentials',
    '`general=UUID,county=UUID`: alias and destination ID; the first is the default. Callers only see aliases.',
  ),
};

export const UPSTREAM = {
  test: fixed('REDOX_TEST', value.flag, 'false', '`Meta.Test` of every message: true, false, 1 or 0.'),
  facilityCode: open('REDOX_FACILITY_CODE', value.text, NONE, '`Meta.FacilityCode` of every message.'),
  timeoutMs: fixed(
    'REDOX_TIMEOUT_MS',
    value.durationMs,
    '60000',
    'Milliseconds for one upstream call, from its first byte sent to its last byte read.',
  ),
  concurrency: fixed('REDOX_CONCURRENCY', value.count, '16', 'Upstream calls in flight at once.'),
  rate: fixed(
    'REDOX_RATE',
    value.rate,
    '7500/300s',
    'Rolling quota of upstream calls of this process: calls per time, in ms, s or m.',
  ),
  maxResponseBytes: fixed(
    'REDOX_MAX_RESPONSE_BYTES',
    value.sizeBytes,
    '41943040',
    'Largest upstream message that is accepted.',
  ),
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
  maxCalls: fixed(
    'MAX_CALLS_PER_OPERATION',
    value.count,
    '20',
    'Most Media Query calls that one operation may need; one that needs more is refused.',
  ),
  timeoutMs: fixed(
    'OPERATION_TIMEOUT_MS',
    value.durationMs,
    '90000',
    'Milliseconds for one GraphQL operation, all its upstream work included.',
  ),
};

export const AUTH = {
  mode: open(
    'AUTH_MODE',
    value.oneOf('jwt', 'none'),
    '`jwt`; `none` with the sandbox',
    'How callers are known: `jwt` bearer tokens, or `none`, which is refused unless `HOST` is loopback.',
  ),
  issuer: open('AUTH_ISSUER', value.text, 'required with `jwt`', '`iss` that bearer tokens must have.'),
  audience: open('AUTH_AUDIENCE', value.text, 'required with `jwt`', '`aud` that bearer tokens must have.'),
  jwksUrl: open(
    'AUTH_JWKS_URL',
    resourceUrl,
    'this or `AUTH_JWKS_FILE` required with `jwt`',
    'Where the public keys of bearer tokens are fetched, as a JWK set.',
  ),
  jwksFile: open(
    'AUTH_JWKS_FILE',
    value.anyText,
    NONE,
    'A file with that JWK set, instead of `AUTH_JWKS_URL`.',
  ),
  scopeClaim: fixed(
    'AUTH_SCOPE_CLAIM',
    value.text,
    'scope',
    'Claim with the scopes, `media:read`, `media:write` and `content:read`: a list, or text with spaces between.',
  ),
  destinationsClaim: fixed(
    'AUTH_DESTINATIONS_CLAIM',
    value.text,
    'redox_destinations',
    'Claim with the aliases of the destinations that the caller may ask, as a list; all when it is absent.',
  ),
  patientsClaim: fixed(
    'AUTH_PATIENTS_CLAIM',
    value.text,
    'redox_patients',
    "Claim with the patients whose media the caller may see, as a list of `IDType|ID`; all when it is absent. It holds for every destination, and the same number may be another person's elsewhere: name destinations too.",
  ),
  patientClaim: fixed(
    'AUTH_PATIENT_CLAIM',
    value.text,
    'patient',
    'Claim with the ID of the one patient whose media the caller may see, as SMART App Launch has it.',
  ),
  patientIdType: open(
    'AUTH_PATIENT_ID_TYPE',
    value.text,
    'none: tokens with that claim are refused',
    'IDType of the ID in `AUTH_PATIENT_CLAIM`, e.g. MR.',
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
  corsOrigins: open(
    'CORS_ORIGINS',
    origins,
    'Apollo Sandbox and Explorer (`https://studio.apollographql.com`) with the sandbox, else none',
    'Origins whose pages may call the gateway, comma-separated.',
  ),
  redisUrl: open(
    'REDIS_URL',
    redisUrl,
    NONE,
    'For several replicas: where they share the Redox token and the quota.',
  ),
  logLevel: fixed(
    'LOG_LEVEL',
    value.oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    'info',
    'fatal, error, warn, info, debug, trace or silent; logs are JSON lines on stdout.',
  ),
};

export const SANDBOX = {
  latencyMs: fixed(
    'SANDBOX_LATENCY_MS',
    value.delayMs,
    '0',
    "Delay of the embedded Redox's answers, in milliseconds.",
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
  AUTH,
  GATEWAY,
  SANDBOX,
];

/** In the order of the documentation and of the faults. */
export const ALL_SETTINGS = GROUPS.flatMap((group): readonly Setting<unknown>[] => Object.values(group));
