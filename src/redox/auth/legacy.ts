/** Tokens for a legacy API key: authenticate once, then renew with the refresh token while it is taken. */
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
    const answer = await requestToken(endpoint, call, signal);
    // `expires` is believed, never a constant: Redox's pages name both 24 hours and 5 minutes.
    const expiresMs = Date.parse(asText(member(answer, 'expires')) ?? '');
    // One in the past is more likely our clock's fault than Redox's; should the token be dead, a 401 will tell.
    const grant = readGrant(answer, 'accessToken', Math.max(expiresMs - endpoint.clock.now(), 1));
    refreshToken = asKey(member(answer, 'refreshToken'));
    return grant;
  }

  return async (signal) => {
    if (refreshToken !== null) {
      const known = refreshToken;
      // A refused refresh token is not tried again, and neither is one that met any other failure.
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
