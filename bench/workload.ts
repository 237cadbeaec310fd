/** What is asked, and what the right answer is: seeded operations over synthetic charts, each with its answer's bytes. */

import { seededRandom } from '../sandbox/random.ts';
import type { ChartDocument } from '../sandbox/sandbox.ts';

const SEED = 20_260_304;
const PATIENTS = 250;
/** Different operations of one kind; clients walk through them in turn. */
const OPERATIONS = 500;
/** Of the file in each document, before base64: references and gateway alike must carry it. */
const FILE_BYTES = 300;
const TYPES = ['Photo', 'Consent Form', 'Treatment Plan', 'Voice Memo', 'Wound Photo'];

const NODES = 'documentId documentType fileName serviceDateTime';

/** One request, and the response that the charts say it must have; null where the response cannot be foretold. */
export interface Operation {
  readonly body: string;
  readonly expected: Buffer | null;
  /** The patients asked for, as Redox is asked. */
  readonly patientIds: readonly string[];
}

export interface WorkloadOptions {
  /** Random patients an operation. */
  readonly patients: number;
  /** Which charts: patients have 5 or 10 documents. */
  readonly documents: 5 | 10;
  /** Also selects the sealed `id` of every node; the response can then not be foretold. */
  readonly withIds?: boolean;
}

export const ID_TYPE = 'MR';

/** 250 patients with 5 documents each, and 250 with 10. */
export function createCharts(): ChartDocument[] {
  const random = seededRandom(SEED);
  const sizes = [5, 10] as const;
  return sizes
    .flatMap((documents) =>
      Array.from({ length: PATIENTS }, (_, patient) =>
        Array.from({ length: documents }, (_, at): ChartDocument => {
          const key = `${documents}-${patient}-${at}`;
          const bytes = Buffer.from(Array.from({ length: FILE_BYTES }, () => random.integer(0, 255)));
          return {
            destination: 'general',
            identifiers: [
              { id: patientId(documents, patient), idType: ID_TYPE },
              { id: `e-${documents}-${patient}`, idType: 'EHRID' },
            ],
            visitNumber: `V-${documents}-${patient}-${at % 2}`,
            documentId: `doc-${key}`,
            documentType: TYPES[at % TYPES.length],
            documentDescription: `Synthetic document ${key}`,
            fileType: 'JPG',
            fileName: `${key}.jpg`,
            fileContents: bytes.toString('base64'),
            creationDateTime: `2026-02-${String(at + 10)}T09:30:00Z`,
            serviceDateTime: `2026-03-${String(at + 10)}T08:00:00Z`,
          };
        }),
      ).flat(),
    )
    .flat();
}

/** Many different operations of one kind. */
export function createOperations(charts: readonly ChartDocument[], options: WorkloadOptions): Operation[] {
  const random = seededRandom(SEED + options.patients);
  const byPatient = Map.groupBy(charts, ({ identifiers }) => identifiers[0]?.id ?? '');
  return Array.from({ length: OPERATIONS }, () => {
    const chosen = new Set<number>();
    while (chosen.size < options.patients) chosen.add(random.integer(0, PATIENTS - 1));
    const patientIds = [...chosen].map((patient) => patientId(options.documents, patient));
    const variables = {
      patients: patientIds.map((id) => ({ identifiers: [{ value: id, idType: ID_TYPE }] })),
    };
    return {
      patientIds,
      body: JSON.stringify({ query: documentFor(options.withIds ?? false), variables }),
      expected: options.withIds ? null : Buffer.from(answerFor(patientIds, byPatient)),
    };
  });
}

function patientId(documents: number, patient: number): string {
  return `SYN-${documents}-${patient}`;
}

function documentFor(withIds: boolean): string {
  const id = withIds ? 'id ' : '';
  return `query Charts($patients: [PatientInput!]!) {
    patients(patients: $patients) { identifier { value } media { totalCount nodes { ${id}${NODES} } } }
  }`;
}

/** Worked out from the charts, by none of the programs that are measured. */
function answerFor(
  patientIds: readonly string[],
  byPatient: ReadonlyMap<string, readonly ChartDocument[]>,
): string {
  const patients = patientIds.map((id) => {
    const documents = byPatient.get(id) ?? [];
    // Service dates of a patient grow from document to document, and the newest comes first.
    const nodes = documents.toReversed().map(({ documentId, documentType, fileName, serviceDateTime }) => {
      return { documentId, documentType, fileName, serviceDateTime };
    });
    return { identifier: { value: id }, media: { totalCount: nodes.length, nodes } };
  });
  return JSON.stringify({ data: { patients } });
}
