/** Which Redox the gateway uses: the real one when any credential is set, else the embedded sandbox. */
import { importPrivateKey } from '../redox/auth/private-key.ts';
import type { RedoxCredentials, RedoxSettings } from '../redox/settings.ts';
import type { Environment } from './environment.ts';
import { ADDRESSES, CREDENTIALS, ENDPOINTS } from './redox-settings.ts';
import type { Setting } from './setting.ts';

const CREDENTIAL_NAMES =
  'REDOX_CLIENT_ID, REDOX_KEY_ID and REDOX_PRIVATE_KEY (or REDOX_PRIVATE_KEY_FILE), or REDOX_API_KEY and REDOX_API_SECRET';

const USABLE_KEY =
  'must hold an RSA private key of at least 2048 bits, as PKCS#8 PEM ("BEGIN PRIVATE KEY") or as a JWK in JSON';

export interface SandboxRedox {
  readonly kind: 'sandbox';
}

/** Together with `Config.upstream`, these are the settings of the Redox client. */
export interface RealRedox
  extends Pick<RedoxSettings, 'apiUrl' | 'tokenUrl' | 'credentials' | 'sourceId' | 'destinations'> {
  readonly kind: 'real';
  readonly uploadUrl: string;
}

/** The aliases of the embedded Redox's destinations. */
const SANDBOX_ALIASES = ['general', 'county'];

export function aliasesOf(redox: SandboxRedox | RealRedox): readonly string[] {
  return redox.kind === 'sandbox' ? SANDBOX_ALIASES : [...redox.destinations.keys()];
}

export function usesSandbox(env: Environment): boolean {
  return !Object.values(CREDENTIALS).some((setting) => env.isSet(setting));
}

/** Undefined when one of its settings is wrong. */
export async function readRedox(env: Environment): Promise<SandboxRedox | RealRedox | undefined> {
  return usesSandbox(env) ? readSandbox(env) : readReal(env);
}

/** Refuses settings of the real Redox: an operator who sets them must not get synthetic charts without a notice. */
function readSandbox(env: Environment): SandboxRedox {
  for (const setting of Object.values<Setting<unknown>>({ ...ENDPOINTS, ...ADDRESSES })) {
    if (!env.isSet(setting)) continue;
    env.refuse(setting, `is for the real Redox and needs its credentials: ${CREDENTIAL_NAMES}`);
    env.read(setting);
  }
  return { kind: 'sandbox' };
}

async function readReal(env: Environment): Promise<RealRedox | undefined> {
  const apiUrl = env.read(ENDPOINTS.apiUrl);
  const tokenUrl = env.read(ENDPOINTS.tokenUrl) ?? `${apiUrl}/v2/auth/token`;
  const uploadUrl = env.read(ENDPOINTS.uploadUrl);
  const sourceId = env.read(ADDRESSES.sourceId);
  const destinations = env.require(ADDRESSES.destinations, 'with Redox credentials');
  const credentials = await readCredentials(env);
  if (destinations === undefined || credentials === undefined) return undefined;
  const source = sourceId === undefined ? {} : { sourceId };
  return { kind: 'real', apiUrl, tokenUrl, uploadUrl, credentials, destinations, ...source };
}

async function readCredentials(env: Environment): Promise<RedoxCredentials | undefined> {
  const { apiKey, apiSecret, ...oauth } = CREDENTIALS;
  const oauthSetting = Object.values(oauth).find((setting) => env.isSet(setting));
  if (oauthSetting === undefined) return readLegacyCredentials(env);
  for (const setting of [apiKey, apiSecret]) refuseSecondKind(env, setting, oauthSetting);
  return readOAuthCredentials(env);
}

function refuseSecondKind(env: Environment, legacy: Setting<unknown>, oauth: Setting<unknown>): void {
  if (!env.isSet(legacy)) return;
  env.refuse(legacy, `conflicts with ${oauth.name}: set an OAuth API key or a legacy API key, not both`);
}

function readLegacyCredentials(env: Environment): RedoxCredentials | undefined {
  const apiKey = env.require(CREDENTIALS.apiKey, 'with REDOX_API_SECRET');
  const secret = env.require(CREDENTIALS.apiSecret, 'with REDOX_API_KEY');
  return apiKey === undefined || secret === undefined ? undefined : { kind: 'legacy', apiKey, secret };
}

async function readOAuthCredentials(env: Environment): Promise<RedoxCredentials | undefined> {
  const clientId = env.require(CREDENTIALS.clientId, 'with an OAuth API key');
  const keyId = env.require(CREDENTIALS.keyId, 'with an OAuth API key');
  const privateKey = await readPrivateKey(env);
  return clientId === undefined || keyId === undefined || privateKey === undefined
    ? undefined
    : { kind: 'oauth', clientId, keyId, privateKey };
}

/** Reads the key and checks it, as an unusable key would otherwise be noticed only at the first query. */
async function readPrivateKey(env: Environment): Promise<string | undefined> {
  const key = env.require(CREDENTIALS.privateKey, 'with an OAuth API key');
  if (key === undefined) return undefined;
  try {
    await importPrivateKey(key);
    return key;
  } catch {
    // A fixed text whatever was thrown, as no message may contain a part of the key.
    env.refuse(CREDENTIALS.privateKey, USABLE_KEY);
    return undefined;
  }
}
