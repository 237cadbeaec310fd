/** The X-ray as the machine would store it: a DICOM Part 10 file, written by dcmtk's dump2dcm from a list of elements. */
import { hash } from 'node:crypto';
import type { Canvas } from '@napi-rs/canvas';
import { runForFile } from './programs.ts';

/** Under 2.25 stands a UUID as one number and needs no registration (DICOM PS3.5, B.2); here one made from a name. */
function makeUid(name: string): string {
  const bytes = hash('sha256', `SYN-000419 ${name}`, 'buffer').subarray(0, 16);
  // Version 8 (RFC 9562): made by a rule of one's own.
  bytes.writeUInt8(((bytes[6] ?? 0) & 0x0f) | 0x80, 6);
  bytes.writeUInt8(((bytes[8] ?? 0) & 0x3f) | 0x80, 8);
  return `2.25.${BigInt(`0x${bytes.toString('hex')}`)}`;
}

export function storeRadiograph(canvas: Canvas): Buffer {
  const { width, height } = canvas;
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  // The picture is grey: red is as good as any.
  const pixels = Buffer.from(Uint8Array.from({ length: width * height }, (_, at) => data[at * 4] ?? 0));
  const args = ['--write-xfer-little', '+Ug', '+E', 'image.dump', 'image.dcm'];
  return runForFile('dump2dcm', args, 'image.dcm', {
    'image.dump': listElements(width, height),
    'pixels.raw': pixels,
  });
}

function listElements(width: number, height: number): string {
  const image = [
    '(0028,0002) US 1',
    '(0028,0004) CS [MONOCHROME2]',
    `(0028,0010) US ${height}`,
    `(0028,0011) US ${width}`,
    '(0028,0100) US 8',
    '(0028,0101) US 8',
    '(0028,0102) US 7',
    '(0028,0103) US 0',
    '(0028,0301) CS [YES]',
    '(0028,1050) DS [128]',
    '(0028,1051) DS [256]',
    '(7fe0,0010) OB =pixels.raw',
  ];
  return [...STUDY, ...image, ''].join('\n');
}

/** A digital X-ray for showing (DX), of a patient whose name says what it is. */
const STUDY = [
  '(0008,0005) CS [ISO_IR 192]',
  '(0008,0008) CS [ORIGINAL\\PRIMARY]',
  '(0008,0016) UI [1.2.840.10008.5.1.4.1.1.1.1]',
  `(0008,0018) UI [${makeUid('image')}]`,
  '(0008,0020) DA [20260119]',
  '(0008,0021) DA [20260119]',
  '(0008,0023) DA [20260119]',
  '(0008,0030) TM [150500]',
  '(0008,0033) TM [150512]',
  '(0008,0050) SH [SYN-A-4190]',
  '(0008,0060) CS [DX]',
  '(0008,0068) CS [FOR PRESENTATION]',
  '(0008,0070) LO [Redox sandbox]',
  '(0008,0080) LO [Harbour Clinic (synthetic)]',
  '(0008,0090) PN [Synthetic^Referrer]',
  '(0008,1030) LO [SYNTHETIC wrist]',
  '(0008,103e) LO [Left wrist PA]',
  '(0010,0010) PN [Synthetic^Patient]',
  '(0010,0020) LO [SYN-000419]',
  '(0010,0030) DA [19540101]',
  '(0010,0040) CS [O]',
  '(0012,0062) CS [YES]',
  '(0012,0063) LO [Drawn by a program, never a person]',
  '(0018,0015) CS [WRIST]',
  '(0018,0060) DS [52]',
  '(0018,1164) DS [0.2\\0.2]',
  '(0018,5101) CS [PA]',
  `(0020,000d) UI [${makeUid('study')}]`,
  `(0020,000e) UI [${makeUid('series')}]`,
  '(0020,0010) SH [SYN-S-4190]',
  '(0020,0011) IS [1]',
  '(0020,0013) IS [1]',
  '(0020,0020) CS [L\\H]',
  '(0020,0062) CS [L]',
];
