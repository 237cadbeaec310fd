/** The files of each document as the last reply contained them: files of earlier replies are replaced. */
import { hash } from 'node:crypto';
import type { Item } from '../../redox/messages.ts';
import { type DestinationId, identifierKey } from '../model/keys.ts';
import type { KeptFile } from './kept-file.ts';

interface Shown {
  /** The place of the reply's query in its destination's order of writes. */
  readonly sentAt: number;
  /** One file, or one for each version of the document. */
  readonly files: KeptFile[];
}

export class FilesByDocument {
  readonly #shown = new Map<string, Shown>();

  /**
   * Records that a reply contains the file. Returns the files that it replaces; null: a later reply contained the document
   * without this file.
   */
  show(file: KeptFile, sentAt: number): readonly KeptFile[] | null {
    const { documentKey } = file;
    if (documentKey === null) return [];
    const shown = this.#shown.get(documentKey);
    if (shown === undefined || shown.sentAt < sentAt) {
      this.#shown.set(documentKey, { sentAt, files: [file] });
      return shown?.files.filter((other) => other !== file) ?? [];
    }
    if (shown.files.includes(file)) return [];
    if (shown.sentAt > sentAt) return null;
    shown.files.push(file);
    return [];
  }

  /**
   * Records that a later reply contains the document with another file, which is not kept. Returns the files that it replaces.
   */
  showOther(documentKey: string, sentAt: number): readonly KeptFile[] {
    const shown = this.#shown.get(documentKey);
    return shown !== undefined && shown.sentAt < sentAt ? [...shown.files] : [];
  }

  remove(file: KeptFile): void {
    const { documentKey } = file;
    if (documentKey === null) return;
    const shown = this.#shown.get(documentKey);
    const at = shown?.files.indexOf(file) ?? -1;
    if (shown === undefined || at < 0) return;
    shown.files.splice(at, 1);
    if (shown.files.length === 0) this.#shown.delete(documentKey);
  }
}

/** Equal for versions of one document of one patient; null for a document without an id, which has no versions. */
export function documentKeyOf(destination: DestinationId, item: Item): string | null {
  const { documentId, identifiers, attributedTo = identifiers } = item;
  if (documentId === null) return null;
  return hash(
    'sha256',
    JSON.stringify([destination, documentId, attributedTo.map(identifierKey).sort()]),
    'base64url',
  );
}
