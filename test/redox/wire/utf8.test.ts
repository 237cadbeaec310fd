/** Bytes that are no UTF-8 stay different from each other, and from all that callers can ask for. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeUtf8 } from '../../../src/redox/wire/utf8.ts';
import { CASES } from '../../support/cases.ts';

const bytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 4 }).map((list) => Buffer.from(list)),
      fc.string({ unit: 'grapheme' }).map((text) => Buffer.from(text)),
      // Too long, of surrogates, too great, cut.
      fc
        .constantFrom('c080', 'e08080', 'eda080', 'f0808080', 'f4908080', 'f0908d', 'e282', 'ff', 'efbfbd')
        .map((hex) => Buffer.from(hex, 'hex')),
    ),
  )
  .map((parts) => Buffer.concat(parts));

test('text in UTF-8 is read as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(decodeUtf8(Buffer.from(text))).toBe(text.toWellFormed());
    }),
    { numRuns: CASES },
  );
});

test('other bytes are each a lone surrogate, from which they can be told', () => {
  fc.assert(
    fc.property(bytes, (given) => {
      const text = decodeUtf8(given);
      const back = [...text].map((character) => {
        const unit = character.charCodeAt(0);
        const isByte = character.length === 1 && unit >= 0xdc80 && unit <= 0xdcff;
        return isByte ? Buffer.from([unit - 0xdc00]) : Buffer.from(character);
      });
      expect(Buffer.concat(back).equals(given)).toBe(true);
      expect(text.isWellFormed()).toBe(new TextDecoder('utf-8', { ignoreBOM: true }).decode(given) === text);
    }),
    { numRuns: CASES },
  );
});

test('all that was text around them stays text', () => {
  const decoded = decodeUtf8(Buffer.from([0x4d, 0xfc, 0x6c, 0xc3, 0xbc, 0xe4]));
  expect(decoded).toBe('M\udcfclü\udce4');
});
