/** How callers are authenticated: by bearer tokens of one issuer, or not at all, which is only allowed on loopback. */
import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { AUTH } from './auth-settings.ts';
import type { Environment } from './environment.ts';
import { Problem } from './problem.ts';
import { readTextFile } from './text-file.ts';
import { isLoopback } from './url-parsers.ts';

export interface NoAuth {
  readonly mode: 'none';
}

export interface JwtAuth {
  readonly mode: 'jwt';
  readonly issuer: string;
  readonly audience: string;
  readonly keys: KeySource;
  readonly claims: ClaimNames;
}

/** The claims of a token that state the rights of its bearer. */
export interface ClaimNames {
  readonly scope: string;
  readonly destinations: string;
  readonly patients: string;
  readonly patient: string;
  /** IDType of the ID in the claim `patient`; null: tokens with that claim are refused. */
  readonly patientIdType: string | null;
}

/** The source of the issuer's public keys; a file is read once, at start. */
export type KeySource =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'file'; readonly jwks: Readonly<JSONWebKeySet> };

const KEY_SET = z.object({ keys: z.array(z.object({ kty: z.string() })).min(1) });

const NEEDS_LOOPBACK = 'must be jwt unless HOST is loopback (or SANDBOX is open, with synthetic charts)';
const DEFAULT_NEEDS_LOOPBACK =
  'must be set to jwt unless HOST is loopback (or SANDBOX is open): with the sandbox it is none by default';

interface Surroundings {
  readonly isSandbox: boolean;
  readonly host: string;
  /** Whether callers without tokens may connect from beyond loopback, to synthetic charts. */
  readonly isOpen: boolean;
}

/** Undefined when one of its settings is wrong. */
export async function readAuth(
  env: Environment,
  { isSandbox, host, isOpen }: Surroundings,
): Promise<NoAuth | JwtAuth | undefined> {
  const chosen = env.read(AUTH.mode);
  if (chosen === undefined && env.isSet(AUTH.mode)) {
    await readGiven(env);
    return undefined;
  }
  const mode = chosen ?? (isSandbox ? 'none' : 'jwt');
  if (mode === 'jwt') return readJwt(env);
  if (!isLoopback(host) && !isOpen) env.refuse(AUTH.mode, chosen ? NEEDS_LOOPBACK : DEFAULT_NEEDS_LOOPBACK);
  else if (chosen === undefined) refuseUnusedSettings(env);
  return { mode };
}

/** An operator who configures how tokens are verified expects that they are; `none` must then be set explicitly. */
function refuseUnusedSettings(env: Environment): void {
  const { mode, ...others } = AUTH;
  const unused = Object.values(others).find((setting) => env.isSet(setting));
  if (unused)
    env.refuse(mode, `must be set together with ${unused.name}: with the sandbox its default is none`);
}

/** With a wrong AUTH_MODE it is not known which of these settings are required, so only the values that are set are checked. */
async function readGiven(env: Environment): Promise<void> {
  env.read(AUTH.issuer);
  env.read(AUTH.audience);
  await readKeySource(env);
  readClaimNames(env);
}

async function readJwt(env: Environment): Promise<JwtAuth | undefined> {
  const issuer = env.require(AUTH.issuer, 'with AUTH_MODE jwt');
  const audience = env.require(AUTH.audience, 'with AUTH_MODE jwt');
  env.requireOne(AUTH.jwksUrl, AUTH.jwksFile, 'with AUTH_MODE jwt');
  const keys = await readKeySource(env);
  const claims = readClaimNames(env);
  return issuer === undefined || audience === undefined || keys === undefined
    ? undefined
    : { mode: 'jwt', issuer, audience, keys, claims };
}

function readClaimNames(env: Environment): ClaimNames {
  return {
    scope: env.read(AUTH.scopeClaim),
    destinations: env.read(AUTH.destinationsClaim),
    patients: env.read(AUTH.patientsClaim),
    patient: env.read(AUTH.patientClaim),
    patientIdType: env.read(AUTH.patientIdType) ?? null,
  };
}

async function readKeySource(env: Environment): Promise<KeySource | undefined> {
  const url = env.read(AUTH.jwksUrl);
  if (url !== undefined) return { kind: 'url', url };
  const path = env.read(AUTH.jwksFile);
  if (path === undefined) return undefined;
  const content = await readTextFile(path);
  const jwks = content instanceof Problem ? content : parseKeySet(content);
  if (!(jwks instanceof Problem)) return { kind: 'file', jwks };
  env.refuse(AUTH.jwksFile, jwks.text);
  return undefined;
}

function parseKeySet(json: string): JSONWebKeySet | Problem {
  try {
    const parsed: unknown = JSON.parse(json);
    if (isKeySet(parsed)) return parsed;
  } catch {
    // The error is dropped, as the message of JSON.parse quotes the file.
  }
  return new Problem('must name a file with a JWK set: JSON with a non-empty array "keys"');
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  return KEY_SET.safeParse(value).success;
}
