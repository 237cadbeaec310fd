/** Files as clinical systems have them, with what their senders say that they are. docs/contents.md has it as a table. */

export interface Pair {
  readonly file: string;
  /** FileType of a document, and where it is a media type, Content-Type of an upload. */
  readonly declared: string | null;
  /** Whether Chromium shows it. Any other file it saves. */
  readonly opens: boolean;
}

/** Of files that Chromium shows, whatever harmless type was declared. */
const SHOWN: readonly (readonly [file: string, ...declared: readonly (string | null)[]])[] = [
  ['PNG', 'PNG', 'image/x-png', 'IMG', 'JPG', 'PDF', 'application/octet-stream', null],
  ['JPEG', 'JPG', 'JFIF', 'image/jpg', 'image/pjpeg', 'TIFF', 'TXT', 'BIN', 'unknown/unknown', null],
  ['GIF', 'GIF', null],
  ['BMP', 'BMP', 'image/x-ms-bmp', null],
  ['WebP', 'WEBP', 'image/png'],
  ['PDF', 'PDF', 'PDF/A', 'application/x-pdf', 'JPG', 'text/plain', 'BIN', null],
  ['PDF behind a line of text', 'PDF', null],
  ['MP4', 'MP4', 'video/mp4', 'audio/mp4', 'application/mp4', null],
  ['MP3', 'MP3', 'audio/mp3', 'audio/x-mpeg', 'WAV', null],
  ['WAV', 'WAV', 'audio/x-wav', 'audio/vnd.wave', 'MP3', null],
  ['CSS', 'CSS', 'text/css'],
  ['JSON', 'JSON', 'application/fhir+json'],
  ['HL7v2', 'HL7', 'x-application/hl7-v2+er7', null],
  ['note in UTF-8', 'TXT', 'TEXT', 'text/plain; charset=utf-8', 'text/x-unheard-of', null],
  ['note in windows-1252', 'TXT', 'text/plain;charset=ISO-8859-1', 'text/plain; charset=utf-8', null],
  ['note in UTF-16', 'TXT', null],
  ['note “BMI 31.2”', 'TXT', 'text/plain', null],
  ['note “BMP: Na 140”', 'TXT', null],
  ['note “MZ is a 54 year old”', 'TXT', 'text/plain', null],
  ['note “MZ”, in windows-1252', 'text/plain', null],
  ['note “MAC anesthesia”', 'text/plain', null],
  ['note “FORM”', 'text/plain', null],
  ['note “ID3”', 'text/plain', null],
  ['note “GIF”', 'text/plain', null],
  ['note about PDF', 'text/plain', null],
  ['JavaScript', 'TXT'],
  ['shell script', 'TXT', 'text/plain', null],
];

/** Of files that Chromium saves: it cannot show them, they are only the beginning of one, or they are not harmless. */
const SAVED: readonly (readonly [file: string, ...declared: readonly (string | null)[]])[] = [
  ['PNG', 'HTML', 'image/svg+xml'],
  ['TIFF, two pages', 'TIFF', 'TIF', 'image/x-tiff', 'IMG', null],
  ['HEIC, its beginning', 'HEIC', 'image/heif', 'JPG'],
  ['MP4', 'MOV'],
  ['DICOM', 'DCM', 'DICOM', 'application/dicom', 'image/x-dicom', null],
  ['DICOM behind a TIFF preamble', 'DCM', 'TIFF', null],
  ['DICOM behind a program', 'application/dicom'],
  ['Word document', 'DOCX', 'DOC', 'ZIP', null],
  ['Excel sheet', 'XLSX', 'DOCX', null],
  ['OpenDocument text', 'ODT', null],
  ['OLE document', 'DOC', 'MSG', null],
  ['ZIP', 'ZIP', 'application/x-zip-compressed', 'JPG', null],
  ['RTF', 'RTF', 'text/rtf', 'application/rtf', 'DOC', null],
  ['CDA', 'XML', 'CDA', 'text/xml', 'application/xml', 'application/hl7-cda+xml', 'TXT', null],
  ['HTML', 'HTML', 'text/html', 'text/plain', 'JPG', null],
  ['HTML behind a byte order mark, in UTF-16', 'TXT', null],
  ['SVG', 'SVG', 'image/svg+xml', 'PNG', null],
  ['SVG with an XML declaration', 'SVG', 'image/svg+xml', null],
  ['JavaScript', 'JS', 'text/javascript', 'application/x-javascript', 'text/ecmascript'],
  ['CSV', 'CSV', 'text/csv'],
  ['random bytes', 'BIN', 'application/x-unheard-of', null],
  ['Windows program', 'TXT', 'PDF', 'application/octet-stream', null],
  ['Linux program', 'application/octet-stream', null],
  ['macOS program', 'application/octet-stream'],
  ['Windows installer', 'DOC', 'application/octet-stream'],
];

/** Sound and video of which only the beginning is made: Chromium would play the whole. */
const BEGINNINGS: readonly (readonly [file: string, ...declared: readonly (string | null)[]])[] = [
  ['MP4 (isom), its beginning', 'audio/mp4', 'audio/aac', 'M4V'],
  ['M4A, its beginning', 'M4A', 'audio/x-m4a', null],
  ['3GP, its beginning', 'audio/3gpp', '3GP', null],
  ['QuickTime, its beginning', 'MOV', 'MP4', null],
  ['WebM, its beginning', 'audio/webm;codecs=opus', 'WEBM', null],
  ['Ogg Opus, its beginning', 'audio/ogg; codecs=opus', 'OGG', 'audio/opus', null],
  ['AAC, its beginning', 'AAC', 'audio/aacp', null],
  ['AMR', 'AMR', 'audio/amr', null],
  ['FLAC, its beginning', 'FLAC', null],
  ['AIFF, its beginning', 'AIFF', null],
];

function pairsOf(rows: typeof SHOWN, opens: boolean): Pair[] {
  return rows.flatMap(([file, ...all]) => all.map((declared) => ({ file, declared, opens })));
}

export const CORPUS: readonly Pair[] = [
  ...pairsOf(SHOWN, true),
  ...pairsOf(SAVED, false),
  ...pairsOf(BEGINNINGS, false),
];
