/** The bulk of the charts: ordinary patients drawn from a seed, with the everyday gaps that real replies have. */
import { posix } from 'node:path';
import { numberedContentsOf } from '../files/numbered-file.ts';
import { type SeededRandom, seededRandom } from '../random.ts';
import { type ChartPatient, type DestinationAlias, type DocumentDraft, makePatient } from './chart.ts';

interface DocumentTemplate {
  readonly documentType: string;
  /** Below sandbox/assets. */
  readonly files: readonly string[];
}

const TEMPLATES: readonly DocumentTemplate[] = [
  {
    documentType: 'Photo',
    files: [
      'everyday/pill-box.jpg',
      'everyday/flowers.jpg',
      'everyday/blood-pressure.png',
      'everyday/thermometer.png',
    ],
  },
  {
    documentType: 'Wound Photo',
    files: [
      'everyday/scrape.jpg',
      'everyday/cut.jpg',
      'everyday/dressing.jpg',
      'everyday/wound-map-leg.png',
      'everyday/wound-map-arm.png',
    ],
  },
  { documentType: 'Consent Form', files: ['everyday/consent.pdf'] },
  { documentType: 'Treatment Plan', files: ['everyday/plan.pdf', 'everyday/note.txt'] },
  { documentType: 'Voice Memo', files: ['everyday/memo.wav', 'everyday/memo.mp3'] },
  { documentType: 'Discharge Instructions', files: ['everyday/note.txt', 'everyday/instructions.pdf'] },
];
const FALLBACK: DocumentTemplate = { documentType: 'Photo', files: ['everyday/flowers.jpg'] };

/** By the file's ending. Redox's FileType is a label, not a MIME type, and senders do not agree on it. */
const FILE_TYPES: Readonly<Record<string, readonly string[]>> = {
  '.jpg': ['JPG'],
  '.png': ['PNG'],
  '.pdf': ['PDF'],
  '.wav': ['WAV'],
  '.mp3': ['MP3'],
  '.txt': ['TXT', 'TEXT'],
};

const FIRST_DAY_MS = Date.UTC(2025, 0, 1);
const DAYS = 420;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export interface Generation {
  readonly destination: DestinationAlias;
  readonly seed: number;
  readonly patients: number;
  /** Document and visit numbers count up from these; document numbers of two destinations may well overlap. */
  readonly firstDocument: number;
  readonly firstVisit: number;
}

const MAX_DOCUMENTS = 30;

export function generatePatients(plan: Generation): ChartPatient[] {
  const random = seededRandom(plan.seed);
  const letter = plan.destination === 'general' ? 'V' : 'C';
  const prefix = plan.destination === 'general' ? 'SYN-001' : 'CTY-001';
  let nextDocument = plan.firstDocument;
  let nextVisit = plan.firstVisit;
  return Array.from({ length: plan.patients }, (_, at) => {
    // Most patients have few documents, and the first of each destination has as many as any may have.
    const count = at === 0 ? MAX_DOCUMENTS : random.integer(1, random.integer(1, MAX_DOCUMENTS));
    const visits = Array.from(
      { length: Math.min(count, random.integer(1, 6)) },
      () => `${letter}-${nextVisit++}`,
    );
    const serial = String(at + 1).padStart(3, '0');
    const identifiers = {
      MR: `${prefix}${serial}`,
      EHRID: `e-${letter === 'V' ? 61 : 62}${serial}`,
      ...(random.chance(0.6) && { PORTAL: `portal-${letter === 'V' ? 1 : 2}${serial}` }),
    };
    const drafts = Array.from({ length: count }, (_, index) =>
      draftDocument(random, nextDocument++, visits[index] ?? pickVisit(random, visits)),
    );
    return makePatient(plan.destination, identifiers, drafts);
  });
}

/** Once every visit has a document, some documents belong to none. */
function pickVisit(random: SeededRandom, visits: readonly string[]): string | null | undefined {
  return random.chance(0.12) ? leaveOut(random) : random.pick(visits, '');
}

function draftDocument(
  random: SeededRandom,
  number: number,
  visitNumber: string | null | undefined,
): DocumentDraft {
  const { documentType, files } = random.pick(TEMPLATES, FALLBACK);
  const file = random.pick(files, 'everyday/flowers.jpg');
  const { name, ext } = posix.parse(file);
  const servedAtMs = FIRST_DAY_MS + random.integer(0, DAYS * 24 * 60 - 1) * MINUTE_MS;
  const createdAtMs = servedAtMs + random.integer(1, 2 * 24 * 60) * MINUTE_MS;
  return {
    visitNumber,
    documentId: random.chance(0.06) ? leaveOut(random) : `doc-${number}`,
    documentType,
    documentDescription: random.chance(0.5)
      ? `Synthetic ${documentType.toLowerCase()} ${number}`
      : leaveOut(random),
    fileType: random.chance(0.04) ? leaveOut(random) : random.pick(FILE_TYPES[ext] ?? [], 'TXT'),
    fileName: random.chance(0.9) ? `${name}-${number}` : leaveOut(random),
    fileContents: random.chance(0.03) ? leaveOut(random) : numberedContentsOf(file, number),
    creationDateTime: writeDateTime(random, createdAtMs),
    serviceDateTime: writeDateTime(random, servedAtMs),
  };
}

/** Replies leave an empty member out or spell it as null, with no system in it. */
function leaveOut(random: SeededRandom): null | undefined {
  return random.chance(0.5) ? null : undefined;
}

function writeDateTime(random: SeededRandom, atMs: number): string | null | undefined {
  const style = random.next();
  if (style < 0.06) return leaveOut(random);
  if (style < 0.16) return new Date(atMs - (atMs % DAY_MS)).toISOString().slice(0, 10);
  if (style < 0.3) return `${new Date(atMs - 4 * HOUR_MS).toISOString().slice(0, 19)}-04:00`;
  return new Date(atMs).toISOString();
}
