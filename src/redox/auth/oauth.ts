/** Tokens for an OAuth API key: exchanges a signed assertion for an access token, as SMART Backend Services does. */
import { randomUUID } from 'node:crypto';
import { type CryptoKey, SignJWT } from 'jose';
import type { OAuthCredentials } from '../settings.ts';
import { asText, member } from '../wire/loose-json.ts';
import { ASSERTION_ALGORITHM, importPrivateKey } from './private-key.ts';
import { ClockSkewError, type Issuer, readGrant, requestToken, type TokenEndpoint } from './token-request.ts';

/**
 * SMART Backend Services allows an assertion to expire at most 5 minutes after the receiver's time. One minute less allows this
 * machine's clock to be a minute fast.
 */
const ASSERTION_LIFE_SECONDS = 240;

/** The lifetime that Redox documents for its tokens, for a response that states none. */
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
    const response = await requestToken(endpoint, call, signal);
    return readGrant(response, 'access_token', readLifeSeconds(response) * 1000);
  };
  // The clock has been corrected by then. If the assertion is refused again, its time is not the reason.
  return (signal) =>
    issue(signal).catch((error: unknown) => {
      if (error instanceof ClockSkewError) return issue(signal);
      throw error;
    });
}

/** Each request, including a repeated one, needs an assertion of its own, as a `jti` is accepted once. */
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

/** The lifetime in seconds; NaN when it is not a number. Some OAuth servers send it as a string. */
function readLifeSeconds(response: unknown): number {
  const stated = member(response, 'expires_in') ?? DEFAULT_LIFE_SECONDS;
  return typeof stated === 'number' ? stated : Number(asText(stated)?.trim() || Number.NaN);
}
