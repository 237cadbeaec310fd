/** Uses the package file-type for types that signatures.ts does not know. */
import { fileTypeFromBuffer } from 'file-type';

/** The number of bytes by which the package file-type recognises nearly all types. */
export const HEAD_BYTES = 4100;

/** The media type without parameters; null if it is not known. The parsers of the package may throw on hostile bytes. */
export async function sniffOtherTypes(head: Buffer): Promise<string | null> {
  const found = await fileTypeFromBuffer(head.subarray(0, HEAD_BYTES)).catch(() => undefined);
  return found?.mime.split(';', 1)[0] ?? null;
}
