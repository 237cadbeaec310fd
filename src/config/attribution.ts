/** Which destinations are trusted to answer a call for one patient with that patient's documents, however those name it. */
import type { Environment } from './environment.ts';
import { UPSTREAM } from './redox-settings.ts';

/** `aliases`: of all destinations; undefined while those are a fault themselves. */
export function readAttribution(
  env: Environment,
  aliases: readonly string[] | undefined,
): ReadonlyMap<string, 'lone'> {
  const trusted = env.read(UPSTREAM.attribution);
  if (aliases !== undefined && ![...trusted.keys()].every((alias) => aliases.includes(alias))) {
    env.refuse(UPSTREAM.attribution, 'names an alias that REDOX_DESTINATIONS has not');
  }
  return trusted;
}
