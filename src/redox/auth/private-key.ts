/** Imports the private key of an OAuth API key, or reports in a fixed sentence what is wrong with it. */
import { type CryptoKey, importJWK, importPKCS8 } from 'jose';
import { z } from 'zod';
import { parseJson } from '../wire/loose-json.ts';

/** RS384 is used by all known clients of Redox. */
export const ASSERTION_ALGORITHM = 'RS384';

/** By RFC 7518 §3.3; jose refuses to sign with shorter keys. */
const MIN_MODULUS_BITS = 2048;

/** `use`, `key_ops` and `alg` are removed, as key stores often set them to values that forbid signing with RS384. */
const RSA_PRIVATE_JWK = z.object({
  kty: z.literal('RSA'),
  n: z.string(),
  e: z.string(),
  d: z.string(),
  p: z.string(),
  q: z.string(),
  dp: z.string(),
  dq: z.string(),
  qi: z.string(),
});

/**
 * The key for signing assertions, from PKCS#8 PEM (newlines real, or `\n` as environment files often have them) or from a JWK in
 * JSON. @throws Error with a message that may be shown, as it contains no part of the key.
 */
export async function importPrivateKey(text: string): Promise<CryptoKey> {
  const key = await importAny(text.trim());
  const bits = 'modulusLength' in key.algorithm ? key.algorithm.modulusLength : undefined;
  if (typeof bits !== 'number' || bits < MIN_MODULUS_BITS) {
    throw new Error(`The key is not an RSA key of at least ${MIN_MODULUS_BITS} bits.`);
  }
  return key;
}

async function importAny(text: string): Promise<CryptoKey> {
  if (text.startsWith('{')) return importJwkText(text);
  if (!text.startsWith('-----BEGIN PRIVATE KEY-----')) {
    throw new Error('The key is neither PKCS#8 PEM ("BEGIN PRIVATE KEY") nor a JWK.');
  }
  const pem = text.replaceAll('\\r', '').replaceAll('\\n', '\n');
  return importPKCS8(pem, ASSERTION_ALGORITHM).catch(() => {
    throw new Error('The PEM does not hold an RSA private key.');
  });
}

async function importJwkText(text: string): Promise<CryptoKey> {
  const { data: jwk } = RSA_PRIVATE_JWK.safeParse(parseJson(Buffer.from(text)));
  const key = jwk && (await importJWK(jwk, ASSERTION_ALGORITHM).catch(() => undefined));
  if (key === undefined) throw new Error('The JWK does not hold an RSA private key.');
  return key;
}
