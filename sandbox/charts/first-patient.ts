/**
 * The patient in README and examples: MR SYN-000417 of `general`, who cut an arm on a broken jar: three visits, eight documents,
 * five kinds of file. README and examples quote it: change them together.
 */
import { contentsOf } from '../files/asset.ts';
import { type ChartPatient, type DocumentDraft, makePatient } from './chart.ts';

const CONSENT: DocumentDraft = {
  visitNumber: 'V-3001',
  documentId: 'doc-8841',
  documentType: 'Consent Form',
  documentDescription: null,
  fileType: 'PDF',
  fileName: 'consent-scan',
  fileContents: contentsOf('cut/consent.pdf'),
  creationDateTime: '2026-02-11T09:02:00.000Z',
  serviceDateTime: '2026-02-11T08:45:00.000Z',
};
const ARRIVAL_PHOTO: DocumentDraft = {
  visitNumber: 'V-3001',
  documentId: 'doc-8842',
  documentType: 'Photo',
  documentDescription: 'Synthetic photo on arrival',
  fileType: 'JPG',
  fileName: 'arrival',
  fileContents: contentsOf('cut/arrival.jpg'),
  creationDateTime: '2026-02-11T09:20:00.000Z',
  serviceDateTime: '2026-02-11T09:15:00.000Z',
};
const FIRST_PLAN: DocumentDraft = {
  visitNumber: 'V-3001',
  documentId: 'doc-8843',
  documentType: 'Treatment Plan',
  documentDescription: 'Synthetic plan, first version',
  fileType: 'TXT',
  fileName: 'plan.txt',
  fileContents: contentsOf('cut/plan.txt'),
  creationDateTime: '2026-02-11T16:40:00.000Z',
  serviceDateTime: '2026-02-11T10:00:00.000Z',
};
const WOUND_BEFORE: DocumentDraft = {
  visitNumber: 'V-3002',
  documentId: 'doc-8844',
  documentType: 'Wound Photo',
  documentDescription: 'Synthetic wound, before dressing',
  fileType: 'PNG',
  fileName: 'wound-before',
  fileContents: contentsOf('cut/wound-before.png'),
  creationDateTime: '2026-02-18T13:05:00.000Z',
  serviceDateTime: '2026-02-18T13:00:00.000Z',
};
const WOUND_AFTER: DocumentDraft = {
  visitNumber: 'V-3002',
  documentId: 'doc-8845',
  documentType: 'Wound Photo',
  documentDescription: 'Synthetic wound, after dressing',
  fileType: 'JPG',
  fileName: 'wound-after',
  fileContents: contentsOf('cut/wound-after.jpg'),
  creationDateTime: '2026-02-18T13:31:00.000Z',
  serviceDateTime: '2026-02-18T13:30:00.000Z',
};
const MEMO: DocumentDraft = {
  visitNumber: 'V-3002',
  documentId: 'doc-8846',
  documentType: 'Voice Memo',
  documentDescription: null,
  fileType: 'WAV',
  fileName: 'memo',
  fileContents: contentsOf('cut/memo.wav'),
  creationDateTime: '2026-02-18T09:58:00-04:00',
  serviceDateTime: '2026-02-18T09:55:00-04:00',
};
const DISCHARGE: DocumentDraft = {
  visitNumber: 'V-3003',
  documentId: 'doc-8847',
  documentType: 'Discharge Instructions',
  documentDescription: 'Synthetic instructions',
  fileType: 'PDF',
  fileName: 'discharge',
  fileContents: contentsOf('cut/discharge.pdf'),
  creationDateTime: '2026-03-02T11:10:00.000Z',
  serviceDateTime: '2026-03-02',
};
const LAST_PHOTO: DocumentDraft = {
  visitNumber: 'V-3003',
  documentId: 'doc-8848',
  documentType: 'Photo',
  documentDescription: 'Synthetic photo at the last visit',
  fileType: 'PNG',
  fileName: 'last-visit',
  fileContents: contentsOf('cut/last-visit.png'),
  creationDateTime: '2026-03-02T10:35:00.000Z',
  serviceDateTime: '2026-03-02T10:30:00.000Z',
};

export const FIRST_PATIENT: ChartPatient = makePatient(
  'general',
  { MR: 'SYN-000417', EHRID: 'e-55031', PORTAL: 'portal-0417' },
  [CONSENT, ARRIVAL_PHOTO, FIRST_PLAN, WOUND_BEFORE, WOUND_AFTER, MEMO, DISCHARGE, LAST_PHOTO],
);
