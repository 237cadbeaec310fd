/** Determines the kind of a file from its bytes and from what its sender states: its media type, and how browsers receive it. */
import { readDeclaredType } from './declared-type.ts';
import { endingOf } from './endings.ts';
import { readMarkupType } from './markup.ts';
import { agrees, correctedType, treeOf } from './media-types.ts';
import { sniffOtherTypes } from './other-types.ts';
import { isActiveType, isExecutableType } from './risky-types.ts';
import { readSignature, readTextSignature } from './signatures.ts';
import { readTextEncoding, type TextEncoding } from './text-encoding.ts';

export interface FileEvidence {
  /** What its sender states: Redox's FileType, or a Content-Type. */
  readonly declared: string | null;
  /** The type that its `data:` URI states. It is used if `declared` states none. */
  readonly stated: string | null;
  /** The first few kilobytes. */
  readonly head: Buffer;
  /** Null if only the head is known. */
  readonly isUtf8: boolean | null;
}

export interface FileKind {
  /** Without parameters: the type of the file, harmless or not. */
  readonly mediaType: string;
  /** The Content-Type that browsers receive. With it and `nosniff`, they execute nothing in the file. */
  readonly servedType: string;
  /** Whether browsers may show the file instead of saving it. */
  readonly isInline: boolean;
  /** The extension of its name, without the dot. */
  readonly ending: string;
}

const UNKNOWN = 'application/octet-stream';

/** Text types that browsers treat as text, if they show them at all. All other text is served as plain text. */
const SAFE_TEXT = /^text\/(?:plain|csv|tab-separated-values|markdown|vcard|x-vcard|calendar|vtt|rtf)$/;

/** Types besides pictures, sound, video and text that browsers show or pass to another program. All others are saved. */
const SHOWN =
  /^application\/(?:octet-stream|pdf|dicom|json|[\w.-]+\+json|rtf|zip|gzip|ogg|msword|x-cfb|vnd\.ms-(?:excel|powerpoint|outlook)|vnd\.(?:openxmlformats-officedocument|oasis\.opendocument)\.[\w.-]+)$/;

export async function readFileKind(evidence: FileEvidence): Promise<FileKind> {
  const { head, isUtf8 } = evidence;
  const declared = readDeclaredType(evidence.declared);
  const stated = readDeclaredType(evidence.stated);
  const encoding = readTextEncoding(head, isUtf8);
  const markup = readMarkupType(head);
  const label = declared.mediaType ?? stated.mediaType;
  const mediaType = (await readMediaType(head, label, encoding, markup)) ?? UNKNOWN;
  const isRisky = [mediaType, label ?? ''].some((type) => isActiveType(type) || isExecutableType(type));
  const isSaved = markup !== null || isRisky;
  const charset = charsetOf(declared.charset ?? stated.charset, encoding, isUtf8);
  return {
    mediaType,
    servedType: isSaved ? UNKNOWN : servedTypeOf(mediaType, charset),
    isInline: !isSaved && isShown(mediaType),
    ending: endingOf(mediaType, declared.unknownLabel),
  };
}

/** From an unmistakable signature, else from what the sender states, else from other features of the bytes. */
async function readMediaType(
  head: Buffer,
  label: string | null,
  encoding: TextEncoding | null,
  markup: string | null,
): Promise<string | null> {
  const signature = encoding === null ? readSignature(head) : readTextSignature(head);
  if (label !== null) {
    return signature === null || agrees(label, signature) ? label : correctedType(label, signature);
  }
  if (signature !== null) return signature;
  return encoding === null ? sniffOtherTypes(head) : (markup ?? 'text/plain');
}

/** A stated charset is used unless the bytes contradict it; otherwise the bytes determine it. */
function charsetOf(stated: string | null, encoding: TextEncoding | null, isUtf8: boolean | null): string {
  if (encoding === 'utf-16le' || encoding === 'utf-16be') return encoding;
  const isRefuted = isUtf8 === false && /^utf-?8$/i.test(stated ?? '');
  if (stated !== null && !isRefuted) return stated;
  return isUtf8 === true || encoding === 'utf-8' ? 'utf-8' : 'windows-1252';
}

function servedTypeOf(mediaType: string, charset: string): string {
  if (treeOf(mediaType) !== 'text') return mediaType;
  return `${SAFE_TEXT.test(mediaType) ? mediaType : 'text/plain'}; charset=${charset}`;
}

function isShown(mediaType: string): boolean {
  return ['audio', 'image', 'text', 'video'].includes(treeOf(mediaType)) || SHOWN.test(mediaType);
}
