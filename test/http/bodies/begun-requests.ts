/** Requests that have begun, and whose bodies do not end; and the callers that send them. */
import { type ClientRequest, request as open } from 'node:http';
import { json } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { createSystemClock } from '../../../src/clock.ts';
import { until } from '../../support/until.ts';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from '../callers/issuer.ts';

export const jwt = {
  AUTH_MODE: 'jwt',
  AUTH_ISSUER: ISSUER,
  AUTH_AUDIENCE: AUDIENCE,
  AUTH_JWKS_FILE: await writeJwksFile(),
};

export type Headers = Record<string, string>;

export async function tokenOf(
  sub: string,
  scope = 'media:read media:write',
  now = createSystemClock().wallTime(),
) {
  const iat = Math.floor(now / 1000);
  const token = await signToken({ claims: { sub, scope, iat, exp: iat + 300 } });
  return { authorization: `Bearer ${token}` };
}

export interface Begun {
  readonly request: ClientRequest;
  /** Status, and the error's extensions where there is one; null as long as there is no response. */
  answer: { status: number; retryAfter: string | undefined; extensions: unknown } | null;
}

/** A request whose body has begun, and goes on when the test says so. */
export function begin(url: string, headers: Headers, first = '{'): Begun {
  const request = open(url, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json', ...headers },
  });
  const begun: Begun = { request, answer: null };
  request.on('error', () => undefined);
  request.on('response', async (response) => {
    const { errors = [] } = (await json(response)) as { errors?: { extensions: unknown }[] };
    begun.answer = {
      status: response.statusCode ?? 0,
      retryAfter: response.headers['retry-after'],
      extensions: errors[0]?.extensions,
    };
  });
  request.write(first);
  onTestFinished(() => void request.destroy());
  return begun;
}

export const refused = {
  status: 503,
  retryAfter: '1',
  extensions: { code: 'OVERLOADED', retryable: true, retryAfterSeconds: 1 },
};

/** Asks until what was sent, or given up, before has arrived. */
export async function untilStatus(status: number, ask: () => Promise<Response>): Promise<void> {
  await until(async () => (await ask()).status === status);
}
