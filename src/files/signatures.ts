/**
 * Recognises the types of clinical files by signatures that no other file has. The package file-type knows more types, but
 * accepts two letters as a signature, and is asynchronous: it is used if neither a signature nor the sender identifies the type.
 */
import { readMpegAudio } from './mpeg-audio.ts';
import { readZipType } from './zip-type.ts';

/** Hexadecimal bytes at an offset; `xx` is any byte. */
const SIGNATURES: readonly (readonly [type: string, offset: number, bytes: string])[] = [
  // Its preamble of 128 bytes may be a TIFF header (DICOM PS3.10 §7.1), so it comes first.
  ['application/dicom', 128, '4449434d'],
  ['image/jpeg', 0, 'ffd8ff'],
  ['image/png', 0, '89504e470d0a1a0a'],
  ['image/gif', 0, '47494638xx61'],
  ['image/tiff', 0, '49492a00'],
  ['image/tiff', 0, '4d4d002a'],
  ['image/tiff', 0, '49492b0008000000'],
  ['image/tiff', 0, '4d4d002b00080000'],
  ['image/webp', 0, '52494646xxxxxxxx57454250'],
  ['image/jp2', 0, '0000000c6a5020200d0a870a'],
  ['audio/wav', 0, '52494646xxxxxxxx57415645'],
  ['audio/wav', 0, '52463634xxxxxxxx57415645'],
  ['video/x-msvideo', 0, '52494646xxxxxxxx41564920'],
  ['audio/aiff', 0, '464f524dxxxxxxxx41494646'],
  ['audio/aiff', 0, '464f524dxxxxxxxx41494643'],
  ['audio/flac', 0, '664c614300'],
  ['audio/amr', 0, '2321414d520a'],
  ['audio/amr-wb', 0, '2321414d522d57420a'],
  ['application/x-cfb', 0, 'd0cf11e0a1b11ae1'],
  ['application/x-msdownload', 0, '4d5a'],
  ['application/x-elf', 0, '7f454c46'],
  ['application/x-mach-binary', 0, 'cffaedfe'],
  ['application/x-mach-binary', 0, 'cefaedfe'],
];

const COMPILED = SIGNATURES.map(([type, offset, bytes]) => {
  const expected = (bytes.match(/../g) ?? []).map((byte) =>
    byte === 'xx' ? null : Number.parseInt(byte, 16),
  );
  return { type, offset, expected };
});

/** The four-letter brands of ISO base media files (ISO 14496-12 §4.3); files with other brands are MP4. */
const BRANDS: readonly (readonly [RegExp, string])[] = [
  [/^(?:heic|heix|heim|heis)/, 'image/heic'],
  [/^(?:hevc|hevx)/, 'image/heic-sequence'],
  [/^mif1/, 'image/heif'],
  [/^msf1/, 'image/heif-sequence'],
  [/^avi[fs]/, 'image/avif'],
  [/^qt/, 'video/quicktime'],
  [/^M4[ABP]/, 'audio/mp4'],
  [/^3g2/, 'video/3gpp2'],
  [/^3g[epsr]|^3gp/, 'video/3gpp'],
  [/^crx/, 'image/x-canon-cr3'],
];

/** The header sizes of bitmaps, from OS/2's to version 5. */
const BITMAP_HEADER_SIZES: readonly number[] = [12, 40, 52, 56, 64, 108, 124];

/** Acrobat accepts the header of a PDF anywhere in this many bytes (ISO 32000, annex H.3.4.1). */
const PDF_SEARCH_BYTES = 1024;
const PDF_HEADER = /%PDF-\d\.\d/;

/** For a binary file. Null if it has no signature. */
export function readSignature(head: Buffer): string | null {
  const found = COMPILED.find(({ offset, expected }) =>
    expected.every((byte, at) => byte === null || head[offset + at] === byte),
  );
  return found?.type ?? readContainer(head) ?? (hasPdfHeader(head) ? 'application/pdf' : null);
}

function readContainer(head: Buffer): string | null {
  const start = head.toString('latin1', 0, 12);
  if (start.startsWith('ftyp', 4)) return readBrands(head);
  if (start.startsWith('PK\x03\x04')) return readZipType(head);
  if (start.startsWith('OggS\0')) return head.includes('\x80theora', 0, 'latin1') ? 'video/ogg' : 'audio/ogg';
  if (start.startsWith('\x1a\x45\xdf\xa3'))
    return head.subarray(0, 64).includes('webm') ? 'video/webm' : 'video/matroska';
  if (start.startsWith('BM')) return isBitmap(head) ? 'image/bmp' : null;
  return readMpegAudio(head);
}

/** By the major brand; if that is the one of all still pictures, by the compatible brands. */
function readBrands(head: Buffer): string {
  const [major = '', , ...compatible] =
    head.toString('latin1', 8, head.readUInt32BE(0)).match(/.{4}/gs) ?? [];
  const type = typeOfBrand(major) ?? 'video/mp4';
  return (
    (type === 'image/heif' && compatible.map(typeOfBrand).find((one) => one !== null && one !== type)) || type
  );
}

function typeOfBrand(brand: string): string | null {
  return BRANDS.find(([pattern]) => pattern.test(brand))?.[1] ?? null;
}

function isBitmap(head: Buffer): boolean {
  return (
    head.length >= 18 && head.readUInt32LE(6) === 0 && BITMAP_HEADER_SIZES.includes(head.readUInt32LE(14))
  );
}

/** For a text file. Null if it has none. */
export function readTextSignature(head: Buffer): 'application/pdf' | 'application/rtf' | null {
  const text = head.toString('latin1');
  if (text.startsWith('{\\rtf1')) return 'application/rtf';
  return hasPdfHeader(head) && isPdfText(text) ? 'application/pdf' : null;
}

/** A text may mention the header, but not at the beginning of a line, or followed by an object of PDF. */
function isPdfText(text: string): boolean {
  const at = text.search(PDF_HEADER);
  const isLineBegun = at === 0 || '\r\n'.includes(text.charAt(at - 1));
  return isLineBegun || /\d \d{1,5} obj\b/.test(text.slice(at));
}

function hasPdfHeader(head: Buffer): boolean {
  return PDF_HEADER.test(head.toString('latin1', 0, PDF_SEARCH_BYTES));
}
