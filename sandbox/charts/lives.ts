/** Patients whose charts each tell a life, as docs/sandbox.md does: a leg ulcer that heals, a fall, a child's hearing. */
import { contentsOf } from '../files/asset.ts';
import { type ChartPatient, type DocumentDraft, makePatient } from './chart.ts';

/** `at`: when it was made; a document is written ten minutes later. */
function draft(
  visitNumber: string,
  documentId: string,
  file: string,
  at: string,
  fields: Pick<DocumentDraft, 'documentType' | 'documentDescription' | 'fileType' | 'fileName'>,
): DocumentDraft {
  const writtenAt = new Date(Date.parse(at) + 10 * 60_000).toISOString();
  const dates = { creationDateTime: writtenAt, serviceDateTime: at };
  return { visitNumber, documentId, ...fields, ...dates, fileContents: contentsOf(file) };
}

/** The photos of the wound, by the day since the first. */
const ULCER_PHOTOS = [
  ['V-3011', 'doc-8912', 0, '2026-01-07T09:30:00.000Z'],
  ['V-3012', 'doc-8913', 14, '2026-01-21T09:45:00.000Z'],
  ['V-3013', 'doc-8914', 28, '2026-02-04T10:05:00.000Z'],
  ['V-3014', 'doc-8915', 42, '2026-02-18T09:20:00.000Z'],
  ['V-3015', 'doc-8916', 56, '2026-03-04T10:00:00.000Z'],
] as const;

const ULCER = makePatient('general', { MR: 'SYN-000418', EHRID: 'e-55032', PORTAL: 'portal-0418' }, [
  draft('V-3011', 'doc-8911', 'ulcer/referral.tiff', '2026-01-05T09:14:00.000Z', {
    documentType: 'Referral',
    documentDescription: 'Synthetic referral by fax, two pages',
    fileType: 'TIFF',
    fileName: 'referral-fax',
  }),
  ...ULCER_PHOTOS.map(([visit, id, day, at]) =>
    draft(visit, id, `ulcer/day-${day}.jpg`, at, {
      documentType: 'Wound Photo',
      documentDescription: `Synthetic leg ulcer, day ${day}`,
      fileType: 'JPG',
      fileName: `leg-ulcer-day-${day}`,
    }),
  ),
  draft('V-3015', 'doc-8917', 'ulcer/home-care.rtf', '2026-03-03T16:00:00.000Z', {
    documentType: 'Letter',
    documentDescription: 'Synthetic letter of home care',
    fileType: 'RTF',
    fileName: 'home-care-letter',
  }),
  draft('V-3015', 'doc-8918', 'ulcer/record.pdf', '2026-03-04T10:30:00.000Z', {
    documentType: 'Wound Record',
    documentDescription: 'Synthetic measurements of eight weeks',
    fileType: 'PDF',
    fileName: 'wound-record',
  }),
]);

const FALL = makePatient('general', { MR: 'SYN-000419', EHRID: 'e-55033' }, [
  draft('V-3021', 'doc-8921', 'fall/wrist.dcm', '2026-01-19T15:05:00.000Z', {
    documentType: 'X-Ray',
    documentDescription: 'Synthetic X-ray of the left wrist, as the machine stored it',
    fileType: 'DCM',
    fileName: 'wrist-pa.dcm',
  }),
  draft('V-3021', 'doc-8922', 'fall/wrist.jpg', '2026-01-19T15:06:00.000Z', {
    documentType: 'X-Ray',
    documentDescription: 'Synthetic X-ray of the left wrist, for showing',
    fileType: 'JPG',
    fileName: 'wrist-pa',
  }),
  draft('V-3021', 'doc-8923', 'fall/report.pdf', '2026-01-19T15:15:00.000Z', {
    documentType: 'Radiology Report',
    documentDescription: 'Synthetic report on the X-ray',
    fileType: 'PDF',
    fileName: 'wrist-report',
  }),
  draft('V-3021', 'doc-8924', 'fall/summary.xml', '2026-01-19T16:30:00.000Z', {
    documentType: 'Clinical Summary',
    documentDescription: 'Synthetic summary of the emergency department (CDA)',
    fileType: 'XML',
    fileName: 'emergency-summary',
  }),
  draft('V-3022', 'doc-8925', 'fall/walk.mp4', '2026-03-02T14:20:00.000Z', {
    documentType: 'Video',
    documentDescription: 'Synthetic video: walking, week 6',
    fileType: 'MP4',
    fileName: 'walking-week-6',
  }),
]);

const HEARING = makePatient('general', { MR: 'SYN-000420', EHRID: 'e-55034', PORTAL: 'portal-0420' }, [
  draft('V-3031', 'doc-8931', 'hearing/questions.txt', '2026-02-24T09:10:00.000Z', {
    documentType: 'Questionnaire',
    documentDescription: 'Synthetic answers of a parent',
    fileType: 'TXT',
    fileName: 'parents-questions',
  }),
  draft('V-3031', 'doc-8932', 'hearing/tones.mp3', '2026-02-24T09:40:00.000Z', {
    documentType: 'Hearing Test',
    documentDescription: 'Synthetic tones of the test',
    fileType: 'MP3',
    fileName: 'hearing-tones',
  }),
  draft('V-3031', 'doc-8933', 'hearing/audiogram.png', '2026-02-24T09:55:00.000Z', {
    documentType: 'Hearing Test',
    documentDescription: 'Synthetic audiogram of both ears',
    fileType: 'PNG',
    fileName: 'audiogram',
  }),
  draft('V-3031', 'doc-8934', 'hearing/drawing.jpg', '2026-02-24T09:05:00.000Z', {
    documentType: 'Photo',
    documentDescription: 'Synthetic drawing, made while waiting',
    fileType: 'JPG',
    fileName: 'waiting-room-drawing',
  }),
  draft('V-3031', 'doc-8935', 'hearing/report.pdf', '2026-02-24T10:15:00.000Z', {
    documentType: 'Hearing Test',
    documentDescription: 'Synthetic report on the hearing test',
    fileType: 'PDF',
    fileName: 'hearing-report',
  }),
]);

export const LIVES: readonly ChartPatient[] = [ULCER, FALL, HEARING];
