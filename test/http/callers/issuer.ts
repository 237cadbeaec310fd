/** An issuer of callers' tokens: keys of several kinds, their JWK set, and the tokens that tests ask for. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { onTestFinished } from 'vitest';
import { sendJson } from '../../redox/upstream.ts';

export const ISSUER = 'https://issuer.example/';
export const AUDIENCE = 'media-gateway';

const rsa = await generateKeyPair('RS256', { extractable: true });
const pss = await generateKeyPair('PS384', { extractable: true });
const elliptic = await generateKeyPair('ES256', { extractable: true });
/** Of somebody else: its public key is in no set. */
const stranger = await generateKeyPair('RS256', { extractable: true });

const JWKS = {
  keys: [
    { ...(await exportJWK(rsa.publicKey)), kid: 'rsa', use: 'sig' },
    { ...(await exportJWK(pss.publicKey)), kid: 'pss', use: 'sig' },
    { ...(await exportJWK(elliptic.publicKey)), kid: 'elliptic', use: 'sig' },
  ],
};

const PRIVATE_KEYS = {
  rsa: rsa.privateKey,
  pss: pss.privateKey,
  elliptic: elliptic.privateKey,
  stranger: stranger.privateKey,
};

export interface TokenOptions {
  /** Undefined takes one out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly alg?: string;
  readonly kid?: string;
  readonly typ?: string;
  readonly key?: keyof typeof PRIVATE_KEYS;
}

/** A good token but for what the options say. */
export function signToken({ claims = {}, alg = 'RS256', kid = 'rsa', key = 'rsa', typ }: TokenOptions = {}) {
  const now = Math.floor(Date.now() / 1000);
  const good = {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'caller',
    iat: now,
    exp: now + 300,
    scope: 'openid media:read',
  };
  const payload = Object.entries({ ...good, ...claims }).filter(([, value]) => value !== undefined);
  return new SignJWT(Object.fromEntries(payload))
    .setProtectedHeader({ alg, kid, ...(typ !== undefined && { typ }) })
    .sign(PRIVATE_KEYS[key]);
}

/** The classic forgeries: no signature at all, and the public key taken for a shared secret. */
export async function forgeUnsigned(): Promise<string> {
  const [, payload = ''] = (await signToken()).split('.');
  return `${encode({ alg: 'none', kid: 'rsa' })}.${payload}.`;
}

export async function forgeWithPublicKey(): Promise<string> {
  const secret = new TextEncoder().encode(await exportSPKI(rsa.publicKey));
  const { iss, aud, exp, scope } = {
    iss: ISSUER,
    aud: AUDIENCE,
    exp: Math.floor(Date.now() / 1000) + 300,
    scope: 'media:read',
  };
  return new SignJWT({ iss, aud, exp, scope }).setProtectedHeader({ alg: 'HS256', kid: 'rsa' }).sign(secret);
}

/** Good, then changed by somebody who cannot sign. */
export async function forgeClaims(): Promise<string> {
  const [header = '', , signature = ''] = (await signToken()).split('.');
  const exp = Math.floor(Date.now() / 1000) + 300;
  return `${header}.${encode({ iss: ISSUER, aud: AUDIENCE, exp, scope: 'media:read' })}.${signature}`;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

export async function writeJwksFile(): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'jwks-')), 'jwks.json');
  await writeFile(path, JSON.stringify(JWKS));
  return path;
}

/** A server of the JWK set, less the keys that are `removed`. `status` may be turned, `hangs` answers nothing, `requests` counts. */
export async function serveJwks(status = 200) {
  const served = { url: '', status, hangs: false, removed: '', requests: 0 };
  const server = createServer((_, response) => {
    served.requests += 1;
    if (served.hangs) return;
    const keys = JWKS.keys.filter(({ kid }) => kid !== served.removed);
    sendJson(response, served.status, served.status === 200 ? { keys } : { error: 'canary' });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  served.url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/jwks.json`;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return served;
}
