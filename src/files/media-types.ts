/** Which media types are synonyms, and which may have the same bytes. */

/** The registered name of a type, and other names that programs use. `text/xml` and `text/rtf` are registered themselves. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  'application/dicom': ['application/x-dicom', 'image/dicom', 'image/x-dicom'],
  'application/gzip': ['application/x-gzip'],
  'application/pdf': ['application/x-pdf', 'application/acrobat', 'application/vnd.pdf', 'text/pdf'],
  'application/rtf': ['application/x-rtf', 'text/richtext'],
  'application/zip': ['application/x-zip', 'application/x-zip-compressed'],
  'application/x-cfb': ['application/x-ole-storage'],
  'audio/3gpp': ['audio/3gp'],
  'audio/aac': ['audio/aacp', 'audio/x-aac', 'audio/x-hx-aac-adts', 'audio/vnd.dlna.adts'],
  'audio/aiff': ['audio/x-aiff'],
  'audio/flac': ['audio/x-flac'],
  'audio/matroska': ['audio/x-matroska'],
  'audio/mp4': ['audio/m4a', 'audio/x-m4a', 'audio/x-m4b', 'audio/mp4a-latm'],
  'audio/mpeg': ['audio/mp3', 'audio/x-mp3', 'audio/mpeg3', 'audio/x-mpeg-3', 'audio/x-mpeg', 'audio/mpg'],
  'audio/wav': ['audio/x-wav', 'audio/wave', 'audio/x-pn-wav', 'audio/vnd.wave'],
  'image/bmp': ['image/x-bmp', 'image/x-ms-bmp', 'image/x-windows-bmp'],
  'image/jpeg': ['image/jpg', 'image/pjpeg', 'image/jfif', 'image/jpe', 'image/x-jpeg', 'image/x-jpg'],
  'image/png': ['image/x-png', 'image/apng', 'image/vnd.mozilla.apng'],
  'image/tiff': ['image/tif', 'image/x-tiff', 'image/x-tif'],
  'text/plain': ['text/txt', 'text/text', 'application/text', 'application/txt'],
  'video/3gpp': ['video/3gp'],
  'video/matroska': ['video/x-matroska', 'application/x-matroska'],
  'video/mp4': ['video/x-m4v', 'video/x-mp4', 'application/mp4'],
  'video/x-msvideo': ['video/avi', 'video/msvideo', 'video/vnd.avi'],
};

const CANONICAL = new Map(
  Object.entries(SYNONYMS).flatMap(([type, names]) => names.map((name) => [name, type] as const)),
);

export function canonicalType(mediaType: string): string {
  return CANONICAL.get(mediaType) ?? mediaType;
}

/**
 * Types that signatures cannot distinguish: containers of sound and pictures, one format under two top-level types, tags before a
 * stream.
 */
const SHARED_BYTES: readonly ReadonlySet<string>[] = [
  new Set(['application/rtf', 'text/rtf']),
  new Set([
    'audio/mp4',
    'video/mp4',
    'video/quicktime',
    'audio/3gpp',
    'video/3gpp',
    'audio/3gpp2',
    'video/3gpp2',
  ]),
  new Set(['audio/webm', 'video/webm', 'audio/matroska', 'video/matroska']),
  new Set(['audio/ogg', 'video/ogg', 'application/ogg', 'audio/opus', 'audio/vorbis', 'audio/speex']),
  new Set(['image/heic', 'image/heif', 'image/heic-sequence', 'image/heif-sequence']),
  new Set(['audio/mpeg', 'audio/aac', 'audio/flac', 'audio/mp3']),
];

/** Formats on which others are built: a type of one of these top-level types without a signature of its own may have theirs. */
const FOUNDATIONS: Readonly<Record<string, readonly string[]>> = {
  'application/dicom': ['application', 'image', 'video'],
  'application/x-cfb': ['application'],
  'application/zip': ['application', 'font', 'model'],
  'audio/ogg': ['audio', 'video'],
  'audio/mp4': ['audio', 'video'],
  'image/tiff': ['image'],
  'video/matroska': ['audio', 'video'],
  'video/mp4': ['audio', 'video'],
  'video/ogg': ['audio', 'video'],
  'video/webm': ['audio', 'video'],
};

/** The types that signatures identify, besides those of the sets above. */
const SIGNED: ReadonlySet<string> = new Set([
  ...SHARED_BYTES.flatMap((types) => [...types]),
  ...['application/dicom', 'application/pdf', 'application/epub+zip'],
  ...[
    'image/avif',
    'image/bmp',
    'image/gif',
    'image/jp2',
    'image/jpeg',
    'image/png',
    'image/tiff',
    'image/webp',
  ],
  ...['audio/aiff', 'audio/amr', 'audio/amr-wb', 'audio/wav', 'video/x-msvideo'],
]);

/** Whether a file of the stated type may have this signature. */
export function agrees(stated: string, signature: string): boolean {
  const [one, other] = [canonicalType(stated), canonicalType(signature)];
  if (one === other || SHARED_BYTES.some((types) => types.has(one) && types.has(other))) return true;
  if (one === 'application/zip') return isZipFormat(other);
  return !SIGNED.has(one) && (FOUNDATIONS[other]?.includes(treeOf(one)) ?? false);
}

function isZipFormat(type: string): boolean {
  return /\+zip$|opendocument|openxmlformats/.test(type);
}

/** The top-level type: `image` for `image/png`. */
export function treeOf(mediaType: string): string {
  return mediaType.slice(0, mediaType.indexOf('/'));
}

const SOUND_OF: Readonly<Record<string, string>> = {
  'video/3gpp': 'audio/3gpp',
  'video/matroska': 'audio/matroska',
  'video/mp4': 'audio/mp4',
  'video/ogg': 'audio/ogg',
  'video/webm': 'audio/webm',
};

/** The type of a file whose signature contradicts the stated type; for a container, the kind (audio or video) that was stated. */
export function correctedType(stated: string, signature: string): string {
  return (treeOf(stated) === 'audio' && SOUND_OF[signature]) || signature;
}
