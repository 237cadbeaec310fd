/** A parsed message of Redox, read as a reply, and one that says all that a reply may say of a document. */
import { readReply } from '../reply/read-reply.ts';

export const read = (message: unknown) => readReply(JSON.stringify(message));
export const PDF = Buffer.from('%PDF-1.4\n');

export const FULL = {
  Patient: {
    Identifiers: [
      { ID: 'SYN-000417', IDType: 'MR' },
      { ID: 55031, IDType: 'EHRID' },
    ],
    More: 1,
  },
  Visit: { VisitNumber: 42, Location: {} },
  FileType: 'PDF',
  FileName: 'consent-scan',
  FileContents: 'JVBERi0xLjQK',
  DocumentType: 'Consent Form',
  DocumentID: 8841,
  DocumentDescription: null,
  CreationDateTime: '2026-02-11T09:02:00.000Z',
  ServiceDateTime: '2026-02-11',
};
