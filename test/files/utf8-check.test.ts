/** Whether a file is UTF-8 does not depend on the pieces in which it arrives. */
import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTextEncoding, wholeCharactersOf } from '../../src/files/text-encoding.ts';
import { Utf8Check } from '../../src/files/utf8-check.ts';
import { CASES } from '../support/cases.ts';

const text = fc.string({ unit: 'binary', maxLength: 20 }).map((one) => Buffer.from(one.toWellFormed()));
const bytes = fc
  .array(
    fc.oneof({ weight: 9, arbitrary: text }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 3 }) }),
    {
      maxLength: 6,
    },
  )
  .map((parts) => Buffer.concat(parts));

test('cut anywhere, even after every byte', () => {
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(120), { maxLength: 8 }), (file, cuts) => {
      for (const all of [[...cuts].sort((a, b) => a - b), Array.from(file.keys())]) {
        const check = new Utf8Check();
        let from = 0;
        for (const to of [...all.filter((cut) => cut <= file.length), file.length]) {
          const piece = Buffer.from(file.subarray(from, to));
          check.update(piece);
          // The caller overwrites its buffer.
          piece.fill(0xff);
          from = to;
        }
        expect(check.isUtf8()).toBe(isUtf8(file));
      }
    }),
    { numRuns: CASES },
  );
});

test('a text that is cut anywhere keeps its whole characters, and stays text', () => {
  const file = Buffer.from('Größe 1,80 m, 日本, 🫀.');
  for (let end = 1; end <= file.length; end += 1) {
    const cut = file.subarray(0, end);
    expect(isUtf8(wholeCharactersOf(cut))).toBe(true);
    expect(end - wholeCharactersOf(cut).length).toBeLessThan(4);
    expect(readTextEncoding(cut, null)).toBe('utf-8');
  }
});

test.each<[string, Buffer, boolean | null, string | null]>([
  ['nothing', Buffer.alloc(0), true, null],
  ['a zero', Buffer.from('BMI\0'), true, null],
  ['a bell', Buffer.from('note\x07'), true, null],
  ['tabs, lines, pages and colours of a terminal', Buffer.from('a\tb\r\n\f\x1b[1m'), true, 'utf-8'],
  ['a head of ASCII, the rest being something else', Buffer.from('note'), false, 'windows-1252'],
  ['letters of Western Europe', Buffer.from('Größe', 'latin1'), false, 'windows-1252'],
  ['bytes that windows-1252 lacks', Buffer.from('Gr\x81\x8d and more', 'latin1'), false, null],
  ['mostly high bytes', Buffer.from('\xcf\xf0\xe8\xe2\xe5\xf2', 'latin1'), false, null],
  ['UTF-16, little end first', Buffer.from('\ufeffnote', 'utf16le'), false, 'utf-16le'],
  ['UTF-16, big end first', Buffer.from('\ufeffnote', 'utf16le').swap16(), false, 'utf-16be'],
  ['UTF-16 with half a pair', Buffer.from('\ufeff\ud800a', 'utf16le'), false, null],
  ['UTF-16 with a control character', Buffer.from('\ufeffa\u0001', 'utf16le'), false, null],
])('%s', (_, head, wholeIsUtf8, encoding) => {
  expect(readTextEncoding(head, wholeIsUtf8)).toBe(encoding);
});
