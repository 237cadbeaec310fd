/** Settings for Redox: its URLs, credentials and destinations, and the limits of calls. */
import { fixed, NONE, open, secret } from './setting.ts';
import { privateUrl } from './url-parsers.ts';
import * as value from './value-parsers.ts';

/** A tebibyte, which is more memory than any machine has for this. */
const MAX_BYTES_IN_FLIGHT = 2 ** 40;

/** The URLs of the real Redox. Like `ADDRESSES`, they are refused without credentials. */
export const ENDPOINTS = {
  apiUrl: fixed(
    'REDOX_API_URL',
    privateUrl,
    'https://api.redoxengine.com',
    'Base URL of Redox: queries are sent to `{url}/endpoint`.',
  ),
  tokenUrl: open(
    'REDOX_TOKEN_URL',
    privateUrl,
    '`{REDOX_API_URL}/v2/auth/token`',
    'URL from which OAuth access tokens are fetched.',
  ),
  uploadUrl: fixed(
    'REDOX_UPLOAD_URL',
    privateUrl,
    'https://blob.redoxengine.com/upload',
    'URL to which files are uploaded.',
  ),
};

/** If any of them is set, the gateway uses the real Redox, else the embedded sandbox. */
export const CREDENTIALS = {
  clientId: secret(open('REDOX_CLIENT_ID', value.text, NONE, 'Client ID of the Redox OAuth API key.')),
  keyId: secret(
    open('REDOX_KEY_ID', value.text, NONE, 'Key ID (`kid`) of the public key registered with Redox.'),
  ),
  privateKey: secret(
    open(
      'REDOX_PRIVATE_KEY',
      value.anyText,
      NONE,
      'RSA private key of the OAuth API key: PKCS#8 PEM, with real newlines or `\\n`, or a JWK as JSON.',
    ),
  ),
  apiKey: secret(open('REDOX_API_KEY', value.text, NONE, 'Legacy API key, in place of the OAuth API key.')),
  apiSecret: secret(open('REDOX_API_SECRET', value.text, NONE, 'Secret of the legacy API key.')),
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
    '`general=UUID,county=UUID`: aliases and destination IDs; the first destination is the default. Callers see only aliases.',
  ),
};

export const UPSTREAM = {
  test: fixed('REDOX_TEST', value.flag, 'false', '`Meta.Test` of every message: true, false, 1 or 0.'),
  facilityCodes: open(
    'REDOX_FACILITY_CODE',
    value.facilityCodes,
    NONE,
    '`Meta.FacilityCode` of messages to each destination: `general=A,county=B`, aliases and codes. A code alone is accepted where there is one destination.',
  ),
  attribution: fixed(
    'REDOX_ATTRIBUTION',
    value.attribution,
    'exact',
    '`exact`, or `general=lone,county=lone`: destinations that name a patient by other identifiers than the query did, and are trusted: all documents that a call for one patient returns belong to that patient when they share an identifier. Every call to these destinations is for one patient.',
  ),
  timeoutMs: fixed(
    'REDOX_TIMEOUT_MS',
    value.durationMs,
    '125000',
    'Time limit of one upstream call in milliseconds, from its first byte sent to its last byte read. Redox itself gives up after 120 s, and its own response says more than a timeout.',
  ),
  concurrency: fixed(
    'REDOX_CONCURRENCY',
    value.count,
    '16',
    'Maximum number of upstream calls in flight. Calls that take far longer than usual are counted separately, up to the same number.',
  ),
  rate: fixed(
    'REDOX_RATE',
    value.rate,
    '7500/300s',
    'Rolling quota of upstream calls of this process or, with `REDIS_URL`, of all replicas: a number of calls per time in ms, s or m.',
  ),
  maxResponseBytes: fixed(
    'REDOX_MAX_RESPONSE_BYTES',
    value.sizeBytes,
    '41943040',
    'Maximum size of an upstream message in bytes.',
  ),
  bytesInFlight: fixed(
    'UPSTREAM_BYTES_IN_FLIGHT',
    value.integer(1, MAX_BYTES_IN_FLIGHT),
    '268435456',
    'Maximum number of bytes held of upstream messages that are being received; beyond it they are received one after the other. Files that no operation selected are not held.',
  ),
};
