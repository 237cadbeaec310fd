/** Identifies the caller of a request: verifies bearer tokens (RFC 6750) against the configured keys, issuer and audience. */
import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type FlattenedJWSInput, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Clock } from '../../clock.ts';
import type { ClaimNames, JwtAuth } from '../../config/config.ts';
import { GatewayError } from '../../errors.ts';
import { ALL_RIGHTS, type Caller } from '../../media/model/rights.ts';
import { sendError } from '../responses.ts';
import { createKeyFinder, type ReportKeysUnavailable } from './caller-keys.ts';
import { readRights } from './claims.ts';
import { findTrialKey, TRIAL_TOKENS } from './trial-tokens.ts';
import { isWithinTimes, type VerifiedToken, VerifiedTokens } from './verified-tokens.ts';

/** Only signatures made with a private key: never `none`, never a shared secret. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const CLOCK_TOLERANCE_SECONDS = 30;

/** Resolves to the caller; rejects with UNAUTHENTICATED, with FORBIDDEN, or with OVERLOADED when the keys cannot be fetched. */
export type IdentifyCaller = (request: Pick<FastifyRequest, 'headers'>) => Promise<Caller>;

/** The caller where no token is required. */
export const ANONYMOUS: Caller = {
  subject: null,
  clientId: null,
  token: null,
  rights: ALL_RIGHTS,
  expiresAt: Number.POSITIVE_INFINITY,
};

export function createCallerCheck(
  auth: JwtAuth,
  report: ReportKeysUnavailable,
  clock: Clock,
): IdentifyCaller {
  return createTokenCheck(auth, createKeyFinder(auth.keys, report, clock), clock);
}

/** For the sandbox's synthetic charts: a caller without a token has all rights, a caller with a trial token has those of the token. */
export function createSandboxCallerCheck(clock: Clock): IdentifyCaller {
  // The key is read from the file each time, so it is never the same object.
  const checkToken = createTokenCheck(TRIAL_TOKENS, findTrialKey, clock, new VerifiedTokens(0));
  return async (request) => (request.headers.authorization === undefined ? ANONYMOUS : checkToken(request));
}

type TokenRules = Pick<JwtAuth, 'issuer' | 'audience' | 'claims'>;

function createTokenCheck(
  { issuer, audience, claims }: TokenRules,
  findKey: JWTVerifyGetKey,
  clock: Clock,
  verified = new VerifiedTokens(),
): IdentifyCaller {
  async function verify(authorization: string): Promise<VerifiedToken> {
    const token = /^Bearer +(?<token>[\w.~+/=-]+)$/i.exec(authorization)?.groups?.['token'];
    if (token === undefined || !isCanonical(token)) throw new GatewayError('UNAUTHENTICATED');
    const { payload, protectedHeader, key } = await jwtVerify(token, findKey, {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      currentDate: new Date(clock.wallTime()),
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ['exp'],
    });
    if (!isAccessToken(protectedHeader.typ)) throw new GatewayError('UNAUTHENTICATED');
    return {
      caller: callerOf(token, payload, claims),
      header: protectedHeader,
      key,
      times: { exp: payload.exp, nbf: payload.nbf },
    };
  }

  /**
   * The key is looked up each time, so that a token whose key the issuer has removed is accepted no longer than a new token with
   * that key.
   */
  async function isStillValid({ times, header, key }: VerifiedToken): Promise<boolean> {
    if (!isWithinTimes(times, clock.wallTime(), CLOCK_TOLERANCE_SECONDS)) return false;
    return (await findKey(header, WITHOUT_OWN_HEADER)) === key;
  }

  return async ({ headers: { authorization = '' } }) => {
    try {
      const known = verified.find(authorization);
      if (known !== undefined && (await isStillValid(known))) return known.caller;
      const token = await verify(authorization);
      verified.add(authorization, token);
      return token.caller;
    } catch (cause) {
      throw cause instanceof GatewayError ? cause : new GatewayError('UNAUTHENTICATED', { cause });
    }
  };
}

/** A compact token has only a protected header, which alone names its key. */
const WITHOUT_OWN_HEADER: FlattenedJWSInput = { payload: '', signature: '' };

/**
 * Base64url decoders ignore spare bits and padding, so a changed token could still verify. Only the canonical encoding is
 * accepted.
 */
function isCanonical(token: string): boolean {
  return token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
}

/**
 * Issuers sign other tokens with the same keys: logout tokens, security events, proofs of possession. An access token states that
 * it is one (RFC 9068 §2.1) or, from older issuers, states no more than that it is a JWT (RFC 7519 §5.1).
 */
function isAccessToken(typ: string | undefined): boolean {
  return typ === undefined || /^(?:jwt|(?:application\/)?at\+jwt)$/i.test(typ);
}

function callerOf(token: string, claims: JWTPayload, names: ClaimNames): Caller {
  const subject = isName(claims.sub) ? claims.sub : null;
  const clientId = [claims['client_id'], claims['azp']].find(isName) ?? null;
  const isNamed = subject !== null || clientId !== null;
  return {
    subject,
    clientId,
    token: isNamed ? null : hash('sha256', token, 'base64url'),
    rights: readRights(claims, names),
    // `exp` is present, since it is required and has been verified. If it were absent, the token would only not be remembered.
    expiresAt: (claims.exp ?? 0) * 1000,
  };
}

/** An empty claim, or one that is not text, names no caller: all tokens with such a claim would be one caller. */
function isName(claim: unknown): claim is string {
  return typeof claim === 'string' && claim.trim() !== '';
}

/** Refuses a caller. A 401 states how to authenticate (RFC 6750 §3); a new token would not change a 403 or a 503. */
export function refuseCaller(reply: FastifyReply, error: GatewayError): FastifyReply {
  if (error.code === 'UNAUTHENTICATED') reply.header('www-authenticate', 'Bearer');
  return sendError(reply, error);
}
