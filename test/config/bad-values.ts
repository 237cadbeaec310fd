/** For every setting, values that alone make a complete environment faulty. */
import { generateKeyPairSync } from 'node:crypto';
import { COUNTY, GENERAL, KEY_PEM, SECRET, writeTextFile } from './environments.ts';

export const BAD_VALUES: Readonly<Record<string, readonly string[]>> = {
  PORT: ['65536', '-1', '1.5', '1e3', ' 80', 'http'],
  HOST: ['[::1]', 'a b', 'a/b', 'a:80', 'fe80::1%eth0', '999.1.1.1', '*', 'x'.repeat(254)],
  REDOX_API_URL: [
    'http://api.example',
    'http://127.0.0.1.example',
    'ftp://a.example',
    'https:/a',
    'https:\\\\a',
    'https://u:p@a',
    'https://a?b',
    'https://a#b',
    'https://a b',
    'https://',
    'a.example',
    'http://localhost@evil.example',
    'https://a:99999',
  ],
  REDOX_TOKEN_URL: ['http://api.example/token', '/v2/auth/token'],
  REDOX_UPLOAD_URL: ['http://blob.example', 'https://a?b=c'],
  REDOX_CLIENT_ID: ['client\n', ' client', 'a\tb'],
  REDOX_KEY_ID: ['kid\r\n'],
  REDOX_PRIVATE_KEY: [
    'nonsense',
    '{}',
    '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----',
    KEY_PEM.slice(0, -200),
    shortKey(),
    ecKey(),
  ],
  REDOX_SOURCE_ID: ['\u0000'],
  REDOX_DESTINATIONS: [
    GENERAL,
    `general=${GENERAL},`,
    'general=x',
    `=${GENERAL}`,
    `a b=${GENERAL}`,
    `a=b=${GENERAL}`,
    `a=${GENERAL}=`,
    `a=${GENERAL},a=${COUNTY}`,
    `${'a'.repeat(65)}=${GENERAL}`,
    `a=${GENERAL};b=${COUNTY}`,
    'a=\u0000',
  ],
  REDOX_TEST: ['yes', 'TRUE', '2'],
  REDOX_FACILITY_CODE: [' F'],
  REDOX_TIMEOUT_MS: ['0', '2147483648', '1s', '-5'],
  REDOX_CONCURRENCY: ['0', '10001'],
  REDOX_RATE: ['7500', '7500/300', '0/1s', '5/0s', '5/s', '5/1h', '5/99999m', '-5/1s', '5 / 1s'],
  REDOX_MAX_RESPONSE_BYTES: ['0', '536870889', '40MB'],
  UPSTREAM_BYTES_IN_FLIGHT: ['0', '1099511627777', '256MB'],
  BATCH_MAX_PATIENTS: ['0', '10001'],
  BATCH_SCOPE: ['Operation', 'process'],
  MAX_CALLS_PER_OPERATION: ['0', 'many'],
  OPERATION_TIMEOUT_MS: ['0', '2147483648'],
  AUTH_MODE: ['off', 'JWT'],
  AUTH_ISSUER: [' https://issuer.example'],
  AUTH_AUDIENCE: ['a\n'],
  AUDIT_FORMAT: ['xml'],
  AUDIT_PATIENTS: ['none'],
  AUDIT_ON_FAILURE: ['ignore'],
  LIMIT_TOKENS: ['0', 'many'],
  LIMIT_DEPTH: ['0'],
  LIMIT_ALIASES: ['-1'],
  LIMIT_ROOT_FIELDS: ['1.5'],
  LIMIT_LIST: ['10001'],
  LIMIT_NODES: ['0', '1000001'],
  LIMIT_BASE64_BYTES: ['0', '536870889'],
  LIMIT_BODY_BYTES: ['0', '16777217'],
  INTROSPECTION: ['yes'],
  PERSISTED_DOCUMENTS: ['/no/such/manifest.json'],
  PERSISTED_DOCUMENTS_MODE: ['off'],
  AUTH_SCOPE_CLAIM: [' scope'],
  AUTH_DESTINATIONS_CLAIM: ['redox_destinations\n'],
  AUTH_PATIENTS_CLAIM: ['redox_patients '],
  AUTH_PATIENT_CLAIM: ['\tpatient'],
  AUTH_PATIENT_ID_TYPE: ['MR '],
  AUTH_JWKS_URL: ['http://issuer.example/keys', 'file:///etc/keys'],
  GATEWAY_SECRET: ['short', 'x'.repeat(31), `${SECRET},`, `${SECRET},short`, ' '.repeat(40)],
  PUBLIC_URL: ['gateway.example', 'https://u@gateway.example', 'https://a/?b'],
  CONTENT_LINKS: ['none', 'Bearer'],
  CORS_ORIGINS: [
    '*',
    'https://*',
    'https://a/',
    'https://a/b',
    'null',
    'https://a,',
    'https://*.a',
    'a.example',
    'https://u@a',
  ],
  REDIS_URL: ['http://a', 'redis://', 'a:6379'],
  LOG_LEVEL: ['INFO', 'verbose'],
  SANDBOX_LATENCY_MS: ['-1', '2147483648'],
  SANDBOX_PORT: ['65536'],
};

/** Paths, wrong by what is, or is not, there. */
export const BAD_FILES: readonly (readonly [name: string, path: string])[] = [
  ['REDOX_PRIVATE_KEY_FILE', '/no/such/file'],
  ['REDOX_PRIVATE_KEY_FILE', '/'],
  ['REDOX_PRIVATE_KEY_FILE', '/dev/zero'],
  ['REDOX_PRIVATE_KEY_FILE', 'a\u0000b'],
  ['REDOX_PRIVATE_KEY_FILE', writeTextFile('empty.pem', '')],
  ['AUTH_JWKS_FILE', '/no/such/file'],
  ['AUTH_JWKS_FILE', writeTextFile('no.json', 'keys')],
  ['AUTH_JWKS_FILE', writeTextFile('no-keys.json', '{"keys":[]}')],
  ['AUTH_JWKS_FILE', writeTextFile('bad-keys.json', '{"keys":[{"kid":"one"}]}')],
];

function shortKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function ecKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
