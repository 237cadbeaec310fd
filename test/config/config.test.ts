/** Behaviour: what the environment becomes, and that the documentation says the same. */
import { readFileSync } from 'node:fs';
import { expect, expectTypeOf, it } from 'vitest';
import {
  describeSettingsAsEnv,
  describeSettingsAsMarkdown,
  parseConfig,
  SETTINGS,
} from '../../src/config/config.ts';
import {
  COUNTY,
  EVENTS_TOKEN,
  GENERAL,
  KEY_JWK,
  KEY_PEM,
  LEGACY,
  OAUTH,
  PUBLIC_JWK,
  SECRET,
  writeTextFile,
} from './environments.ts';

const UPSTREAM_DEFAULTS = {
  timeoutMs: 125_000,
  concurrency: 16,
  rate: { calls: 7500, windowMs: 300_000 },
  maxResponseBytes: 41_943_040,
  bytesInFlight: 268_435_456,
  test: false,
  facilityCodes: new Map(),
  attribution: new Map(),
};

const DEFAULTS = {
  listener: { host: '127.0.0.1', port: 4000 },
  upstream: UPSTREAM_DEFAULTS,
  batching: { maxPatients: 100, scope: 'authority' },
  operation: { maxWaiting: 10_000, maxCalls: 20, timeoutMs: 140_000 },
  recent: { seconds: 120, bytes: 67_108_864, fileBytes: 134_217_728, maxAgeSeconds: 0 },
  events: { tokens: null, sources: new Map(), kept: 10_000, liveRecentSeconds: 600 },
  limits: {
    queryBytes: 32_768,
    tokens: 2000,
    depth: 12,
    aliases: 100,
    rootFields: 50,
    listEntries: 500,
    needs: 2000,
    nodes: 20_000,
    base64Bytes: 10_485_760,
    bodyBytes: 262_144,
    subscriptions: 5000,
    subscriptionsPerCaller: 2000,
    bufferedEvents: 1000,
  },
  audit: { format: 'json', patients: 'hashed', onFailure: 'refuse' },
  publicUrl: 'http://127.0.0.1:4000',
  contentLinks: 'capability',
  contentEmbedding: 'cross-origin',
  contentCache: 'no-store',
  redisUrl: null,
  accessLog: false,
  compression: false,
  executor: { kind: 'compiled', fromUse: 2 },
  writesWithoutRedis: 'allow',
  logLevel: 'info',
  tracing: null,
  sandbox: { latencyMs: 0, port: 4010 },
  uploads: { maxBytes: 30_000_000, allowExecutables: false },
};

it('runs on the sandbox with an empty environment', async () => {
  const { secrets, ...config } = await parseConfig({});
  expect(config).toEqual({
    ...DEFAULTS,
    redox: { kind: 'sandbox' },
    auth: { mode: 'none' },
    introspection: true,
    persistedDocuments: null,
    viewer: true,
    callbackOrigins: [],
    corsOrigins: ['https://studio.apollographql.com', 'http://localhost:*', 'http://127.0.0.1:*'],
  });
  expect(secrets.map((secret) => Buffer.from(secret, 'base64url').length)).toEqual([32]);
  expect((await parseConfig({})).secrets).not.toEqual(secrets);
});

it('defaults to jwt, no CORS and Redox itself with credentials', async () => {
  expect(await parseConfig(OAUTH)).toEqual({
    ...DEFAULTS,
    redox: {
      kind: 'real',
      apiUrl: 'https://api.redoxengine.com',
      tokenUrl: 'https://api.redoxengine.com/v2/auth/token',
      uploadUrl: 'https://blob.redoxengine.com/upload',
      credentials: { kind: 'oauth', clientId: 'client', keyId: 'kid', privateKey: KEY_PEM },
      destinations: new Map([
        ['general', GENERAL],
        ['county', COUNTY],
      ]),
    },
    auth: {
      mode: 'jwt',
      issuer: 'https://issuer.example/',
      audience: 'media',
      keys: { kind: 'url', url: 'https://issuer.example/keys/' },
      claims: {
        scope: 'scope',
        destinations: 'redox_destinations',
        patients: 'redox_patients',
        patient: 'patient',
        patientIdType: null,
      },
    },
    introspection: false,
    viewer: false,
    persistedDocuments: null,
    callbackOrigins: [],
    corsOrigins: [],
    secrets: [SECRET],
  });
});

it.each([
  ['REDOX_PRIVATE_KEY', KEY_PEM.replaceAll('\n', '\\n')],
  ['REDOX_PRIVATE_KEY', KEY_JWK],
  ['REDOX_PRIVATE_KEY_FILE', writeTextFile('key.pem', KEY_PEM)],
])('takes the key in every form: %s', async (name, value) => {
  const config = await parseConfig({ ...OAUTH, REDOX_PRIVATE_KEY: '', [name]: value });
  expect(config.redox).toMatchObject({
    credentials: { privateKey: expect.stringMatching(/PRIVATE KEY|"kty"/) },
  });
});

it.each([
  ['with an OAuth API key', { ...OAUTH, REDOX_EVENTS_TOKEN: EVENTS_TOKEN, REDIS_URL: 'rediss://u:p@redis' }],
  ['with a legacy API key', LEGACY],
])('%s, every secret may come from a file, a newline at its end or not', async (_, variables) => {
  const secrets = SETTINGS.filter(({ name, file }) => file !== null && variables[name]);
  expect(secrets.length).toBeGreaterThan(2);
  for (const { name, file } of secrets) {
    for (const end of ['', '\n', '\r\n']) {
      const path = writeTextFile('secret', `${variables[name]}${end}`);
      const fromFile = await parseConfig({ ...variables, [name]: '', [file ?? '']: path });
      expect(fromFile).toEqual(await parseConfig({ ...variables, [name]: variables[name]?.trimEnd() }));
    }
  }
});

it('reads the key set of callers from a file', async () => {
  const file = writeTextFile('jwks.json', JSON.stringify({ keys: [PUBLIC_JWK] }));
  const { auth } = await parseConfig({ ...OAUTH, AUTH_JWKS_URL: '', AUTH_JWKS_FILE: file });
  expect(auth).toMatchObject({ keys: { kind: 'file', jwks: { keys: [PUBLIC_JWK] } } });
});

it.each([
  [{ PORT: '0' }, { listener: { port: 0 }, publicUrl: null }],
  [
    { PORT: '65535', HOST: 'localhost' },
    { publicUrl: 'http://localhost:65535', auth: { mode: 'none' } },
  ],
  [{ HOST: '::1' }, { publicUrl: 'http://[::1]:4000', auth: { mode: 'none' } }],
  [{ HOST: '127.1.2.3', PUBLIC_URL: 'http://a.example/x/' }, { publicUrl: 'http://a.example/x' }],
  [{ REDOX_RATE: '25/1s' }, { upstream: { rate: { calls: 25, windowMs: 1000 } } }],
  [{ REDOX_RATE: '2/3m' }, { upstream: { rate: { calls: 2, windowMs: 180_000 } } }],
  [{ RATE_PER_CALLER: '300/60s' }, { operation: { ratePerCaller: { calls: 300, windowMs: 60_000 } } }],
  [{ REDOX_RATE: '9/50ms' }, { upstream: { rate: { calls: 9, windowMs: 50 } } }],
  [{ REDOX_TEST: '1' }, { upstream: { test: true } }],
  [{ REDOX_TEST: 'true' }, { upstream: { test: true } }],
  [{ REDOX_TEST: '0' }, { upstream: { test: false } }],
  [
    { REDOX_TIMEOUT_MS: '2147483647', REDOX_CONCURRENCY: '1' },
    { upstream: { timeoutMs: 2_147_483_647, concurrency: 1 } },
  ],
  [{ REDOX_MAX_RESPONSE_BYTES: '1' }, { upstream: { maxResponseBytes: 1 } }],
  [
    { BATCH_MAX_PATIENTS: '7', BATCH_SCOPE: 'operation' },
    { batching: { maxPatients: 7, scope: 'operation' } },
  ],
  [{ MAX_CALLS_PER_OPERATION: '3', OPERATION_TIMEOUT_MS: '5' }, { operation: { maxCalls: 3, timeoutMs: 5 } }],
  [
    { RECENT_SECONDS: '0', RECENT_BYTES: '0', RECENT_FILE_BYTES: '0', MAX_AGE_SECONDS: '86400' },
    { recent: { seconds: 0, bytes: 0, fileBytes: 0, maxAgeSeconds: 86_400 } },
  ],
  [{ GATEWAY_SECRET: `${SECRET}, ${SECRET}2` }, { secrets: [SECRET, `${SECRET}2`] }],
  [
    { CORS_ORIGINS: 'http://localhost:3000,https://A.example:443' },
    {
      persistedDocuments: null,
      corsOrigins: ['http://localhost:3000', 'https://a.example'],
    },
  ],
  [
    { SUBSCRIPTION_CALLBACKS: 'https://router.example:4001' },
    { callbackOrigins: ['https://router.example:4001'] },
  ],
  [{ EXECUTOR: 'graphql-js' }, { executor: { kind: 'graphql-js', fromUse: 2 } }],
  [{ REDIS_URL: 'rediss://u:p@h:6379/0' }, { redisUrl: 'rediss://u:p@h:6379/0' }],
  [{ WRITES_WITHOUT_REDIS: 'refuse' }, { writesWithoutRedis: 'refuse' }],
  [{ LOG_LEVEL: 'silent' }, { logLevel: 'silent' }],
  [{ SANDBOX_LATENCY_MS: '40', SANDBOX_PORT: '0' }, { sandbox: { latencyMs: 40, port: 0 } }],
])('reads %o', async (variables, expected) => {
  expect(await parseConfig(variables)).toMatchObject(expected);
});

it('trims slashes off base URLs and derives the token URL from the API URL', async () => {
  const { redox } = await parseConfig({ ...OAUTH, REDOX_API_URL: 'http://127.0.0.1:4010/base//' });
  expect(redox).toMatchObject({
    apiUrl: 'http://127.0.0.1:4010/base',
    tokenUrl: 'http://127.0.0.1:4010/base/v2/auth/token',
  });
});

it('is frozen in all its depth; maps are read-only by their type', async () => {
  const file = writeTextFile('frozen.json', JSON.stringify({ keys: [PUBLIC_JWK] }));
  const config = await parseConfig({ ...OAUTH, AUTH_JWKS_URL: '', AUTH_JWKS_FILE: file });
  expect(listThawed(config, 'config')).toEqual([]);
  if (config.redox.kind === 'sandbox') throw new Error('This is the real Redox.');
  const { destinations } = config.redox;
  expectTypeOf(destinations).toEqualTypeOf<ReadonlyMap<string, string>>();
  expect(destinations.get('general')).toBe(GENERAL);
});

it('documents every setting once, in .env.example word for word', () => {
  const names = SETTINGS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(SETTINGS).toContainEqual({
    name: 'REDOX_RATE',
    file: null,
    default: '7500/300s',
    meaning: expect.stringMatching(/\.$/),
  });
  const table = describeSettingsAsMarkdown().split('\n');
  expect(table.slice(2, -1).map((row) => row.split('`')[1])).toEqual(names);
  expect(table.every((row) => row === '' || /^\| [^|]+ \| [^|]+ \| [^|]+ \|$/.test(row))).toBe(true);
  expect(readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')).toBe(describeSettingsAsEnv());
});

function listThawed(value: unknown, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.entries(value).flatMap(([name, member]) => listThawed(member, `${path}.${name}`));
  return Object.isFrozen(value) ? below : [path, ...below];
}

it('reads the tokens and the sources of the events that Redox pushes', async () => {
  const other = 'another-verification-token-of-32-bytes';
  const { events } = await parseConfig({
    ...LEGACY,
    REDOX_EVENTS_TOKEN: `${EVENTS_TOKEN}, ${other}`,
    REDOX_SOURCES: `general=${COUNTY.toUpperCase()}, county=${GENERAL}`,
    REDOX_EVENTS_KEPT: '5',
    RECENT_SECONDS_LIVE: '0',
  });
  const sources = new Map([
    [COUNTY, 'general'],
    [GENERAL, 'county'],
  ]);
  expect(events).toEqual({ tokens: [EVENTS_TOKEN, other], sources, kept: 5, liveRecentSeconds: 0 });
});
