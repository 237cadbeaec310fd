/** Derives a caller's rights from the claims of a verified token. A claim that cannot be read is refused, never ignored. */
import type { JWTPayload } from 'jose';
import type { ClaimNames } from '../../config/config.ts';
import { GatewayError } from '../../errors.ts';
import { destinationAlias, type IdentifierKey, identifierKey } from '../../media/model/keys.ts';
import { type Rights, SCOPES } from '../../media/model/rights.ts';

/** @throws FORBIDDEN for a claim that states a limit and cannot be read. */
export function readRights(claims: JWTPayload, names: ClaimNames): Rights {
  const destinations = claims[names.destinations];
  return {
    scopes: new Set(SCOPES).intersection(new Set(readScopes(claims[names.scope]))),
    destinations: destinations === undefined ? 'all' : new Set(readTexts(destinations).map(destinationAlias)),
    patients: readPatients(claims, names),
  };
}

/** A text with spaces between the scopes (RFC 8693 §4.2), or a list, as some issuers write it. */
function readScopes(claim: unknown): readonly string[] {
  if (claim === undefined) return [];
  return typeof claim === 'string' ? claim.split(' ').filter(Boolean) : readTexts(claim);
}

/** A list such as `["MR|SYN-000417", …]`, and SMART's `patient`, an ID of the configured type. Where a token has both, both limit it. */
function readPatients(claims: JWTPayload, names: ClaimNames): Rights['patients'] {
  const { [names.patients]: list, [names.patient]: patient } = claims;
  const listed = list === undefined ? null : new Set(readTexts(list).map(readPair));
  const one = patient === undefined ? null : new Set([readPatient(patient, names)]);
  if (listed === null || one === null) return listed ?? one ?? 'all';
  return listed.intersection(one);
}

function readPair(text: string): IdentifierKey {
  const at = text.indexOf('|');
  if (at < 1 || at === text.length - 1) throw unreadable();
  return identifierKey({ idType: text.slice(0, at), id: text.slice(at + 1) });
}

function readPatient(claim: unknown, { patientIdType }: ClaimNames): IdentifierKey {
  if (typeof claim !== 'string' || claim === '' || patientIdType === null) throw unreadable();
  return identifierKey({ idType: patientIdType, id: claim });
}

function readTexts(claim: unknown): readonly string[] {
  if (!Array.isArray(claim)) throw unreadable();
  return claim.map((entry: unknown) => {
    if (typeof entry !== 'string') throw unreadable();
    return entry;
  });
}

function unreadable(): GatewayError {
  return new GatewayError('FORBIDDEN');
}
