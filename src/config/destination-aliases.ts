/** Checks settings that name destinations by alias: `REDOX_FACILITY_CODE` and `REDOX_ATTRIBUTION`. */
import type { Environment } from './environment.ts';
import { UPSTREAM } from './redox-settings.ts';

/**
 * `Meta.FacilityCode` by alias: a code belongs to one health system, and means something else, or nothing, at another one.
 * `aliases`: those of all destinations; undefined when REDOX_DESTINATIONS itself is wrong.
 */
export function codesByAlias(
  codes: ReadonlyMap<string, string> | string,
  env: Environment,
  aliases: readonly string[] | undefined,
): ReadonlyMap<string, string> {
  if (aliases === undefined) return new Map();
  if (typeof codes !== 'string') {
    if ([...codes.keys()].every((alias) => aliases.includes(alias))) return codes;
    env.refuse(UPSTREAM.facilityCodes, 'names an alias that is not in REDOX_DESTINATIONS');
    return codes;
  }
  const [only, ...others] = aliases;
  if (only !== undefined && others.length === 0) return new Map([[only, codes]]);
  env.refuse(UPSTREAM.facilityCodes, 'must be alias=code pairs where there are several destinations');
  return new Map();
}

/** Refuses an unknown alias: otherwise the documents of the intended destination would stay unattributed without a notice. */
export function checkAttribution(
  trusted: ReadonlyMap<string, 'lone'>,
  env: Environment,
  aliases: readonly string[] | undefined,
): void {
  if (aliases !== undefined && ![...trusted.keys()].every((alias) => aliases.includes(alias))) {
    env.refuse(UPSTREAM.attribution, 'names an alias that is not in REDOX_DESTINATIONS');
  }
}
