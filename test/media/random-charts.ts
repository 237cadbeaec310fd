/** Small random charts and needs for the properties of the core, and what is true of them by brute force. */
import fc from 'fast-check';
import type { Box } from '../../src/media/model/box.ts';
import { createBox, type NeedLists } from '../../src/media/model/need.ts';
import type { Identifier, Item, MediaQuery } from '../../src/redox/messages.ts';

const PATIENTS = 5;
const VISITS_EACH = 2;
const TYPES = ['Photo', 'Consent Form', 'Voice Memo'];

export const identifiersOfPatient = (patient: number): Identifier[] => [
  { id: `SYN-${patient}`, idType: 'MR' },
  { id: `e-${patient}`, idType: 'EHRID' },
  // The same ID under another type belongs to somebody else.
  { id: `SYN-${(patient + 1) % PATIENTS}`, idType: 'PORTAL' },
];

const visitNumber = (patient: number, visit: number) => `V-${patient}-${visit}`;
const index = (count: number) => fc.integer({ min: 0, max: count - 1 });

/** A chart's item. A visit belongs to one patient, a DocumentID to one document; either may be missing. */
const item = fc
  .record({
    patient: index(PATIENTS),
    visit: fc.option(index(VISITS_EACH), { freq: 4 }),
    type: fc.option(fc.constantFrom(...TYPES), { freq: 6 }),
    hasDocumentId: fc.boolean(),
    name: fc.constantFrom('a', 'b'),
  })
  .map(({ patient, visit, type, hasDocumentId, name }) => (at: number): Item => {
    return {
      identifiers: identifiersOfPatient(patient),
      visitNumber: visit === null ? null : visitNumber(patient, visit),
      documentId: hasDocumentId ? `doc-${at}` : null,
      documentType: type,
      documentDescription: null,
      fileType: 'TXT',
      fileName: name,
      creationDateTime: null,
      serviceDateTime: null,
      contents: { kind: 'none' },
    };
  });

export const charts = fc.array(item, { maxLength: 24 }).map((items) => items.map((create, at) => create(at)));

/** Identifiers that no one person has together. */
const nobody = fc.tuple(index(PATIENTS), index(PATIENTS - 1)).map(([one, step]) => {
  const other = (one + 1 + step) % PATIENTS;
  return [...identifiersOfPatient(one).slice(0, 1), ...identifiersOfPatient(other).slice(1, 2)];
});

const onePatient = fc
  .record({ patient: index(PATIENTS), identifiers: fc.constantFrom([0], [1], [2], [0, 1], [1, 2]) })
  .map(({ patient, identifiers }) => {
    const all = identifiersOfPatient(patient);
    return identifiers.flatMap((at) => all[at] ?? []);
  });
const patientLists = fc.uniqueArray(fc.oneof({ arbitrary: onePatient, weight: 8 }, nobody), {
  minLength: 1,
  maxLength: 3,
  selector: (identifiers) => JSON.stringify(identifiers),
});
const visitLists = fc.uniqueArray(
  fc.tuple(index(PATIENTS), index(VISITS_EACH)).map(([patient, visit]) => visitNumber(patient, visit)),
  { minLength: 1, maxLength: 3 },
);
const typeLists = fc.uniqueArray(fc.constantFrom(...TYPES), { minLength: 1 });
const documentLists = fc.uniqueArray(
  index(24).map((at) => `doc-${at}`),
  { minLength: 1, maxLength: 3 },
);
const often = <T>(lists: fc.Arbitrary<T>) => fc.option(lists, { freq: 2, nil: undefined });

/** Lists that Redox may be asked for: patients, visits or documents are among them. */
const lists: fc.Arbitrary<NeedLists> = fc
  .record({
    patients: often(patientLists),
    visitNumbers: fc.option(visitLists, { freq: 1, nil: undefined }),
    documentTypes: fc.option(typeLists, { freq: 1, nil: undefined }),
    documentIds: fc.option(documentLists, { freq: 1, nil: undefined }),
  })
  .filter(({ patients, visitNumbers, documentIds }) => Boolean(patients ?? visitNumbers ?? documentIds));

/** A patient together with visits that are this patient's. */
const pairs: fc.Arbitrary<NeedLists> = fc
  .record({ patient: index(PATIENTS), visits: fc.uniqueArray(index(VISITS_EACH), { minLength: 1 }) })
  .map(({ patient, visits }) => ({
    patients: [identifiersOfPatient(patient).slice(0, 1)],
    visitNumbers: visits.map((visit) => visitNumber(patient, visit)),
  }));

/** `box` is what the planner sees, `lists` what the oracle reads. */
export interface RandomNeed {
  readonly lists: NeedLists;
  readonly box: Box;
}
const withBox = (given: NeedLists): RandomNeed => ({ lists: given, box: createBox(given) });

/** Such pairs, filtered further. */
const filteredPairs = fc
  .record({
    pair: pairs,
    documentTypes: fc.option(typeLists, { freq: 2, nil: undefined }),
    documentIds: fc.option(documentLists, { freq: 2, nil: undefined }),
  })
  .map(({ pair, ...filters }) => ({ ...pair, ...filters }));

export const needs = fc.array(fc.oneof({ arbitrary: lists, weight: 3 }, pairs, filteredPairs).map(withBox), {
  minLength: 1,
  maxLength: 10,
});
export const truePairs = fc.array(pairs.map(withBox), { minLength: 1, maxLength: 10 });

/** Redox's semantics (reference §6), spelled out: OR inside a list, AND between lists, all identifiers of a patient. */
export function satisfies(
  one: Item,
  { patients, visitNumbers, documentTypes, documentIds }: NeedLists,
): boolean {
  const has = ({ id, idType }: Identifier) =>
    one.identifiers.some((own) => own.id === id && own.idType === idType);
  const isIn = (value: string | null, list: readonly string[] | null | undefined) =>
    !list || (value !== null && list.includes(value));
  return (
    (!patients || patients.some((identifiers) => identifiers.every(has))) &&
    isIn(one.visitNumber, visitNumbers) &&
    isIn(one.documentType, documentTypes) &&
    isIn(one.documentId, documentIds)
  );
}

/** A truthful Redox. */
export function answerQuery(chart: readonly Item[], query: MediaQuery): Item[] {
  return chart.filter((one) => satisfies(one, query));
}
