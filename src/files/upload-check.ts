/** Checks a file that a caller uploads: it must not be executable, and it must have its stated type. */
import { readDeclaredType } from './declared-type.ts';
import { isExecutable } from './executables.ts';
import { readFileKind } from './file-kind.ts';
import { readMarkupType } from './markup.ts';
import { agrees, treeOf } from './media-types.ts';
import { sniffOtherTypes } from './other-types.ts';
import { isExecutableType } from './risky-types.ts';
import { readSignature, readTextSignature } from './signatures.ts';
import { readTextEncoding } from './text-encoding.ts';

export interface UploadKind {
  readonly isExecutable: boolean;
  /** Whether the type of the bytes contradicts the stated one. */
  readonly isContradiction: boolean;
  /** The stated type, or the type of the bytes if the stated one is missing or wrong. */
  readonly mediaType: string;
}

/** What the sender states about a file. Some programs state a name, but no type, or none with a meaning. */
export interface UploadLabel {
  readonly mediaType: string | null;
  readonly fileName: string | null;
}

export async function readUploadKind(label: UploadLabel, head: Buffer): Promise<UploadKind> {
  const [, ending = null] = /\.([a-z0-9]{1,8})\s*$/i.exec(label.fileName ?? '') ?? [];
  const { mediaType } = await readFileKind({ declared: label.mediaType, stated: ending, head, isUtf8: null });
  const stated = readDeclaredType(label.mediaType).mediaType;
  return {
    isExecutable: isExecutableType(label.mediaType ?? '') || (await isExecutable(head)),
    isContradiction: stated !== null && excludes(stated, await readBytes(head)),
    mediaType,
  };
}

/** Null for text without a signature or a tag, which may be of any text type. */
async function readBytes(head: Buffer): Promise<string | null> {
  if (readTextEncoding(head, null) !== null) return readTextSignature(head) ?? readMarkupType(head);
  return readSignature(head) ?? (await sniffOtherTypes(head));
}

/**
 * A picture of another picture type does no harm, since it is filed under its actual type; neither does a sound that is a video.
 * Application types are too many to distinguish, except for PDF.
 */
function excludes(stated: string, found: string | null): boolean {
  if (found === null || agrees(stated, found)) return false;
  if (stated === 'application/pdf') return true;
  const kinds = [stated, found].map(kindOf);
  return kinds[0] !== 'application' && kinds[0] !== kinds[1];
}

function kindOf(mediaType: string): string {
  if (/^(?:text|application)\/rtf$|\/xml$|\+xml$/.test(mediaType)) return 'text';
  // DICOM contains pictures too, and one file may be both DICOM and TIFF (PS3.10 §7.1).
  if (mediaType === 'application/dicom') return 'image';
  // Containers of sound and pictures that the package file-type lists under application; WMA and WMV are the first of them.
  if (/^application\/(?:vnd\.ms-asf|mxf|ogg)$/.test(mediaType)) return 'recording';
  const tree = treeOf(mediaType);
  if (tree === 'audio' || tree === 'video') return 'recording';
  return tree === 'image' || tree === 'text' ? tree : 'application';
}
