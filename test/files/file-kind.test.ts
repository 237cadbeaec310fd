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
