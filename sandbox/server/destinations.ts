/** The two destinations the sandbox's key is subscribed to. Ids never change, so settings and tests can quote them. */
import type { DestinationAlias } from '../charts/chart.ts';

export interface RedoxDestination {
  readonly alias: DestinationAlias;
  readonly id: string;
  readonly name: string;
}

export const DESTINATION_IDS: Readonly<Record<DestinationAlias, string>> = {
  general: '6a1f0c84-2b7d-4e93-8c55-10d4e7b93a21',
  county: 'b83e52d0-9f46-4a17-a2c8-47f1906de5b3',
};

const NAMES: Readonly<Record<DestinationAlias, string>> = {
  general: 'General Hospital (synthetic)',
  county: 'County Clinic (synthetic)',
};

const ALIASES: readonly DestinationAlias[] = ['general', 'county'];
const BY_ID: ReadonlyMap<string, RedoxDestination> = new Map(
  ALIASES.map((alias) => [DESTINATION_IDS[alias], { alias, id: DESTINATION_IDS[alias], name: NAMES[alias] }]),
);

export function findDestination(id: string): RedoxDestination | undefined {
  return BY_ID.get(id);
}
