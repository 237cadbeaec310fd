import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { importPrivateKey } from '../../../src/redox/auth/private-key.ts';
import { keys, privatePem, rejectionOf } from '../upstream.ts';

const jwk = keys.privateKey.export({ format: 'jwk' });
const publicJwk = keys.publicKey.export({ format: 'jwk' });
const pemOf = (modulusLength: number) =>
  generateKeyPairSync('rsa', { modulusLength })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
const ecPem = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-384' })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();

describe('a private key', () => {
  it.each([
    ['PEM', privatePem],
    ['PEM with \\n for newlines', privatePem.replaceAll('\n', '\\n')],
    ['PEM with CRLF and blanks around', `  ${privatePem.replaceAll('\n', '\r\n')}\n\n`],
    ['a JWK', JSON.stringify(jwk, null, 2)],
    [
      'a JWK of another use',
      JSON.stringify({ ...jwk, use: 'enc', key_ops: ['decrypt'], alg: 'RS256', kid: 'k' }),
    ],
  ])('is imported from %s', async (_, text) => {
    expect(await importPrivateKey(text)).toMatchObject({ type: 'private', usages: ['sign'] });
  });

  it.each([
    ['nothing', ''],
    ['words', 'secret-words'],
    ['PKCS#1 PEM', keys.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()],
    ['a public PEM', keys.publicKey.export({ type: 'spki', format: 'pem' }).toString()],
    ['a cut PEM', privatePem.slice(0, 400)],
    ['a PEM of garbage', '-----BEGIN PRIVATE KEY-----\nsecret-words\n-----END PRIVATE KEY-----'],
    ['an elliptic curve PEM', ecPem()],
    ['a PEM of 1,024 bits', pemOf(1024)],
    ['a public JWK', JSON.stringify(publicJwk)],
    ['a symmetric JWK', '{"kty":"oct","k":"secret-words"}'],
    ['a JWK of garbage', JSON.stringify({ ...jwk, n: 'secret-words' })],
    ['broken JSON', '{"kty":"RSA", secret-words'],
  ])('is refused for %s, in words that hold nothing of it', async (_, text) => {
    const failure = await rejectionOf(importPrivateKey(text));
    expect(failure).toMatchObject({ message: expect.stringMatching(/^The [\w "#().,-]+$/) });
    expect(String(failure)).not.toMatch(/secret-words|MII/);
  });
});
