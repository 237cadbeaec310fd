/** Both ways to get a token: the OAuth token endpoint with a signed assertion, and the legacy API key with its refresh token. */
import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { AccessTokens } from './access-tokens.ts';
import type { AssertionVerifier } from './assertions.ts';
import type { SandboxCredentials } from './credentials.ts';
import { parseJson } from './json-body.ts';

export const TOKEN_PATH = '/v2/auth/token';
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export interface TokenDesk {
  readonly tokens: AccessTokens;
  readonly assertions: AssertionVerifier;
  readonly credentials: SandboxCredentials;
  readonly clock: () => number;
  /** Called once for every request for a token, granted or not. */
  readonly countCall: () => void;
}

export function addTokenRoutes(app: FastifyInstance, desk: TokenDesk): void {
  app.post<{ Body: Buffer | undefined }>(TOKEN_PATH, async (request, reply) => {
    desk.countCall();
    const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
    if (!isForm) return refuseOAuth(reply, 400, 'invalid_request', 'the body must be form-encoded');
    return grantToken(desk, new URLSearchParams(request.body?.toString() ?? ''), reply);
  });
  app.post<{ Body: Buffer | undefined }>('/auth/authenticate', async (request, reply) => {
    desk.countCall();
    const body = LEGACY_LOGIN.safeParse(parseJson(request.body));
    const { apiKey, apiSecret } = desk.credentials;
    const isKnown =
      body.success && equalText(body.data.apiKey, apiKey) && equalText(body.data.secret, apiSecret);
    return isKnown ? grantLegacyToken(desk) : refuseLegacy(reply);
  });
  app.post<{ Body: Buffer | undefined }>('/auth/refreshToken', async (request, reply) => {
    desk.countCall();
    const body = LEGACY_REFRESH.safeParse(parseJson(request.body));
    const isKnown = body.success && equalText(body.data.apiKey, desk.credentials.apiKey);
    return isKnown && desk.tokens.useRefreshToken(body.data.refreshToken)
      ? grantLegacyToken(desk)
      : refuseLegacy(reply);
  });
}

const LEGACY_LOGIN = z.object({ apiKey: z.string(), secret: z.string() });
const LEGACY_REFRESH = z.object({ apiKey: z.string(), refreshToken: z.string() });

async function grantToken(desk: TokenDesk, form: URLSearchParams, reply: FastifyReply) {
  const grantType = form.get('grant_type');
  const assertion = form.get('client_assertion');
  if (grantType === null) return refuseOAuth(reply, 400, 'invalid_request', 'grant_type is missing');
  if (grantType !== 'client_credentials') {
    return refuseOAuth(reply, 400, 'unsupported_grant_type', 'grant_type must be client_credentials');
  }
  if (form.get('client_assertion_type') !== ASSERTION_TYPE) {
    return refuseOAuth(reply, 400, 'invalid_request', `client_assertion_type must be ${ASSERTION_TYPE}`);
  }
  if (assertion === null) return refuseOAuth(reply, 400, 'invalid_request', 'client_assertion is missing');
  const fault = await desk.assertions.findFault(assertion);
  if (fault !== undefined) return refuseOAuth(reply, 401, 'invalid_client', fault);
  const { token, expiresAtMs } = desk.tokens.issue();
  // RFC 6749, 5.1: a reply with a token must not be cached.
  reply.header('cache-control', 'no-store');
  return {
    access_token: token,
    token_type: 'Bearer',
    expires_in: Math.round((expiresAtMs - desk.clock()) / 1000),
    scope: form.get('scope') ?? '',
  };
}

function refuseOAuth(reply: FastifyReply, status: 400 | 401, error: string, description: string) {
  return reply.code(status).send({ error, error_description: description });
}

function grantLegacyToken({ tokens }: TokenDesk) {
  const { token, expiresAtMs } = tokens.issue();
  return {
    accessToken: token,
    expires: new Date(expiresAtMs).toISOString(),
    refreshToken: tokens.issueRefreshToken(),
  };
}

/** Recorded at Redox: HTML by its Content-Type, plain text by its contents. */
function refuseLegacy(reply: FastifyReply) {
  return reply.code(401).type('text/html; charset=utf-8').send('Invalid request');
}

function equalText(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
