/** Callers of different rights at the same time, their calls shared as far as they may be: each sees exactly its own. */
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChartDocument } from '../../../sandbox/sandbox.ts';
import { destinationAlias, type IdentifierKey, identifierKey } from '../../../src/media/model/keys.ts';
import { createNeed, type NeedLists } from '../../../src/media/model/need.ts';
import { ALL_RIGHTS, type Rights, rightsKeyOf } from '../../../src/media/model/rights.ts';
import { namesUpTo, outcomeOf, startCore, type TestCore } from '../../support/core.ts';
import { fuzz } from '../../support/fuzz.ts';
import { chartDocument, identifiersOf } from '../../support/own-chart.ts';

const NAMES = namesUpTo(8);
/** Each visit has documents of two patients, and one that names no patient. */
const visitOf = (name: string) => `V-${Math.floor(NAMES.indexOf(name) / 2)}`;
const CHART: readonly ChartDocument[] = NAMES.flatMap((name) => [
  chartDocument(name, { documentId: `${name}-a`, visitNumber: visitOf(name) }),
  chartDocument(name, { documentId: `${name}-b`, visitNumber: visitOf(name), documentType: 'Consent Form' }),
  chartDocument(name, { documentId: `${name}-c`, visitNumber: visitOf(name), identifiers: [] }),
  chartDocument(name, { documentId: `${name}-d`, destination: 'county', visitNumber: visitOf(name) }),
]);

const keysOf = (names: readonly string[], at: 0 | 1) =>
  new Set(names.flatMap((name) => identifiersOf(name).slice(at, at + 1)).map(identifierKey));

/** By record numbers, by EHR ids of one destination only, and without a limit. Their patients overlap. */
const CALLERS: readonly Rights[] = [
  { ...ALL_RIGHTS, patients: keysOf(NAMES.slice(0, 4), 0) },
  {
    ...ALL_RIGHTS,
    patients: keysOf(NAMES.slice(2, 6), 1),
    destinations: new Set([destinationAlias('general')]),
  },
  ALL_RIGHTS,
];

const AT_ONCE = 100;

interface Operation {
  readonly caller: number;
  readonly destination: 'general' | 'county';
  readonly names: readonly string[];
  readonly identifiers: readonly number[];
  readonly by: 'patients' | 'visits' | 'documents';
  readonly photosOnly: boolean;
  readonly ticks: number;
}

const operation: fc.Arbitrary<Operation> = fc.record({
  caller: fc.nat(CALLERS.length - 1),
  destination: fc.constantFrom('general', 'general', 'general', 'county'),
  names: fc.subarray(NAMES, { minLength: 1, maxLength: 3 }),
  identifiers: fc.constantFrom([0], [1], [0, 1]),
  by: fc.constantFrom('patients', 'patients', 'visits', 'documents'),
  photosOnly: fc.boolean(),
  ticks: fc.nat(3),
});

function listsOf({ by, names, identifiers, photosOnly }: Operation): NeedLists {
  const types = photosOnly ? { documentTypes: ['Photo'] } : {};
  const asked = (name: string) => identifiers.flatMap((at) => identifiersOf(name)[at] ?? []);
  if (by === 'patients') return { ...types, patients: names.map(asked) };
  if (by === 'visits') return { ...types, visitNumbers: names.map(visitOf) };
  return { ...types, documentIds: names.flatMap((name) => [`${name}-a`, `${name}-c`]) };
}

const keysOfChart = (document: ChartDocument) => document.identifiers.map(identifierKey);
const meets = (keys: readonly IdentifierKey[], allowed: Rights['patients']) =>
  allowed === 'all' || keys.some((key) => allowed.has(key));

/** By brute force over the chart, without the code under test. */
function expectedOf(one: Operation): string[] | 'FORBIDDEN' {
  const { caller, destination, names, by, photosOnly } = one;
  const rights = CALLERS[caller] ?? ALL_RIGHTS;
  if (rights.destinations !== 'all' && !rights.destinations.has(destinationAlias(destination)))
    return 'FORBIDDEN';
  const { patients = [], visitNumbers = [], documentIds = [] } = listsOf(one);
  const asked = (patients ?? []).map((identifiers) => identifiers.map(identifierKey));
  if (by === 'patients' && !asked.every((keys) => meets(keys, rights.patients))) return 'FORBIDDEN';
  const found = CHART.filter((document) => {
    const isAsked =
      by === 'patients'
        ? names.some((name) => keysOfChart(document).some((key) => keysOf([name], 0).has(key)))
        : by === 'visits'
          ? visitNumbers?.includes(document.visitNumber ?? '')
          : documentIds?.includes(document.documentId ?? '');
    return (
      isAsked &&
      document.destination === destination &&
      (!photosOnly || document.documentType === 'Photo') &&
      meets(keysOfChart(document), rights.patients)
    );
  });
  return found.map(({ documentId }) => documentId ?? '').sort();
}

async function perform(core: TestCore, one: Operation): Promise<string[] | string> {
  for (let tick = 0; tick < one.ticks; tick++) await setImmediate();
  const rights = CALLERS[one.caller] ?? ALL_RIGHTS;
  const loader = core.openOperation({ rights, batchKey: rightsKeyOf(rights) });
  return outcomeOf(loader.load(createNeed(destinationAlias(one.destination), listsOf(one))));
}

test('operations of three callers, a hundred at a time', async () => {
  await using core = await startCore({
    sandbox: { charts: CHART, maxRecordedCalls: 1 },
    settings: { REDOX_CONCURRENCY: '3' },
  });
  const outcomes = { answered: 0, empty: 0, refused: 0 };
  await fuzz({
    cases: operation,
    atOnce: AT_ONCE,
    check: async (operations) => {
      const answers = await Promise.all(operations.map((one) => perform(core, one)));
      expect(answers).toEqual(operations.map(expectedOf));
      for (const answer of answers) {
        if (typeof answer === 'string') outcomes.refused += 1;
        else if (answer.length === 0) outcomes.empty += 1;
        else outcomes.answered += 1;
      }
    },
  });
  const all = outcomes.answered + outcomes.empty + outcomes.refused;
  expect(outcomes.answered / all).toBeGreaterThan(0.2);
  expect(outcomes.refused / all).toBeGreaterThan(0.1);
  // The sharing was real.
  expect(core.redox.callCount).toBeLessThan(all / 2);
});
