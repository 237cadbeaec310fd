/** Tokens for an OAuth API key: a signed assertion for an access token, in the manner of SMART Backend Services. */
import { randomUUID } from 'node:crypto';
import { type CryptoKey, SignJWT } from 'jose';
import type { OAuthCredentials } from '../settings.ts';
import { asText, member } from '../wire/loose-json.ts';
import { ASSERTION_ALGORITHM, importPrivateKey } from './private-key.ts';
import { ClockSkewError, type Issuer, readGrant, requestToken, type TokenEndpoint } from './token-request.ts';

/**
 * SMART Backend Services allows an assertion to end at most 5 minutes from the receiver's now; the minute less lets our
 * clock be that much fast.
 */
const ASSERTION_LIFE_SECONDS = 240;

/** What Redox documents for its tokens; used when the answer does not say. */
const DEFAULT_LIFE_SECONDS = 300;

export function createOAuthIssuer(
  credentials: OAuthCredentials,
  tokenUrl: string,
  endpoint: TokenEndpoint,
): Issuer {
  const { pathname, search } = new URL(tokenUrl);
  let importing: Promise<CryptoKey> | undefined;
  const issue: Issuer = async (signal) => {
    importing ??= importPrivateKey(credentials.privateKey);
    const key = await importing;
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await signAssertion(credentials, tokenUrl, key, endpoint.clock.now()),
    });
    const call = {
      path: pathname + search,
      contentType: 'application/x-www-form-urlencoded',
      body: form.toString(),
    };
    const answer = await requestToken(endpoint, call, signal);
    return readGrant(answer, 'access_token', readLifeSeconds(answer) * 1000);
  };
  // Once more with the right time; should that be refused too, it was not the time.
  return (signal) =>
    issue(signal).catch((error: unknown) => {
      if (error instanceof ClockSkewError) return issue(signal);
      throw error;
    });
}

/** A new one for every request, repeated ones too: the `jti` is used up by being seen. */
function signAssertion(
  { clientId, keyId }: OAuthCredentials,
  audience: string,
  key: CryptoKey,
  nowMs: number,
) {
  const now = Math.floor(nowMs / 1000);
  return new SignJWT()
    .setProtectedHeader({ alg: ASSERTION_ALGORITHM, kid: keyId, typ: 'JWT' })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(audience)
    .setIssuedAt(now)
    .setExpirationTime(now + ASSERTION_LIFE_SECONDS)
    .setJti(randomUUID())
    .sign(key);
}

/** NaN for what is no number. Some OAuth servers send it as a string. */
function readLifeSeconds(answer: unknown): number {
  const stated = member(answer, 'expires_in') ?? DEFAULT_LIFE_SECONDS;
  return typeof stated === 'number' ? stated : Number(asText(stated)?.trim() || Number.NaN);
}
