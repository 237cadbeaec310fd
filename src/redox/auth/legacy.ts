/** Tokens for a legacy API key: authenticates once, then renews with the refresh token while Redox accepts it. */
import { RedoxError } from '../redox-error.ts';
import type { LegacyCredentials } from '../settings.ts';
import { asKey, asText, member } from '../wire/loose-json.ts';
import { type Grant, type Issuer, readGrant, requestToken, type TokenEndpoint } from './token-request.ts';

export function createLegacyIssuer(
  { apiKey, secret }: LegacyCredentials,
  apiUrl: string,
  endpoint: TokenEndpoint,
): Issuer {
  const base = new URL(apiUrl).pathname.replace(/\/+$/, '');
  let refreshToken: string | null = null;

  async function post(action: string, body: Record<string, string>, signal: AbortSignal): Promise<Grant> {
    const call = {
      path: `${base}/auth/${action}`,
      contentType: 'application/json',
      body: JSON.stringify(body),
    };
    const response = await requestToken(endpoint, call, signal);
    // The lifetime is what `expires` states, and no constant: Redox's pages name both 24 hours and 5 minutes.
    const expiresMs = Date.parse(asText(member(response, 'expires')) ?? '');
    // A time in the past probably means that this machine's clock is wrong. If the token is invalid after all, a 401 follows.
    const grant = readGrant(response, 'accessToken', Math.max(expiresMs - endpoint.clock.now(), 1));
    refreshToken = asKey(member(response, 'refreshToken'));
    return grant;
  }

  return async (signal) => {
    if (refreshToken !== null) {
      const known = refreshToken;
      // A refresh token is tried once, whatever the result.
      refreshToken = null;
      try {
        return await post('refreshToken', { apiKey, refreshToken: known }, signal);
      } catch (error) {
        if (!(error instanceof RedoxError) || error.code !== 'UPSTREAM_REJECTED') throw error;
      }
    }
    return post('authenticate', { apiKey, secret }, signal);
  };
}
