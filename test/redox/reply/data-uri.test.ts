/** Files as `data:` URIs: decoded as RFC 2397 says, however they are written in JSON and wherever they are cut. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FileDecoder } from '../../../src/redox/reply/file-decoder.ts';
import { CASES } from '../../support/cases.ts';
import { decodePieces } from './decoded.ts';

const asWritten = (text: string) => Buffer.from(JSON.stringify(text).slice(1, -1));

/** `undefined`: no file. */
function decode(text: string) {
  const pieces: Buffer[] = [];
  const decoder = new FileDecoder((bytes) => pieces.push(Buffer.from(bytes)));
  decoder.write(asWritten(text));
  return decoder.end() ? { text: Buffer.concat(pieces).toString(), type: decoder.statedType } : undefined;
}

describe('a file', () => {
  test.each<[string, string, string | null]>([
    ['data:application/pdf;base64,SGFsbG8=', 'Hallo', 'application/pdf'],
    ['DATA:Application/PDF;BASE64,SGFsbG8=', 'Hallo', 'Application/PDF'],
    ['\n data:application/pdf;base64,SGFsbG8=', 'Hallo', 'application/pdf'],
    ['data:application/pdf;name=a.pdf;base64,SGFsbG8=', 'Hallo', 'application/pdf'],
    ['data:text/plain; charset=utf-8; base64,SGFsbG8=', 'Hallo', 'text/plain; charset=utf-8'],
    ['data:;charset=latin1;base64,SGFsbG8=', 'Hallo', null],
    ['data:;base64,SGFsbG8=', 'Hallo', null],
    ['data:pdf;base64,SGFsbG8=', 'Hallo', 'pdf'],
    ['data:application/pdf;base64,SGFs\r\nbG8=\r\n', 'Hallo', 'application/pdf'],
    ['data:application/pdf;base64,SGFsbG8', 'Hallo', 'application/pdf'],
    ['data:application/pdf;base64,SGFsbG8_', 'Hallo?', 'application/pdf'],
    ['data:application/pdf;base64,SGFs bG8', 'Hallo', 'application/pdf'],
    ['data:application/pdf;base64,filecont', '~)^r\ufffd\ufffd', 'application/pdf'],
    ['data:application/pdf;base64,SGFsbG8%3D', 'Hallo', 'application/pdf'],
    ['data:application/pdf;base64,%53GFs%0AbG8%3d', 'Hallo', 'application/pdf'],
    ['data:application/pdf;base64,', '', 'application/pdf'],
    ['data:,Hallo%2C%20du', 'Hallo, du', 'text/plain'],
    ['data:text/plain,Hallo', 'Hallo', 'text/plain'],
    ['data:text/plain;charset=utf-8,H%C3%a4ll%C3%B6', 'Hällö', 'text/plain;charset=utf-8'],
    ['data:text/plain,Hällö, "du" \\ 100% #1', 'Hällö, "du" \\ 100% #1', 'text/plain'],
    ['data:image/svg+xml;utf8,<svg>%zz%4</svg>%', '<svg>%zz%4</svg>%', 'image/svg+xml'],
    ['data:,', '', 'text/plain'],
  ])('%j', (uri, text, type) => {
    expect(decode(uri)).toEqual({ text, type });
  });

  test.each([
    'data;',
    'data:',
    'data:application/pdf;base64',
    'data:application/pdf;base64SGFsbG8=',
    'data:application/pdf;base64,SGFsbG8*',
    'data:application/pdf;base64,SGFsbG8==',
    'data:application/pdf;base64,S',
    'data:application/pdf;base64,-_+/',
    'data:application/pdf;base64,SGFsbG9',
    'data:application/pdf;base64,SGFs\\u0062G8=',
    'Data: patient seen, stable',
    'data: application/pdf;base64,SGFsbG8=',
    'data:application/pdf x;base64,SGFsbG8=',
    'data:seen yesterday, stable',
    'data:seen,stable',
    `data:text/plain;x=${'y'.repeat(1024)},Hallo`,
    'x data:,Hallo',
    'data :,Hallo',
  ])('is none of %j', (uri) => {
    expect(decode(uri)).toBeUndefined();
  });
});

const cuts = fc.array(fc.nat(200), { maxLength: 12 });

test('any bytes come back from any way to write them, cut anywhere', () => {
  const how = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 12 });
  const percent = (byte: number) => `%${byte.toString(16).padStart(2, '0')}`;
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), how, cuts, (bytes, isBase64, how, cuts) => {
      const base64 = Buffer.from(bytes).toString('base64');
      const body = isBase64
        ? Array.from(base64, (one, at) => (how[at % how.length] === 0 ? percent(one.charCodeAt(0)) : one))
        : Array.from(bytes, (byte, at) => {
            const isPlain = byte < 0x80 && byte !== 0x25 && how[at % how.length] !== 0;
            return isPlain ? String.fromCharCode(byte) : percent(byte);
          });
      const uri = `data:a/b${isBase64 ? ';base64' : ''},${body.join('')}`;
      const written = Array.from(uri, (one, at) => {
        const choice = how[(at * 7) % how.length];
        if (choice === 1) return escaped(one);
        return choice === 2 && one === '/' ? '\\/' : JSON.stringify(one).slice(1, -1);
      }).join('');
      expect(decodePieces(Buffer.from(written), cuts)).toEqual(Buffer.from(bytes));
    }),
    { numRuns: CASES },
  );
});

test('the text of a URI, half characters and all, is the one that JSON.parse reads, cut at every place', () => {
  const unit = fc.oneof(
    fc.constantFrom('é', '😀', 'a', '"', '\\', '/', '\n', '\u0000', '\ud83d', '\ude00', '\\u', '\ud83d\\n'),
    fc.string({ unit: 'binary', maxLength: 2 }),
  );
  const isEscaped = fc.array(fc.boolean(), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 12 }), isEscaped, (units, isEscaped) => {
      const text = units.join('').replaceAll('%', '');
      const all = Array.from({ length: text.length }, (_, at) => text.charAt(at));
      // Half a character alone has no bytes of its own: as a writer would, it is an escape.
      const written = all.map((one, at) => {
        const isHalf = /[\ud800-\udfff]/.test(one);
        if (!isHalf && !isEscaped[at % isEscaped.length]) return JSON.stringify(one).slice(1, -1);
        return `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
      });
      const bytes = Buffer.from(`data:,${written.join('')}`);
      const expected = Buffer.from(String(JSON.parse(`"${written.join('')}"`)).toWellFormed());
      expect(decodePieces(bytes)).toEqual(expected);
      for (let at = 0; at <= bytes.length; at += 1) expect(decodePieces(bytes, [at])).toEqual(expected);
      expect(decodePieces(bytes, Array.from(bytes.keys()))).toEqual(expected);
    }),
    { numRuns: CASES },
  );
});

test('escapes that are wrong are no file, cut at every place', () => {
  for (const wrong of ['\\x', '\\', '\\u12', '\\u12g4', '\\U0041', '\\ud83d\\', '\\ud83d\\u0']) {
    for (const uri of [`data:,a${wrong}`, `data:a/b;base64,QUJD${wrong}`, `${wrong}data:,a`]) {
      const bytes = Buffer.from(uri);
      for (let at = 0; at <= bytes.length; at += 1) expect(decodePieces(bytes, [at])).toBeNull();
    }
  }
});
