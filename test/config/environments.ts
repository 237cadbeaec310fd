/** Complete environments for the tests of the settings, with a key and files made on the spot. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type Fault, parseConfig } from '../../src/config/config.ts';
import type { Variables } from '../../src/config/environment.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const folder = mkdtempSync(join(tmpdir(), 'config-test-'));

export const KEY_PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
export const KEY_JWK = JSON.stringify(privateKey.export({ format: 'jwk' }));
export const PUBLIC_JWK = { ...publicKey.export({ format: 'jwk' }), kid: 'one' };
export const SECRET = 'a secret of at least thirty-two bytes';
export const EVENTS_TOKEN = 'a-verification-token-of-32-bytes-at-least';
export const GENERAL = '5f1d6d4c-0f0e-4c59-9a3a-0c8a4c2b1e01';
export const COUNTY = '5f1d6d4c-0f0e-4c59-9a3a-0c8a4c2b1e02';

/** Everything around the credentials that a gateway on the real Redox needs. */
export const SURROUNDINGS: Variables = {
  REDOX_DESTINATIONS: `general=${GENERAL},county=${COUNTY}`,
  GATEWAY_SECRET: SECRET,
  AUTH_ISSUER: 'https://issuer.example/',
  AUTH_AUDIENCE: 'media',
  AUTH_JWKS_URL: 'https://issuer.example/keys/',
};

export const OAUTH: Variables = {
  ...SURROUNDINGS,
  REDOX_CLIENT_ID: 'client',
  REDOX_KEY_ID: 'kid',
  REDOX_PRIVATE_KEY: KEY_PEM,
};

export const LEGACY: Variables = { ...SURROUNDINGS, REDOX_API_KEY: 'key', REDOX_API_SECRET: 'secret' };

export function writeTextFile(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The error that the variables cause; anything but a ConfigError fails the test. */
export async function failure(variables: Variables): Promise<ConfigError> {
  try {
    await parseConfig(variables);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('The variables were accepted.');
}

export async function faultsOf(variables: Variables): Promise<readonly Fault[]> {
  return (await failure(variables)).faults;
}
