/** `Meta.FacilityCode` by destination: codes are a health system's own, and mean something else, or nothing, at another. */
import type { Environment } from './environment.ts';
import { UPSTREAM } from './redox-settings.ts';

/** `aliases`: of all destinations; undefined while those are a fault themselves. */
export function codesByAlias(
  codes: ReadonlyMap<string, string> | string,
  env: Environment,
  aliases: readonly string[] | undefined,
): ReadonlyMap<string, string> {
  if (aliases === undefined) return new Map();
  if (typeof codes !== 'string') {
    if ([...codes.keys()].every((alias) => aliases.includes(alias))) return codes;
    env.refuse(UPSTREAM.facilityCodes, 'names an alias that REDOX_DESTINATIONS has not');
    return codes;
  }
  const [only, ...others] = aliases;
  if (only !== undefined && others.length === 0) return new Map([[only, codes]]);
  env.refuse(UPSTREAM.facilityCodes, 'must be alias=code pairs where there are several destinations');
  return new Map();
}
