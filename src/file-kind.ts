/** Recognises the type of a file by its first bytes, whatever its name is. */
import { fileTypeFromBuffer } from 'file-type';

/** The number of bytes that the package file-type needs. */
export const HEAD_BYTES = 4100;

/** The media types of executable files, as file-type and callers name them. */
const PROGRAM =
  /^application\/(?:x-msdownload|x-elf|x-mach-binary|vnd\.microsoft\.portable-executable|java-vm|wasm|x-apple-diskimage|x-msi|vnd\.android\.package-archive|x-deb|x-rpm|x-executable|x-dosexec|x-msdos-program|x-sh|java-archive)$/;

export interface FileKind {
  /** Null when the type is not known. */
  readonly mediaType: string | null;
  readonly isProgram: boolean;
}

export async function readFileKind(head: Uint8Array): Promise<FileKind> {
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  const isScript = head[0] === 0x23 && head[1] === 0x21;
  return { mediaType: found?.mime ?? null, isProgram: isScript || namesProgram(found?.mime ?? '') };
}

export function namesProgram(mediaType: string): boolean {
  return PROGRAM.test(mediaType);
}

/** White space that HTML and XML allow before the first tag, byte order marks, and the zeros of UTF-16. */
const BEFORE_MARKUP = /^[\s\0\xef\xbb\xbf\xfe\xff]*</;

/** HTML, SVG and all other XML begin with a tag; no other file that browsers show does. */
export function beginsAsMarkup(head: Buffer): boolean {
  return BEFORE_MARKUP.test(head.toString('latin1'));
}
