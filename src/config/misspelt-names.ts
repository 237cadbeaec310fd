/** Finds variables that look like misspelt settings, as a typing error in a security setting must not be ignored. */
import type { Fault } from './config-error.ts';
import type { Variables } from './environment.ts';

const OUR_PREFIX = /^(?:REDOX|AUTH|BATCH|GATEWAY|PERSISTED|LIMIT|AUDIT|RECENT)_/;

/**
 * Kubernetes and Docker links define variables like these for every nearby service. Without this exception, a service named
 * `redox-gateway` or `auth` would prevent the gateway from starting.
 */
const SERVICE_LINK = /_SERVICE_HOST$|_SERVICE_PORT(?:_\w+)?$|_PORT_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?$/;
const SERVICE_LINK_PORT_VALUE = /^(?:tcp|udp|sctp):\/\//;

/** The fraction of a name's letters that may be wrong; with more, a suggestion would be misleading. */
const MAX_WRONG = 1 / 4;

/** In alphabetical order. */
export function findMisspeltNames(variables: Variables, names: readonly string[]): readonly Fault[] {
  return Object.keys(variables)
    .filter((name) => variables[name] && OUR_PREFIX.test(name) && !names.includes(name))
    .filter((name) => !isServiceLink(name, variables[name] ?? ''))
    .sort()
    .map((name) => ({ variable: name, problem: describe(nearestName(name, names)) }));
}

function describe(nearest: string | undefined): string {
  return nearest === undefined ? 'is no setting' : `is no setting; did you mean ${nearest}?`;
}

function isServiceLink(name: string, value: string): boolean {
  return SERVICE_LINK.test(name) || (name.endsWith('_PORT') && SERVICE_LINK_PORT_VALUE.test(value));
}

function nearestName(name: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  return ranked.find(({ candidate, distance }) => distance <= candidate.length * MAX_WRONG)?.candidate;
}

/** The Levenshtein distance, computed one row of the table at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [line, letter] of [...from].entries()) {
    const next = [line + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
