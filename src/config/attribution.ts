/** Trust in a destination has to name one: a misspelt alias would leave its documents unattributed without a word. */
import type { Environment } from './environment.ts';
import { UPSTREAM } from './redox-settings.ts';

/** `aliases`: of all destinations; undefined while those are a fault themselves. */
export function checkAttribution(
  trusted: ReadonlyMap<string, 'lone'>,
  env: Environment,
  aliases: readonly string[] | undefined,
): void {
  if (aliases !== undefined && ![...trusted.keys()].every((alias) => aliases.includes(alias))) {
    env.refuse(UPSTREAM.attribution, 'names an alias that REDOX_DESTINATIONS has not');
  }
}
