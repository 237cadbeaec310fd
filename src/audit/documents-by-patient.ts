/** Which of the documents that a need was given are whose. Thousands of patients cost what they are, not their square. */
import {
  type IdentifierKey,
  identifierKey,
  identifiersOf,
  type PatientKey,
  patientKey,
} from '../media/model/keys.ts';
import { itemsByPatient } from '../media/model/patients.ts';
import type { Identifier, Item } from '../redox/messages.ts';
import type { Work } from '../time-slices.ts';

/** What a document says of its patient, and which it is. */
export type NamedDocument = Pick<Item, 'identifiers' | 'attributedTo' | 'documentId'>;

export interface PatientDocuments {
  readonly patient: PatientKey;
  /** As documents name the patient; null: as the key does. */
  readonly identifiers: readonly Identifier[] | null;
  readonly documents: readonly NamedDocument[];
}

/** They are looked at within a millisecond or two. */
const DOCUMENTS_AT_ONCE = 2000;

/** The documents of each of several patients whom the query names. Stops now and then. */
export function* documentsOfNamed(
  documents: readonly NamedDocument[],
  patients: ReadonlySet<PatientKey>,
): Work<readonly PatientDocuments[]> {
  const found = [...patients].map((patient) => {
    const keys = identifiersOf(patient).map(identifierKey);
    return { patient, identifiers: null, keys, documents: [] as NamedDocument[] };
  });
  const byRarest = groupByRarestKey(found);
  for (const [at, document] of documents.entries()) {
    if (at % DOCUMENTS_AT_ONCE === DOCUMENTS_AT_ONCE - 1) yield;
    const keys = new Set((document.attributedTo ?? document.identifiers).map(identifierKey));
    const named = [...keys].flatMap((key) => byRarest.get(key) ?? []);
    for (const patient of named)
      if (patient.keys.every((one) => keys.has(one))) patient.documents.push(document);
  }
  return found;
}

/** Patients may share an identifier, such as the one of their family: each is found by the one that the fewest have. */
function groupByRarestKey<T extends { readonly keys: readonly IdentifierKey[] }>(
  patients: readonly T[],
): Map<IdentifierKey | undefined, T[]> {
  const counts = new Map<IdentifierKey, number>();
  for (const { keys } of patients) for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  const countOf = (key: IdentifierKey) => counts.get(key) ?? 0;
  return Map.groupBy(patients, ({ keys }) =>
    keys.reduce<IdentifierKey | undefined>(
      (rarest, key) => (rarest === undefined || countOf(key) < countOf(rarest) ? key : rarest),
      undefined,
    ),
  );
}

/** The documents of each patient that they name; then those that name none, also when there are no documents at all. */
export function documentsOfAny(documents: readonly NamedDocument[]): readonly PatientDocuments[] {
  const named = itemsByPatient(documents).map(({ identifiers, items }) => ({
    identifiers,
    patient: patientKey(identifiers),
    documents: items,
  }));
  const nameless = documents.filter(({ identifiers }) => identifiers.length === 0);
  return named.length === 0 || nameless.length > 0
    ? [...named, { identifiers: [], patient: patientKey([]), documents: nameless }]
    : named;
}
