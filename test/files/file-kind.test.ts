import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFileKind } from '../../src/files/file-kind.ts';
import { CASES } from '../support/cases.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
const PDF = Buffer.from('%PDF-1.4\n% synthetic\n');
const TEXT = Buffer.from('plain text');

async function mediaTypeOf(declared: string | null, head: Buffer, stated: string | null = null) {
  return (await readFileKind({ declared, stated, head, isUtf8: null })).mediaType;
}

describe('the media type', () => {
  it.each([
    ['PDF', 'application/pdf'],
    ['.pdf', 'application/pdf'],
    ['jpg', 'image/jpeg'],
    ['JPEG', 'image/jpeg'],
    ['TEXT', 'text/plain'],
    [' Png ', 'image/png'],
    ['application/pdf', 'application/pdf'],
    ['Image/JPEG; name=x', 'image/jpeg'],
    ['application/vnd.x+json', 'application/vnd.x+json'],
  ])('of a file labelled %j is %s, where no signature tells another', async (label, type) => {
    expect(await mediaTypeOf(label, TEXT)).toBe(type);
  });

  it.each([
    null,
    '',
    'unknownlabel',
    'a scanned picture',
    'constructor',
    '__proto__',
    'a/b/c',
    '/pdf',
    'image/',
    'image/png\r\nx: y',
    '../x.pdf',
  ])('of a file labelled %j is found in its bytes', async (label) => {
    expect(await mediaTypeOf(label, PNG)).toBe('image/png');
    expect(await mediaTypeOf(label, PDF)).toBe('application/pdf');
    expect(await mediaTypeOf(label, TEXT)).toBe('text/plain');
  });

  it.each<[string | null, string | null, Buffer, string]>([
    [null, 'image/png', TEXT, 'image/png'],
    ['unknownlabel', 'Image/PNG', TEXT, 'image/png'],
    ['unknownlabel', 'Image/PNG', PDF, 'application/pdf'],
    ['PDF', 'image/png', TEXT, 'application/pdf'],
    [null, 'png', TEXT, 'image/png'],
    [null, 'application/octet-stream', PDF, 'application/pdf'],
    [null, 'nonsense', PDF, 'application/pdf'],
    [null, null, TEXT, 'text/plain'],
  ])(
    'of a file labelled %j that calls itself %j comes from the first that says one',
    async (label, stated, bytes, type) => {
      expect(await mediaTypeOf(label, bytes, stated)).toBe(type);
    },
  );

  it.each([
    ['mif1', ['mif1', 'heic'], 'image/heic'],
    ['mif1', ['mif1', 'avif'], 'image/avif'],
    ['mif1', ['mif1'], 'image/heif'],
    ['isom', ['isom', 'M4A '], 'video/mp4'],
    ['M4A ', ['isom'], 'audio/mp4'],
    ['3gp5', ['isom'], 'video/3gpp'],
  ])('of a file of brand %s, compatible with %j, is %s', async (major, compatible, type) => {
    const box = Buffer.from(`\0\0\0\0ftyp${major}\0\0\0\0${compatible.join('')}`, 'latin1');
    box.writeUInt32BE(box.length);
    expect(await mediaTypeOf(null, Buffer.concat([box, Buffer.alloc(8)]))).toBe(type);
  });

  it.each([
    ['x %PDF-1.4\n1 0 obj\n<< >>', 'application/pdf'],
    ['Printed.\n%PDF-1.4\n', 'application/pdf'],
    ['It began with %PDF-1.4, and no more.', 'text/plain'],
    [`${' '.repeat(1100)}\n%PDF-1.4\n`, 'text/plain'],
    ['{\\rtf1\\ansi a}', 'application/rtf'],
    ['<p>Hello</p>', 'text/html'],
    ['<!-- a page --><!DOCTYPE html><p>', 'text/html'],
    ['<?xml version="1.0"?><ClinicalDocument><svg/></ClinicalDocument>', 'application/xml'],
    ['<?xml version="1.0"?><s:svg xmlns:s="http://www.w3.org/2000/svg"/>', 'image/svg+xml'],
    ['<5 mg/l CRP, <0.01 ng/ml troponin', 'text/plain'],
    ['\n < 3 g/dl', 'text/plain'],
    ['<= 2 tablets a day', 'text/plain'],
    ['<ärztin>', 'application/xml'],
    ['solid mass in the left lobe', 'text/plain'],
    ['P5 syndrome', 'text/plain'],
    ['BEGIN:VCARD of a patient?', 'text/plain'],
  ])('of the text %j, without a label, is %s', async (text, type) => {
    expect(await mediaTypeOf(null, Buffer.from(text))).toBe(type);
  });

  it('of a note in UTF-16 that begins with `<5` is text, and of a page in UTF-16 is HTML', async () => {
    const note = Buffer.from('\ufeff<5 mg/l', 'utf16le');
    expect(await mediaTypeOf(null, note)).toBe('text/plain');
    expect(await mediaTypeOf(null, Buffer.from(note).swap16())).toBe('text/plain');
    const page = Buffer.from('\ufeff<html><body>5', 'utf16le');
    expect(await mediaTypeOf(null, page)).toBe('text/html');
    expect(await mediaTypeOf(null, Buffer.from(page).swap16())).toBe('text/html');
  });

  it('is found for any bytes without failing, in a shape that a header can hold', async () => {
    const heads = [
      PNG,
      PDF,
      Buffer.from('PK\x03\x04'),
      Buffer.from('RIFF'),
      Buffer.from('\x1f\x8b', 'latin1'),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...heads),
        fc.uint8Array({ maxLength: 100 }),
        fc.string(),
        async (head, tail, label) => {
          expect(await mediaTypeOf(label, Buffer.concat([head, tail]))).toMatch(
            /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/,
          );
        },
      ),
      { numRuns: CASES },
    );
  });
});

it('a note that begins with `<5` is shown as text, whatever says that it is one', async () => {
  const head = Buffer.from('<5 mg/l');
  for (const declared of ['TXT', 'text/plain', 'BIN', null]) {
    expect(await readFileKind({ declared, stated: null, head, isUtf8: true })).toEqual({
      mediaType: 'text/plain',
      servedType: 'text/plain; charset=utf-8',
      isInline: true,
      ending: 'txt',
    });
  }
});

it.each([
  ['audio/3gpp', '3gp'],
  ['audio/3gpp2', '3g2'],
  ['video/3gpp2', '3g2'],
])('%s has the ending %s', async (declared, ending) => {
  const head = Buffer.from([1, 2, 3]);
  expect((await readFileKind({ declared, stated: null, head, isUtf8: false })).ending).toBe(ending);
});
