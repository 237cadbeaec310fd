/** What is asked, and what the right answer is: seeded operations over synthetic charts, each with its answer's bytes. */

import { seededRandom } from '../sandbox/random.ts';
import type { ChartDocument } from '../sandbox/sandbox.ts';

const SEED = 20_260_304;
const PATIENTS = 250;
/** Different operations of one kind; clients walk through them in turn. */
const OPERATIONS = 500;
const SIZES = [5, 10] as const;
const TYPES = ['Photo', 'Consent Form', 'Treatment Plan', 'Voice Memo', 'Wound Photo'];

const NODES = ['documentId', 'documentType', 'fileName', 'serviceDateTime'] as const;
const ALL_NODES = [
  'documentId',
  'documentType',
  'documentDescription',
  'fileType',
  'fileName',
  'creationDateTime',
  'serviceDateTime',
] as const;

type ByPatient = ReadonlyMap<string, readonly ChartDocument[]>;

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
  /** One field `patients` for all, or an aliased field `patient` for each with all that says what a document is. Default: `list`. */
  readonly shape?: 'list' | 'aliased';
}

export interface ChartOptions {
  /** Of the file in each document, before base64: references and gateway alike must carry it. */
  readonly fileBytes: number;
  readonly sizes: readonly (typeof SIZES)[number][];
}

export const ID_TYPE = 'MR';

/** 250 patients with 5 documents each, and 250 with 10. */
export function createCharts(
  { fileBytes, sizes }: ChartOptions = { fileBytes: 300, sizes: SIZES },
): ChartDocument[] {
  const random = seededRandom(SEED);
  return sizes
    .flatMap((documents) =>
      Array.from({ length: PATIENTS }, (_, patient) =>
        Array.from({ length: documents }, (_, at): ChartDocument => {
          const key = `${documents}-${patient}-${at}`;
          const bytes = Buffer.from(Array.from({ length: fileBytes }, () => random.integer(0, 255)));
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
  const { patients, documents, withIds = false, shape = 'list' } = options;
  const random = seededRandom(SEED + patients);
  const byPatient = Map.groupBy(charts, ({ identifiers }) => identifiers[0]?.id ?? '');
  const [query, variablesFor, answerFor] =
    shape === 'list'
      ? [listDocument(withIds), listVariables, listAnswer]
      : [aliasedDocument(patients), aliasedVariables, aliasedAnswer];
  return Array.from({ length: OPERATIONS }, () => {
    const chosen = new Set<number>();
    while (chosen.size < patients) chosen.add(random.integer(0, PATIENTS - 1));
    const patientIds = [...chosen].map((patient) => patientId(documents, patient));
    return {
      patientIds,
      body: JSON.stringify({ query, variables: variablesFor(patientIds) }),
      expected: withIds ? null : Buffer.from(JSON.stringify({ data: answerFor(patientIds, byPatient) })),
    };
  });
}

function patientId(documents: number, patient: number): string {
  return `SYN-${documents}-${patient}`;
}

function listDocument(withIds: boolean): string {
  const nodes = [...(withIds ? ['id'] : []), ...NODES].join(' ');
  return `query Charts($patients: [PatientInput!]!) {
    patients(patients: $patients) { identifier { value } media { totalCount nodes { ${nodes} } } }
  }`;
}

function listVariables(patientIds: readonly string[]): object {
  return { patients: patientIds.map((id) => ({ identifiers: [identifierOf(id)] })) };
}

/** Worked out from the charts, as `aliasedAnswer`, by none of the programs that are measured. */
function listAnswer(patientIds: readonly string[], charts: ByPatient): object {
  const patients = patientIds.map((id) => {
    const nodes = nodesOf(charts.get(id), NODES);
    return { identifier: { value: id }, media: { totalCount: nodes.length, nodes } };
  });
  return { patients };
}

function aliasedDocument(patients: number): string {
  const places = Array.from({ length: patients }, (_, at) => at);
  const variables = places.map((at) => `$p${at}: [IdentifierInput!]!`).join(' ');
  const field = (at: number) =>
    `p${at}: patient(identifiers: $p${at}) { media { nodes { ${ALL_NODES.join(' ')} } } }`;
  return `query Charts(${variables}) { ${places.map(field).join(' ')} }`;
}

function aliasedVariables(patientIds: readonly string[]): object {
  return Object.fromEntries(patientIds.map((id, at) => [`p${at}`, [identifierOf(id)]]));
}

function aliasedAnswer(patientIds: readonly string[], charts: ByPatient): object {
  const answers = patientIds.map((id) => ({ media: { nodes: nodesOf(charts.get(id), ALL_NODES) } }));
  return Object.fromEntries(answers.map((answer, at) => [`p${at}`, answer]));
}

function identifierOf(id: string): object {
  return { value: id, idType: ID_TYPE };
}

/** Service dates of a patient grow from document to document, and the newest comes first. */
function nodesOf(
  documents: readonly ChartDocument[] = [],
  fields: readonly (keyof ChartDocument)[],
): object[] {
  const pick = (document: ChartDocument) => fields.map((field) => [field, document[field]]);
  return documents.toReversed().map((document) => Object.fromEntries(pick(document)));
}
