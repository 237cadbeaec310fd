/** The two systems behind the sandbox, which the sandbox's key is subscribed to: as destinations and as senders. Ids never change, so settings and tests can quote them. */
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

/** The systems as senders of events: Redox gives a sending system another id than the same system as a destination. */
export const SOURCE_IDS: Readonly<Record<DestinationAlias, string>> = {
  general: 'c2d94b17-58ea-4f60-9b3d-7a0e61c5f842',
  county: '41e7f8a9-0d36-4c82-b5f1-92c4d80a6e13',
};

export const SYSTEM_NAMES: Readonly<Record<DestinationAlias, string>> = {
  general: 'General Hospital (synthetic)',
  county: 'County Clinic (synthetic)',
};

export const ALIASES: readonly DestinationAlias[] = ['general', 'county'];
const BY_ID: ReadonlyMap<string, RedoxDestination> = new Map(
  ALIASES.map((alias) => [
    DESTINATION_IDS[alias],
    { alias, id: DESTINATION_IDS[alias], name: SYSTEM_NAMES[alias] },
  ]),
);

export function findDestination(id: string): RedoxDestination | undefined {
  return BY_ID.get(id);
}
