/** The documents that `npm run sandbox:live` files: one after the other, for the patients of docs/sandbox.md in turn. */
import { readNumberedFile } from '../../sandbox/files/numbered-file.ts';

export interface LiveDocument {
  /** An MR of the destination `general`. */
  readonly patient: string;
  readonly documentId: string;
  readonly documentType: string;
  readonly documentDescription: string;
  readonly fileName: string;
  readonly fileType: string;
  readonly base64: string;
  readonly creationDateTime: string;
}

/** A chart that can be written to. */
export interface LiveChart {
  file(document: LiveDocument): Promise<void>;
  remove(document: LiveDocument): Promise<void>;
}

const PATIENTS = ['SYN-000417', 'SYN-000418', 'SYN-000419', 'SYN-000420'] as const;
const FILES = [
  ['dressing.jpg', 'JPG', 'Wound Photo'],
  ['note.txt', 'TXT', 'Treatment Plan'],
  ['thermometer.png', 'PNG', 'Photo'],
  ['memo.mp3', 'MP3', 'Voice Memo'],
  ['instructions.pdf', 'PDF', 'Discharge Instructions'],
] as const;

/** `number` differs between runs and within one, so that no document replaces another. */
export function makeLiveDocument(number: number, at: Date): LiveDocument {
  const [fileName, fileType, documentType] = FILES[number % FILES.length] ?? FILES[0];
  return {
    patient: PATIENTS[number % PATIENTS.length] ?? PATIENTS[0],
    documentId: `doc-live-${number}`,
    documentType,
    documentDescription: `Synthetic ${documentType.toLowerCase()}, filed by sandbox:live`,
    fileName,
    fileType,
    base64: readNumberedFile(`everyday/${fileName}`, number).toString('base64'),
    creationDateTime: at.toISOString(),
  };
}
