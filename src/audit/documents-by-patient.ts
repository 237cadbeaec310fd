/** Groups the documents of a need by patient. For thousands of patients, the time grows linearly, not quadratically. */
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

/** The identifiers of a document's patient, and its id. */
export type NamedDocument = Pick<Item, 'identifiers' | 'attributedTo' | 'documentId'>;

export interface PatientDocuments {
  readonly patient: PatientKey;
  /** As the documents name the patient; null: as the key does. */
  readonly identifiers: readonly Identifier[] | null;
  readonly documents: readonly NamedDocument[];
}

/** The number of documents that are processed within a millisecond or two. */
const DOCUMENTS_AT_ONCE = 2000;

/** The documents of each of several patients whom the query names. It pauses at intervals. */
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

/**
 * Patients may share an identifier, for example that of their family, so each patient is indexed by its least frequent
 * identifier.
 */
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

/**
 * The documents of each patient whom they name, followed by the documents that name none; that last group exists even if there
 * are no documents at all.
 */
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
