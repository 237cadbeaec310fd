/** Who calls: verifies bearer tokens (RFC 6750) against the configured keys, issuer and audience. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import type { Clock } from '../clock.ts';
import type { ClaimNames, Config, JwtAuth, KeySource } from '../config/config.ts';
import { GatewayError } from '../errors.ts';
import { ALL_RIGHTS, type Rights } from '../media/model/rights.ts';
import { readRights } from './claims.ts';
import { sendError } from './responses.ts';
import { findTrialKey, TRIAL_TOKENS } from './trial-tokens.ts';

/** Signatures made with a private key only: never `none`, never a shared secret. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const CLOCK_TOLERANCE_SECONDS = 30;

export interface Caller {
  /** The token's `sub`; null when it has none, and for a caller without a token. */
  readonly subject: string | null;
  /** The program that calls: the token's `client_id` (RFC 9068), else `azp` (OpenID Connect). */
  readonly clientId: string | null;
  readonly rights: Rights;
}

/** Resolves to the caller; rejects with UNAUTHENTICATED, FORBIDDEN or, when the keys are out of reach, OVERLOADED. */
export type IdentifyCaller = (request: FastifyRequest) => Promise<Caller>;

export type ReportKeysUnavailable = (event: { readonly error: unknown }) => void;

const ANYONE: Caller = { subject: null, clientId: null, rights: ALL_RIGHTS };

export function createCallerCheck(
  auth: Config['auth'],
  report: ReportKeysUnavailable,
  clock: Clock,
): IdentifyCaller {
  if (auth.mode === 'none') return async () => ANYONE;
  return createTokenCheck(auth, createKeyFinder(auth.keys, report), clock);
}

/** For synthetic charts: a caller without a token may see everything, one with a trial token what the token allows. */
export function createSandboxCallerCheck(clock: Clock): IdentifyCaller {
  const checkToken = createTokenCheck(TRIAL_TOKENS, findTrialKey, clock);
  return async (request) => (request.headers.authorization === undefined ? ANYONE : checkToken(request));
}

type TokenRules = Pick<JwtAuth, 'issuer' | 'audience' | 'claims'>;

function createTokenCheck(
  { issuer, audience, claims }: TokenRules,
  findKey: JWTVerifyGetKey,
  clock: Clock,
): IdentifyCaller {
  return async ({ headers }) => {
    const token = /^Bearer +(?<token>[\w.~+/=-]+)$/i.exec(headers.authorization ?? '')?.groups?.['token'];
    if (token === undefined || !isSpeltTrue(token)) throw new GatewayError('UNAUTHENTICATED');
    try {
      const { payload } = await jwtVerify(token, findKey, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        currentDate: new Date(clock.wallTime()),
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['exp'],
      });
      return callerOf(payload, claims);
    } catch (cause) {
      throw cause instanceof GatewayError ? cause : new GatewayError('UNAUTHENTICATED', { cause });
    }
  };
}

/** Decoders pass over spare bits and padding, so that a changed token could verify; only the one true spelling may. */
function isSpeltTrue(token: string): boolean {
  return token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
}

function callerOf(claims: JWTPayload, names: ClaimNames): Caller {
  const { sub, client_id: clientId, azp } = claims;
  return {
    subject: typeof sub === 'string' ? sub : null,
    clientId: [clientId, azp].find((id) => typeof id === 'string') ?? null,
    rights: readRights(claims, names),
  };
}

/** What is wrong with the token's header. All else that keeps a key from being found is not the caller's fault. */
const UNFIT_HEADER = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];

function createKeyFinder(keys: KeySource, report: ReportKeysUnavailable): JWTVerifyGetKey {
  const keySet = keys.kind === 'url' ? createRemoteJWKSet(new URL(keys.url)) : createLocalJWKSet(keys.jwks);
  return async (header, token) => {
    try {
      return await keySet(header, token);
    } catch (cause) {
      if (UNFIT_HEADER.some((kind) => cause instanceof kind)) throw cause;
      report({ error: cause });
      throw new GatewayError('OVERLOADED', { cause });
    }
  };
}

/** Refuses a caller: 401 says how to authenticate (RFC 6750 §3); a new token helps with neither 403 nor 503. */
export function refuseCaller(reply: FastifyReply, error: GatewayError): FastifyReply {
  if (error.code === 'UNAUTHENTICATED') reply.header('www-authenticate', 'Bearer');
  return sendError(reply, error);
}
