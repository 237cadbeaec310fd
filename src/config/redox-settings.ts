/** Settings of Redox: where it is, how we log in, whom we ask there, and within which bounds. */
import { fixed, NONE, open } from './setting.ts';
import { privateUrl } from './url-parsers.ts';
import * as value from './value-parsers.ts';

/** A tebibyte, more than any machine of today has for this. */
const MAX_BYTES_IN_FLIGHT = 2 ** 40;

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
  facilityCodes: open(
    'REDOX_FACILITY_CODE',
    value.facilityCodes,
    NONE,
    '`Meta.FacilityCode` of messages to a destination: `general=A,county=B`, alias and code; a code alone only where there is one destination.',
  ),
  attribution: fixed(
    'REDOX_ATTRIBUTION',
    value.attribution,
    'exact',
    '`exact`, or `general=lone,county=lone`: destinations that name a patient otherwise than it was asked for, and are trusted: all documents of a call for one patient are that patient’s when they share an identifier. Their calls are never for several patients.',
  ),
  timeoutMs: fixed(
    'REDOX_TIMEOUT_MS',
    value.durationMs,
    '125000',
    'Milliseconds for one upstream call, from its first byte sent to its last byte read. Redox itself gives up after 120 s, and its own answer says more than a timeout of ours.',
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
  bytesInFlight: fixed(
    'UPSTREAM_BYTES_IN_FLIGHT',
    value.integer(1, MAX_BYTES_IN_FLIGHT),
    '268435456',
    'Most bytes held of upstream messages that are being received: beyond it they are received one after the other. Files that no operation asked for are not held.',
  ),
};
