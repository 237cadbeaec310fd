/** Resolves the `destination` argument of a field. */
import { badInput } from '../../errors.ts';
import type { DestinationAlias } from '../../media/model/keys.ts';

/** The destinations that an argument may name. */
export interface Destinations {
  /** In the settings' order. */
  readonly aliases: readonly DestinationAlias[];
  /** Used when an argument does not name a destination. */
  readonly default: DestinationAlias;
}

export function readDestination(
  destination: string | null | undefined,
  destinations: Destinations,
  argument = 'destination',
): DestinationAlias {
  if (destination === null || destination === undefined) return destinations.default;
  const alias = destinations.aliases.find((one) => one === destination);
  if (alias === undefined) throw badInput(argument, 'is not a known destination');
  return alias;
}
