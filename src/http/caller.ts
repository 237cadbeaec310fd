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
import type { Config, KeySource } from '../config.ts';
import { GatewayError } from '../errors.ts';
import { sendError } from './answers.ts';

/** Signatures made with a private key only: never `none`, never a shared secret. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const CLOCK_TOLERANCE_SECONDS = 30;

export interface Caller {
  /** Callers of equal authority may share upstream calls. */
  readonly authority: string;
}

/** Resolves to the caller; rejects with UNAUTHENTICATED, FORBIDDEN or, when the keys are out of reach, OVERLOADED. */
export type IdentifyCaller = (request: FastifyRequest) => Promise<Caller>;

export type ReportKeysUnavailable = (event: { readonly error: unknown }) => void;

export function createCallerCheck(auth: Config['auth'], report: ReportKeysUnavailable): IdentifyCaller {
  if (auth.mode === 'none') return async () => ({ authority: 'anyone' });
  const { issuer, audience, keys } = auth;
  const findKey = createKeyFinder(keys, report);
  return async ({ headers }) => {
    const token = /^Bearer +(?<token>[\w.~+/=-]+)$/i.exec(headers.authorization ?? '')?.groups?.['token'];
    if (token === undefined) throw new GatewayError('UNAUTHENTICATED');
    try {
      const { payload } = await jwtVerify(token, findKey, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['exp'],
      });
      return callerOf(payload);
    } catch (cause) {
      throw cause instanceof GatewayError ? cause : new GatewayError('UNAUTHENTICATED', { cause });
    }
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
      throw new GatewayError('OVERLOADED', { retryable: true, cause });
    }
  };
}

/**
 * A token that limits its bearer to some destinations or patients is refused as a whole: until such limits are kept item
 * by item, nothing is the only answer that is surely covered by them.
 */
function callerOf(claims: JWTPayload): Caller {
  const scopes = typeof claims['scope'] === 'string' ? claims['scope'].split(' ') : [];
  const limited = ['redox_destinations', 'redox_patients', 'patient'].some((claim) => claim in claims);
  if (!scopes.includes('media:read') || limited) throw new GatewayError('FORBIDDEN', { retryable: false });
  return { authority: 'media:read' };
}

/** Answers a caller who may not come in: 401 says how to (RFC 6750 §3); a new token helps with neither 403 nor 503. */
export function refuseCaller(reply: FastifyReply, error: GatewayError): FastifyReply {
  if (error.code === 'FORBIDDEN') return sendError(reply, 403, error);
  if (error.code === 'OVERLOADED') return sendError(reply, 503, error);
  return sendError(reply.header('www-authenticate', 'Bearer'), 401, error);
}
