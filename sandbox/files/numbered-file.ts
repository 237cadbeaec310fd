/**
 * The files that many documents share, below sandbox/assets/everyday: each has a place in its metadata for the number of its
 * document, so that no two documents have the same bytes and a mix-up of two is visible.
 */
import { crc32 } from 'node:zlib';
import { readAsset } from './asset.ts';

/** As scripts/make-assets writes it, wherever the number belongs. */
export const NUMBER_PLACEHOLDER = 'SYN-DOC-00000000';

const PNG_SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** Equal numbers give equal bytes. */
export function readNumberedFile(path: string, number: number): Buffer {
  const file = Buffer.from(readAsset(path));
  const numbered = `SYN-DOC-${String(number).padStart(8, '0')}`;
  let at = file.indexOf(NUMBER_PLACEHOLDER);
  if (at < 0) throw new Error(`${path} has no room for a number.`);
  for (; at >= 0; at = file.indexOf(NUMBER_PLACEHOLDER, at + numbered.length))
    file.write(numbered, at, 'latin1');
  if (file.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE)) correctChecksums(file);
  return file;
}

/** The contents for a draft of a document, created when they are needed. */
export function numberedContentsOf(path: string, number: number): () => string {
  return () => readNumberedFile(path, number).toString('base64');
}

/** Every chunk of a PNG ends with a checksum of its type and its data (RFC 2083, 3.2). */
function correctChecksums(file: Buffer): void {
  let at = PNG_SIGNATURE.length;
  while (at < file.length) {
    const end = at + 8 + file.readUInt32BE(at);
    file.writeUInt32BE(crc32(file.subarray(at + 4, end)), end);
    at = end + 4;
  }
}
