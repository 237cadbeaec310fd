/**
 * Tokens for trying out rights on the embedded Redox: `npm run token` signs them with a key in a file, and a gateway on the same
 * machine accepts tokens signed with that key. They give access to synthetic charts only.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import type { ClaimNames } from '../../config/config.ts';

const ALGORITHM = 'ES256';
const KEY_FILE = join(import.meta.dirname, '../../../.sandbox/caller-key.json');

export const TRIAL_TOKENS = {
  issuer: 'urn:redox-media-gateway:sandbox',
  audience: 'redox-media-gateway',
  claims: {
    scope: 'scope',
    destinations: 'redox_destinations',
    patients: 'redox_patients',
    patient: 'patient',
    patientIdType: 'MR',
  } satisfies ClaimNames,
};

/** The public key of trial tokens; rejects while no token has been signed on this machine. */
export async function findTrialKey() {
  const { kty, crv, x, y } = await readKey();
  return importJWK({ kty, crv, x, y } as JWK, ALGORITHM);
}

export interface TrialClaims {
  readonly scope: string;
  readonly redox_destinations?: readonly string[];
  readonly redox_patients?: readonly string[];
}

/** Signs a token with these claims; creates the key when there is none yet. */
export async function signTrialToken(claims: TrialClaims, lifeSeconds: number): Promise<string> {
  const key = await readKey().catch(makeKey);
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: ALGORITHM })
    .setIssuer(TRIAL_TOKENS.issuer)
    .setAudience(TRIAL_TOKENS.audience)
    .setSubject('trial-caller')
    .setIssuedAt()
    .setExpirationTime(`${lifeSeconds}s`)
    .sign(await importJWK(key, ALGORITHM));
}

async function readKey(): Promise<JWK> {
  return JSON.parse(await readFile(KEY_FILE, 'utf8')) as JWK;
}

/** Never overwrites a key that another process has created meanwhile, as its tokens would become invalid. */
async function makeKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  await mkdir(dirname(KEY_FILE), { recursive: true });
  await writeFile(KEY_FILE, JSON.stringify(await exportJWK(privateKey)), { flag: 'wx', mode: 0o600 }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
  return readKey();
}
