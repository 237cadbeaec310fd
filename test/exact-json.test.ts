/** Numbers in JSON are what is written, not what JavaScript makes of it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { denotesInteger, parseExactly } from '../src/exact-json.ts';

const readAll = (json: string) => parseExactly(json, (_, source) => source);

test('numbers that JavaScript would write otherwise are shown as they are written', () => {
  fc.assert(
    fc.property(fc.json({ noUnicodeString: false }), (json) => {
      const sources: string[] = [];
      const parsed = parseExactly(json, (value, source) => {
        sources.push(source);
        expect(Number(source)).toBe(value);
        return value;
      });
      expect(parsed).toEqual(JSON.parse(json));
    }),
  );
  expect(readAll('{"a":[1,9007199254740993, 12.50],"b" :-0}')).toEqual({
    a: ['1', '9007199254740993', '12.50'],
    b: '-0',
  });
});

test('any number that is written otherwise than String() would write it is asked for', () => {
  const digits = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 25 }).map((list) => list.join(''));
  const whole = fc.oneof(
    digits.map((text) => `1${text}`),
    fc.constant('0'),
  );
  const number = fc
    .tuple(fc.constantFrom('', '-'), whole, fc.option(digits), fc.option(fc.integer({ min: -30, max: 30 })))
    .map(([sign, integer, fraction, exponent]) =>
      [sign, integer, fraction ? `.${fraction}` : '', exponent === null ? '' : `e${exponent}`].join(''),
    );
  const around = fc.constantFrom(
    (text: string) => text,
    (text: string) => ` ${text} `,
    (text: string) => `[${text}]`,
    (text: string) => `["x" ,\n${text}]`,
    (text: string) => `{"a\\"" :\t${text}}`,
    (text: string) => `{"a":1,"b":${text}}`,
  );
  fc.assert(
    fc.property(number, around, (text, wrap) => {
      const isExact = String(Number(text)) === text;
      const asked: string[] = [];
      parseExactly(wrap(text), (value, source) => {
        asked.push(source);
        return value;
      });
      if (!isExact) expect(asked).toContain(text);
    }),
  );
});

describe('whether a number is an integer as it is written', () => {
  test.each([
    ['417', 417, true],
    ['-417', -417, true],
    ['417.0', 417, true],
    ['4.17e2', 417, true],
    ['41700E-2', 417, true],
    ['0.000417e+6', 417, true],
    ['1e3', 1000, true],
    ['9007199254740991', 9007199254740991, true],
    ['0', 0, true],
    ['-0', 0, true],
    ['0e99', 0, true],
    ['4503599627370497.5', 4503599627370498, false],
    ['1.00000000000000000001', 1, false],
    ['0.99999999999999999999', 1, false],
    ['9007199254740990.6', 9007199254740991, false],
    ['1e-999', 0, false],
  ])('%s is %d: %s', (source, value, expected) => {
    expect(Number(source) === value).toBe(true);
    expect(denotesInteger(source, value)).toBe(expected);
  });

  test('as BigInt counts', () => {
    const digits = fc.stringMatching(/^[0-9]{1,12}$/);
    fc.assert(
      fc.property(digits, digits, fc.integer({ min: -14, max: 14 }), (whole, fraction, exponent) => {
        const source = `${BigInt(whole)}.${fraction}e${exponent}`;
        const value = Number(source);
        // In units of 10^-30 all of these are integers.
        const scaled = BigInt(whole + fraction) * 10n ** BigInt(30 + exponent - fraction.length);
        const isSame = Number.isSafeInteger(value) && scaled === BigInt(value) * 10n ** 30n;
        if (Number.isSafeInteger(value)) expect(denotesInteger(source, value)).toBe(isSame);
      }),
    );
  });
});
