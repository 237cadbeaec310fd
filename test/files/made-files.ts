/** Small files of many formats, made byte by byte; `beginning` ones are only the first bytes of a file. */
import { readAsset } from '../../sandbox/files/asset.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const latin1 = (text: string) => Buffer.from(text, 'latin1');

/** The first box of an ISO base media file. */
export function isoMedia(brand: string): Buffer {
  return Buffer.concat([
    hex('00000018'),
    latin1(`ftyp${brand}`),
    hex('00000200'),
    latin1('mp42isom'),
    hex('00000008'),
    latin1('free'),
  ]);
}

/** An archive with empty entries, uncompressed, but for their first one's text. */
export function zipOf(names: readonly string[], text = ''): Buffer {
  const entries = names.map((name, at) => {
    const content = latin1(at === 0 ? text : '');
    const header = Buffer.alloc(30);
    header.write('PK\x03\x04', 'latin1');
    header.writeUInt16LE(20, 4);
    header.writeUInt32LE(content.length, 18);
    header.writeUInt32LE(content.length, 22);
    header.writeUInt16LE(name.length, 26);
    return Buffer.concat([header, latin1(name), content]);
  });
  return Buffer.concat([...entries, latin1('PK\x05\x06'), Buffer.alloc(18)]);
}

/** Windows: the header of DOS says where the other one is (`e_lfanew`). */
function windowsProgram(): Buffer {
  const file = Buffer.alloc(256);
  file.write('MZ');
  file.writeUInt32LE(0x80, 0x3c);
  file.write('PE\0\0', 0x80);
  return file;
}

/** Two frames of silence. */
function adts(): Buffer {
  const frame = Buffer.concat([hex('fff15080 02 1ffc'), Buffer.alloc(9)]);
  return Buffer.concat([frame, frame]);
}

function bitmap(): Buffer {
  const head = hex('424d 3a000000 00000000 36000000 28000000 01000000 01000000 0100 1800 00000000 04000000');
  return Buffer.concat([head, Buffer.alloc(16), hex('0000ff00')]);
}

function dicom(preamble: Buffer): Buffer {
  const file = Buffer.concat([preamble, Buffer.alloc(128 - preamble.length), latin1('DICM')]);
  return Buffer.concat([file, hex('02000000 554c 0400 04000000')]);
}

function installer(): Buffer {
  return Buffer.concat([ole(), Buffer.alloc(512), hex('84100c00 00000000 c0000000 00000046')]);
}

const ole = () => Buffer.concat([hex('d0cf11e0a1b11ae1'), Buffer.alloc(64)]);

const HTML = '<!doctype html><html><script>document.title = "it ran"</script></html>';
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>document.title = "it ran"</script></svg>';
const NOTE = 'Temperatur 38,5 °C, Frau Müller-Größe, Überweisung';

/** By name. */
export const FILES: Readonly<Record<string, () => Buffer>> = {
  PNG: () => readAsset('everyday/thermometer.png'),
  JPEG: () => readAsset('everyday/cut.jpg'),
  GIF: () => hex('474946383961 0100 0100 80 00 00 ffffff 000000 2c 00000000 0100 0100 00 02 02 4401 00 3b'),
  BMP: bitmap,
  WebP: () => Buffer.from('UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==', 'base64'),
  'TIFF, two pages': () => readAsset('ulcer/referral.tiff'),
  'HEIC, its beginning': () => isoMedia('heic'),
  PDF: () => readAsset('everyday/consent.pdf'),
  'PDF behind a line of text': () =>
    Buffer.concat([latin1('Printed by the scanner\r\n'), readAsset('everyday/consent.pdf')]),
  DICOM: () => readAsset('fall/wrist.dcm'),
  'DICOM behind a TIFF preamble': () => dicom(hex('49492a0008000000')),
  'DICOM behind a program': () => dicom(latin1('MZ')),
  MP4: () => readAsset('fall/walk.mp4'),
  'MP4 (isom), its beginning': () => isoMedia('isom'),
  'M4A, its beginning': () => isoMedia('M4A '),
  '3GP, its beginning': () => isoMedia('3gp4'),
  'QuickTime, its beginning': () => isoMedia('qt  '),
  'WebM, its beginning': () =>
    Buffer.concat([hex('1a45dfa3 9f 4286 81 01 4282 84'), latin1('webm'), Buffer.alloc(40)]),
  'Ogg Opus, its beginning': () =>
    Buffer.concat([latin1('OggS\0\x02'), Buffer.alloc(22), latin1('OpusHead')]),
  MP3: () => readAsset('everyday/memo.mp3'),
  WAV: () => readAsset('everyday/memo.wav'),
  'AAC, its beginning': adts,
  AMR: () => Buffer.concat([latin1('#!AMR\n'), hex('3c48f51f96667b')]),
  'FLAC, its beginning': () => latin1('fLaC\0\0\0\x22'),
  'AIFF, its beginning': () => latin1('FORM\0\0\x10\0AIFFCOMM\0\0\0\x12'),
  'Word document': () => zipOf(['[Content_Types].xml', '_rels/.rels', 'word/document.xml']),
  'Excel sheet': () => zipOf(['[Content_Types].xml', 'xl/workbook.xml']),
  'OpenDocument text': () => zipOf(['mimetype', 'content.xml'], 'application/vnd.oasis.opendocument.text'),
  'OLE document': ole,
  ZIP: () => zipOf(['a.txt']),
  RTF: () => readAsset('ulcer/home-care.rtf'),
  CDA: () => readAsset('fall/summary.xml'),
  HTML: () => Buffer.from(HTML),
  'HTML behind a byte order mark, in UTF-16': () => Buffer.from(`\ufeff\n${HTML}`, 'utf16le'),
  SVG: () => Buffer.from(SVG),
  'SVG with an XML declaration': () => Buffer.from(`<?xml version="1.0"?>\n${SVG}`),
  JavaScript: () => Buffer.from('document.title = "it ran"'),
  CSS: () => Buffer.from('p { color: red }'),
  JSON: () => Buffer.from('{ "resourceType": "Observation" }'),
  CSV: () => Buffer.from('time,value\n08:00,120\n'),
  HL7v2: () => Buffer.from('MSH|^~\\&|LAB|SYN|||20260101||ORU^R01|1|P|2.5\rOBX|1|NM|NA||140\r'),
  'note in UTF-8': () => Buffer.from(NOTE),
  'note in windows-1252': () => latin1(NOTE),
  'note in UTF-16': () => Buffer.from(`\ufeff${NOTE}`, 'utf16le'),
  'note “BMI 31.2”': () => Buffer.from('BMI 31.2'),
  'note “BMP: Na 140”': () => Buffer.from('BMP: Na 140, K 4.1'),
  'note “MZ is a 54 year old”': () => Buffer.from('MZ is a 54 year old with a cough.'),
  'note “MZ”, in windows-1252': () => latin1('MZ ist 54 Jahre alt, Größe 1,80'),
  'note “MAC anesthesia”': () => Buffer.from('MAC anesthesia, no events.'),
  'note “FORM”': () => Buffer.from('FORM 12 signed.'),
  'note “ID3”': () => Buffer.from('ID3 gene panel: no variant.'),
  'note “GIF”': () => Buffer.from('GIF89a was what the camera wrote.'),
  'note about PDF': () => Buffer.from('The file began with %PDF-1.4, and did not open.'),
  'random bytes': () => hex('9c41e60b3dd2f1008817c5ab52904e6f'),
  'Windows program': windowsProgram,
  'Linux program': () => Buffer.concat([hex('7f454c46 02010100'), Buffer.alloc(100)]),
  'macOS program': () => Buffer.concat([hex('cffaedfe 07000001'), Buffer.alloc(100)]),
  'Windows installer': installer,
  'shell script': () => Buffer.from('#!/bin/sh\necho SYN\n'),
};
