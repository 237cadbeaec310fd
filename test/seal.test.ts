/** Sealed texts by themselves: what opens one, and that nothing else does. */
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { Seal, type SealPurpose } from '../src/seal.ts';
import { CASES } from './support/cases.ts';

const SECRET = 'a secret of the tests, 32 bytes long';
const OLDER = 'an older secret, just as long as it';
const PAYLOAD = { patient: 'SYN-1', at: [1, null, 'ö'] };

let seal: Seal;
beforeEach(() => {
  seal = new Seal([SECRET], 'id');
});

test('a payload opens as what it was, and equal ones are sealed in equal texts', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (payload) => {
      // As JSON: -0 is 0.
      const value: unknown = JSON.parse(JSON.stringify(payload));
      expect(seal.open(seal.close(value))).toEqual(value);
      expect(new Seal([SECRET], 'id').close(value)).toBe(seal.close(value));
    }),
    { numRuns: CASES },
  );
});

test('a text that an earlier release sealed opens still: ids are kept by clients', () => {
  const text = 'v_s6l6znJeteImJ0S2LIfz2wIlfRHGCA0lPBVV0yb8Iamt1XD2Adw3R-VuxVxh31bLf3vp0X';
  expect(seal.open(text)).toEqual(PAYLOAD);
  expect(seal.close(PAYLOAD)).toBe(text);
});

test('a text says nothing of its payload, in letters that a URL may hold', () => {
  const text = seal.close(PAYLOAD);
  expect(text).toMatch(/^[\w-]+$/);
  expect(Buffer.from(text, 'base64url').includes('SYN-1')).toBe(false);
  expect(seal.close({ ...PAYLOAD, patient: 'SYN-2' })).not.toBe(text);
});

describe('a text is not opened', () => {
  test.each<SealPurpose>(['cursor', 'content', 'token', 'upload', 'write'])(
    'for another purpose: %s',
    (purpose) => {
      const text = seal.close(PAYLOAD);
      expect(new Seal([SECRET], purpose).open(text)).toBeUndefined();
      expect(new Seal([SECRET], purpose).close(PAYLOAD)).not.toBe(text);
    },
  );

  test('by another secret', () => {
    expect(new Seal([OLDER], 'id').open(seal.close(PAYLOAD))).toBeUndefined();
  });

  test('with one character changed, anywhere', () => {
    const text = seal.close(PAYLOAD);
    for (let at = 0; at < text.length; at++) {
      const other = text[at] === 'A' ? 'B' : 'A';
      expect(seal.open(text.slice(0, at) + other + text.slice(at + 1))).toBeUndefined();
    }
  });

  test.each<[string, (text: string) => string]>([
    ['cut', (text) => text.slice(0, -1)],
    ['in another spelling', (text) => `${text}=`],
    ['with a blank that decoding would skip', (text) => `${text.slice(0, 5)} ${text.slice(5)}`],
    ['that is empty', () => ''],
    ['that was never one', () => 'SYN-1'],
  ])('%s', (_, change) => {
    expect(seal.open(change(seal.close(PAYLOAD)))).toBeUndefined();
  });

  test('longer than a request may be, and one as long is', () => {
    const sealedIn = (length: number) => seal.close('x'.repeat(length)).length;
    // Base64 of 3 bytes is 4 letters; quotes and the tag of the cipher are 18 bytes.
    const longest = (256 * 1024 * 3) / 4 - 18;
    expect(sealedIn(longest)).toBe(256 * 1024);
    expect(seal.open(seal.close('x'.repeat(longest)))).toBe('x'.repeat(longest));
    expect(seal.open(seal.close('x'.repeat(longest + 1)))).toBeUndefined();
  });
});

describe('while secrets rotate', () => {
  test('the first seals, and all of them open', () => {
    const both = new Seal([SECRET, OLDER], 'id');
    expect(both.close(PAYLOAD)).toBe(seal.close(PAYLOAD));
    expect(both.open(new Seal([OLDER], 'id').close(PAYLOAD))).toEqual(PAYLOAD);
    expect(both.open(seal.close(PAYLOAD))).toEqual(PAYLOAD);
  });

  test('without one, nothing is sealed', () => {
    expect(() => new Seal([], 'id').close(PAYLOAD)).toThrow('a seal needs a secret');
  });
});
