/** Reads what the sender of a file states about its type: a media type with parameters, or a label such as PDF. */
import mime from 'mime';
import { canonicalType } from './media-types.ts';

export interface DeclaredType {
  /** Null if the text states no type. */
  readonly mediaType: string | null;
  /** As stated, if it names an encoding. */
  readonly charset: string | null;
  /** A label that no list contains, in lower case: it becomes the file extension if it is harmless. */
  readonly unknownLabel: string | null;
}

/** `type/subtype` of RFC 6838 §4.2, in lower case, of a registered tree; `PDF/A` is not one. */
const MEDIA_TYPE =
  /^(?:application|audio|chemical|font|haptics|image|message|model|multipart|text|video)\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;

/** Types that programs state when they do not know the type, besides `application/octet-stream`. */
const NO_TYPE =
  /^application\/(?:octet-?stream|(?:x-)?(?:binary|unknown|download|force-download)|x-www-form-urlencoded)$|^multipart\/form-data$/;

/** Redox's FileType is a label like an extension: PDF, JPG, TEXT, perhaps with a dot. */
const LABEL = /^\.?([a-z0-9]{1,16})$/;

/** Labels that clinical systems use, and the list of the package mime lacks. */
const CLINICAL_LABELS: Readonly<Record<string, string>> = {
  ccd: 'application/xml',
  ccda: 'application/xml',
  cda: 'application/xml',
  dicom: 'application/dicom',
};

/** Labels that state no type, and are not used as file extensions either. */
const NO_LABEL =
  /^(?:unknown|other|none|null|undefined|na|file|document|binary|data|image|img|photo|picture|scan|audio|video)$/;

const CHARSET = /;\s*charset\s*=\s*"?([\w.:+-]{1,40})"?/i;

export function readDeclaredType(text: string | null): DeclaredType {
  const [first = ''] = (text ?? '').toLowerCase().split(';', 1);
  const name = first.trim();
  const charset = readCharset(text ?? '');
  if (MEDIA_TYPE.test(name)) return { mediaType: nullIfUnknown(name), charset, unknownLabel: null };
  const [, label = ''] = LABEL.exec(name) ?? [];
  const known = (Object.hasOwn(CLINICAL_LABELS, label) && CLINICAL_LABELS[label]) || mime.getType(label);
  if (known) return { mediaType: nullIfUnknown(known), charset, unknownLabel: null };
  return { mediaType: null, charset, unknownLabel: label === '' || NO_LABEL.test(label) ? null : label };
}

function nullIfUnknown(mediaType: string): string | null {
  return NO_TYPE.test(mediaType) ? null : canonicalType(mediaType);
}

/** ASCII is what libraries state for any text. */
function readCharset(text: string): string | null {
  const [, charset] = CHARSET.exec(text) ?? [];
  if (charset === undefined || /^(?:us-)?ascii$/i.test(charset)) return null;
  try {
    new TextDecoder(charset);
    return charset;
  } catch {
    return null;
  }
}
