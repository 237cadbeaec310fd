/** Patients whose documents show, one by one, every irregularity that Redox's schema or its recorded traffic allows. */
import { numberedContentsOf } from '../files/numbered-file.ts';
import { type ChartPatient, type DocumentDraft, makePatient } from './chart.ts';

/** What old Redox samples contain in place of base64. */
export const PLACEHOLDER_CONTENTS = '[[ file contents are not included in this environment ]]';
/**
 * What a sender that uploaded the file first puts into FileContents; it is not documented for replies, so readers must tolerate
 * it.
 */
export const BLOB_URI = 'https://blob.redoxengine.com/7c0f2f4e-synthetic-blob';

const DATES: DocumentDraft = {
  creationDateTime: '2025-11-04T10:00:00.000Z',
  serviceDateTime: '2025-11-04T09:30:00.000Z',
};

const FILES = {
  jpeg: 'everyday/scrape.jpg',
  png: 'everyday/wound-map-leg.png',
  pdf: 'everyday/consent.pdf',
  wav: 'everyday/memo.wav',
  text: 'everyday/note.txt',
};

function inline(kind: keyof typeof FILES, number: number): () => string {
  return numberedContentsOf(FILES[kind], number);
}

/** Base64 as Ruby's `Base64.encode64` writes it: a line break after every 60 characters and at the end. */
function breakLines(base64: string): string {
  return base64.replace(/.{1,60}/g, '$&\n');
}

const ODD_CONTENTS: readonly DocumentDraft[] = [
  {
    ...DATES,
    documentId: 'doc-8601',
    documentType: 'Photo',
    fileType: 'JPG',
    fileName: null,
    fileContents: null,
  },
  { ...DATES, documentId: 'doc-8602', documentType: 'Photo', fileType: 'JPG' },
  { ...DATES, documentId: 'doc-8603', documentType: 'Consent Form', fileType: 'PDF', fileContents: '' },
  {
    ...DATES,
    documentId: 'doc-8604',
    documentType: 'Consent Form',
    fileType: 'PDF',
    fileContents: PLACEHOLDER_CONTENTS,
  },
  {
    ...DATES,
    documentId: 'doc-8605',
    documentType: 'Treatment Plan',
    fileType: 'PDF',
    fileContents: BLOB_URI,
  },
  {
    ...DATES,
    documentId: 'doc-8606',
    documentType: 'Wound Photo',
    fileType: 'JPG',
    fileContents: () => breakLines(inline('jpeg', 8606)()),
  },
  {
    ...DATES,
    documentId: 'doc-8607',
    documentType: 'Photo',
    fileType: null,
    fileContents: inline('jpeg', 8607),
  },
  {
    ...DATES,
    documentId: 'doc-8608',
    documentType: 'Photo',
    fileType: null,
    fileContents: inline('png', 8608),
  },
  { ...DATES, documentId: 'doc-8609', documentType: 'Consent Form', fileContents: inline('pdf', 8609) },
  {
    ...DATES,
    documentId: 'doc-8610',
    documentType: 'Voice Memo',
    fileType: null,
    fileContents: inline('wav', 8610),
  },
  {
    ...DATES,
    documentId: 'doc-8611',
    documentType: 'Discharge Instructions',
    fileType: 'application/pdf',
    fileContents: inline('pdf', 8611),
  },
].map((draft) => ({ visitNumber: 'V-3101', ...draft }));

const ODD_IDENTITY: readonly DocumentDraft[] = [
  // Two documents without a DocumentID that differ only in their contents: they are not duplicates.
  {
    ...DATES,
    visitNumber: 'V-3201',
    documentType: 'Photo',
    fileType: 'PNG',
    fileContents: inline('png', 8701),
  },
  {
    ...DATES,
    visitNumber: 'V-3201',
    documentType: 'Photo',
    fileType: 'PNG',
    fileContents: inline('png', 8702),
  },
  { visitNumber: 'V-3201', documentId: null, documentType: 'Voice Memo', fileContents: inline('wav', 8703) },
  // Two versions under one DocumentID.
  {
    ...DATES,
    visitNumber: 'V-3201',
    documentId: 'doc-8704',
    documentType: 'Treatment Plan',
    fileType: 'TEXT',
  },
  {
    ...DATES,
    visitNumber: 'V-3201',
    documentId: 'doc-8704',
    documentType: 'Treatment Plan',
    fileType: 'TEXT',
  },
  {
    ...DATES,
    documentId: 'doc-8705',
    documentType: 'Consent Form',
    fileType: 'PDF',
    fileContents: inline('pdf', 8705),
  },
  {
    ...DATES,
    visitNumber: null,
    documentId: 'doc-8706',
    documentType: null,
    fileType: 'TXT',
    fileName: null,
  },
].map((draft, at) => ({ fileContents: inline('text', 8700 + at), ...draft }));

const ODD_DATES: readonly DocumentDraft[] = [
  { documentId: 'doc-8801', creationDateTime: '2025-12-01', serviceDateTime: '2025-12-01' },
  {
    documentId: 'doc-8802',
    creationDateTime: '2025-12-01T23:30:00-04:00',
    serviceDateTime: '2025-12-01T22:15:00-04:00',
  },
  { documentId: 'doc-8803', creationDateTime: '2025-12-02T01:00:00+05:30', serviceDateTime: null },
  { documentId: 'doc-8804', creationDateTime: null },
  // The same time twice, so that an order by date alone is not total.
  { documentId: 'doc-8805', ...DATES },
  { documentId: 'doc-8806', ...DATES },
].map((draft, at) => ({
  visitNumber: 'V-3301',
  documentType: 'Treatment Plan',
  fileType: 'TXT',
  fileContents: inline('text', 8801 + at),
  ...draft,
}));

/** One plain document, for patients of whom only the visit number matters. */
function photo(visitNumber: string, number: number): DocumentDraft {
  return {
    ...DATES,
    visitNumber,
    documentId: `doc-${number}`,
    documentType: 'Photo',
    fileType: 'JPG',
    fileName: `photo-${number}`,
    fileContents: inline('jpeg', number),
  };
}

/** Two different patients of `general` share this visit number. */
export const AMBIGUOUS_VISIT = 'V-4400';
/** A visit of this number exists in both destinations. */
export const VISIT_IN_BOTH = 'V-5000';

export const EDGE_PATIENTS: readonly ChartPatient[] = [
  makePatient('general', { MR: 'SYN-000902', EHRID: 'e-77120', PORTAL: 'portal-0902' }, ODD_CONTENTS),
  makePatient('general', { MR: 'SYN-000903', EHRID: 'e-77121' }, ODD_IDENTITY),
  makePatient('general', { MR: 'SYN-000904', EHRID: 'e-77122' }, ODD_DATES),
  makePatient('general', { MR: 'SYN-000905', EHRID: 'e-77123' }, [photo(AMBIGUOUS_VISIT, 8505)]),
  makePatient('general', { MR: 'SYN-000906', EHRID: 'e-77124' }, [photo(AMBIGUOUS_VISIT, 8506)]),
  makePatient('general', { MR: 'SYN-000907', EHRID: 'e-77125' }, [photo(VISIT_IN_BOTH, 8507)]),
  makePatient('general', { MR: 'SYN-000908', EHRID: 'e-77126' }, [], ['V-3401']),
  makePatient('county', { MR: 'CTY-000101', EHRID: 'e-88001' }, [photo(VISIT_IN_BOTH, 8507)]),
  makePatient('county', { MR: 'CTY-000102', EHRID: 'e-88002' }, [], ['V-3402']),
];
