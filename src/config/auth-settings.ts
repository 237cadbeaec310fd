/** Settings for callers: how their tokens are verified, and which claims state their rights. */
import { fixed, NONE, open } from './setting.ts';
import { resourceUrl } from './url-parsers.ts';
import * as value from './value-parsers.ts';

export const AUTH = {
  mode: open(
    'AUTH_MODE',
    value.oneOf('jwt', 'none'),
    '`jwt`; `none` with the sandbox',
    'How callers are authenticated: by `jwt` bearer tokens, or `none`, which is refused unless `HOST` is loopback or `SANDBOX=open`.',
  ),
  issuer: open('AUTH_ISSUER', value.text, 'required with `jwt`', '`iss` that bearer tokens must have.'),
  audience: open('AUTH_AUDIENCE', value.text, 'required with `jwt`', '`aud` that bearer tokens must have.'),
  jwksUrl: open(
    'AUTH_JWKS_URL',
    resourceUrl,
    'this or `AUTH_JWKS_FILE` required with `jwt`',
    'URL from which the public keys for bearer tokens are fetched, as a JWK set.',
  ),
  jwksFile: open(
    'AUTH_JWKS_FILE',
    value.anyText,
    NONE,
    'File with that JWK set, in place of `AUTH_JWKS_URL`.',
  ),
  scopeClaim: fixed(
    'AUTH_SCOPE_CLAIM',
    value.text,
    'scope',
    'Claim with the scopes (`media:read`, `media:write`, `content:read`): a list, or a text with spaces between them.',
  ),
  destinationsClaim: fixed(
    'AUTH_DESTINATIONS_CLAIM',
    value.text,
    'redox_destinations',
    'Claim with the aliases of the destinations that the caller may use, as a list; all destinations when it is absent.',
  ),
  patientsClaim: fixed(
    'AUTH_PATIENTS_CLAIM',
    value.text,
    'redox_patients',
    'Claim with the patients whose media the caller may see, as a list (see docs/rights.md); all patients when it is absent.',
  ),
  patientClaim: fixed(
    'AUTH_PATIENT_CLAIM',
    value.text,
    'patient',
    'Claim with the ID of the one patient whose media the caller may see, as in SMART App Launch.',
  ),
  patientIdType: open(
    'AUTH_PATIENT_ID_TYPE',
    value.text,
    'none: tokens with that claim are refused',
    'IDType of the ID in `AUTH_PATIENT_CLAIM`, e.g. MR.',
  ),
};
