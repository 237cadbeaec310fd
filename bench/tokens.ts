/** Callers of different authorities: bearer tokens, and the settings by which a gateway verifies them. */
import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

const ALGORITHM = 'ES256';
const ISSUER = 'https://issuer.example/';
const AUDIENCE = 'https://media.example/';

/** One token for each authority: what tells them apart is the second destination that each may use. */
export async function issueTokens(authorities: number): Promise<{
  readonly settings: Record<string, string>;
  readonly tokens: readonly string[];
}> {
  const { privateKey, publicKey } = await generateKeyPair(ALGORITHM);
  const folder = await mkdtemp(join(tmpdir(), 'bench-keys-'));
  process.on('exit', () => rmSync(folder, { recursive: true }));
  const file = join(folder, 'jwks.json');
  await writeFile(file, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: ALGORITHM }] }));
  const sign = (authority: number) =>
    new SignJWT({ scope: 'media:read', redox_destinations: ['general', `ward-${authority}`] })
      .setProtectedHeader({ alg: ALGORITHM })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(`caller-${authority}`)
      .setExpirationTime('1h')
      .sign(privateKey);
  return {
    settings: { AUTH_MODE: 'jwt', AUTH_ISSUER: ISSUER, AUTH_AUDIENCE: AUDIENCE, AUTH_JWKS_FILE: file },
    tokens: await Promise.all(Array.from({ length: authorities }, (_, at) => sign(at))),
  };
}
