import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CASES } from '../../support/cases.ts';
import { decodeAtOnce, decodePieces } from './decoded.ts';

/** As it stands between the quotes of a JSON string. */
const asWritten = (text: string) => Buffer.from(JSON.stringify(text).slice(1, -1));
const decode = (text: string) => decodePieces(asWritten(text));

const cuts = fc.array(fc.nat(400), { maxLength: 12 });

describe('file contents', () => {
  it.each([
    ['SGFsbG8=', 'Hallo'],
    ['aGVsbG8K\n', 'hello\n'],
    [' S G\tF\r\ns\fb\vG8 =', 'Hallo'],
    ['SG\n=\n=\n', 'H'],
    ['', ''],
    ['+/+/', '\ufffd\ufffd\ufffd'],
    ['SGFsbG8', 'Hallo'],
    ['SGFs\r\nbG8\n', 'Hallo'],
    ['YQ', 'a'],
    ['SGFsbG8_', 'Hallo?'],
    ['SGFsbG8_IQ', 'Hallo?!'],
    ['SGFsbG8_IQ==', 'Hallo?!'],
    ['-_-_', '\ufffd\ufffd\ufffd'],
  ])('%j decode to %j', (text, decoded) => {
    expect(decode(text)?.toString()).toBe(decoded);
    expect(decodePieces(Buffer.from(text))?.toString()).toBe(decoded);
  });

  it.each([
    ['placeholder', 'Base64-encoded file contents'],
    ['words', 'fileContents'.repeat(2).slice(1)],
    ['words joined by signs of the URL alphabet', 'Base64-encoded_file_contents'],
    ['words of one case', 'file-contents-are-here_xx'],
    ['an identifier', '550e8400-e29b-41d4-a716-446655440000'],
    ['no padding and a blank', 'SGFs bG8'],
    ['no padding and a blank in the end', 'SGFsbG8 '],
    ['the URL alphabet and a blank', 'SGFs bG8_'],
    ['no padding and bits to spare', 'SGFsbG9'],
    ['no padding and one character too many', 'SGFsb'],
    ['the end cut off', 'YWJjZGVmZw'.slice(0, -1)],
    ['blanks alone', '    '],
    ['a line break alone', '\n'],
    ['blanks alone, escaped', '\t\n \n'],
    ['too much padding', 'SGFs===='],
    ['padding inside', 'SG==bG8='],
    ['padding alone', '===='],
    ['padding too many by one', 'SGFs='],
    ['two alphabets', '-_+/'],
    ['two alphabets, far from each other', `-_${'A'.repeat(70_000)}+/`],
    ['two alphabets, the second one in the last quad', 'AA_A+w=='],
    ['non-ASCII space', 'SGFs\u00a0bG8='],
    ['NUL', 'SGFs\u0000bG8='],
    ['a quote', 'SGFs"bG8='],
    ['a backslash', 'SGFs\\bG8='],
    ['a backslash before what would be an escape', 'SGFsbG8\\n='],
    ['half a character', 'SGFs\ud83dbG8='],
    ['a URI', 'https://example.org/a'],
    ['two files', 'SGFsbG8=SGFsbG8='],
  ])('with %s are undecodable', (_, text) => {
    expect(decode(text)).toBeNull();
  });

  it.each(['SGFsbG8\\u003d', '\\u0053GFsbG8=', 'SGFsbG8=\\r\\n', 'SGFs\\u000AbG8='])(
    'written %s decode',
    (written) => {
      expect(decodePieces(Buffer.from(written))?.toString()).toBe('Hallo');
    },
  );

  it.each(['SGFs\\xbG8=', 'SGFs\\u00zzbG8=', 'SGFsbG8=\\', 'SGFsbG8=\\u00', '\\u002'])(
    'with the wrong escape of %s are undecodable',
    (written) => {
      expect(decodePieces(Buffer.from(written))).toBeNull();
    },
  );

  it('are what they are decoded at once, however they are written and cut', () => {
    const characters = fc.constantFrom(
      ...'AZaz09+/====--_ *"\\é\0',
      '\n',
      '\r\n',
      '\t',
      '\f',
      '\v',
      '\u2028',
    );
    const likely = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('base64'));
    const inserted = fc.array(fc.tuple(fc.nat(), characters), { maxLength: 4 });
    const text = fc.tuple(likely, inserted).map(([base64, all]) =>
      all.reduce((text, [at, one]) => {
        const position = at % (text.length + 1);
        return text.slice(0, position) + one + text.slice(position);
      }, base64),
    );
    const escaping = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(text, escaping, cuts, (text, escaping, cuts) => {
        const written = Array.from(text, (one, at) => {
          const how = escaping[at % escaping.length];
          if (how === 0) return `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
          if (how === 1 && one === '/') return '\\/';
          return JSON.stringify(one).slice(1, -1);
        }).join('');
        expect(decodePieces(Buffer.from(written), cuts)).toEqual(decodeAtOnce(text));
      }),
      { numRuns: CASES },
    );
  });

  it('with escapes right and wrong are the same however they are cut', () => {
    const written = fc
      .array(
        fc.constantFrom(
          'QUJD',
          'Q',
          '=',
          '\\',
          '\\n',
          '\\u00',
          '\\u000a',
          '\\/',
          'n',
          'u',
          '0',
          '\n',
          '\x01',
        ),
      )
      .map((parts) => Buffer.from(parts.join('')));
    fc.assert(
      fc.property(written, cuts, (written, cuts) => {
        expect(decodePieces(written, cuts)).toEqual(decodePieces(written));
      }),
      { numRuns: CASES },
    );
  });

  it('with one foreign character anywhere are undecodable', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1 }),
        fc.nat(),
        fc.constantFrom(...'.:*"é\0'),
        cuts,
        (bytes, at, bad, cuts) => {
          const text = Buffer.from(bytes).toString('base64');
          const position = at % text.length;
          const written = asWritten(text.slice(0, position) + bad + text.slice(position + 1));
          expect(decodePieces(written, cuts)).toBeNull();
        },
      ),
      { numRuns: CASES },
    );
  });
});
