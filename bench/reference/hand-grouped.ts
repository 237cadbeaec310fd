/** `Query.patients` as one would write it for just the benchmark's operation: one call, grouped by hand, no loader. */
import type { IdentifierInput } from '../../src/generated/resolvers.ts';
import { identifierKey } from '../../src/media/model/keys.ts';
import type { Identifier, Item } from '../../src/redox/messages.ts';
import type { AskRedox } from './redox.ts';

interface Arguments {
  readonly patients: readonly { readonly identifiers: readonly IdentifierInput[] }[];
}

export function createHandGroupedPatients(ask: AskRedox) {
  return (_: unknown, { patients }: Arguments) => {
    let grouped: Promise<Map<string, Item[]>> | undefined;
    const load = () => {
      grouped ??= ask(patients.map(({ identifiers }) => identifiers.map(asRedox))).then(groupByIdentifier);
      return grouped;
    };
    return patients.map(({ identifiers: [identifier] }) => ({
      identifier,
      media: async () => {
        const items = (identifier && (await load()).get(identifierKey(asRedox(identifier)))) ?? [];
        const nodes = items.sort((a, b) => serviceTimeOf(b) - serviceTimeOf(a));
        return { totalCount: nodes.length, nodes };
      },
    }));
  };
}

function asRedox({ value, idType }: IdentifierInput): Identifier {
  return { id: value, idType };
}

function groupByIdentifier(items: readonly Item[]): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    for (const identifier of item.identifiers) {
      const key = identifierKey(identifier);
      const group = groups.get(key);
      if (group) group.push(item);
      else groups.set(key, [item]);
    }
  }
  return groups;
}

function serviceTimeOf({ serviceDateTime }: Item): number {
  return Date.parse(serviceDateTime ?? '');
}
