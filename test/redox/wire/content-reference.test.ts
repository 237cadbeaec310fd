/** What stands in place of a file is an absolute URI of the web, or a URN; nothing else passes for one. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beginsLikeReference, isReference } from '../../../src/redox/wire/content-reference.ts';
import { CASES } from '../../support/cases.ts';

const REFERENCES = [
  'https://blob.redoxengine.com/7c0f2f4e',
  'HTTP://x',
  'http://10.0.0.1:8080/a?b=c&d=%20#e',
  'https://[::1]/a',
  'https://example.org/ä',
  'urn:uuid:7c0f2f4e-0000-4000-8000-000000000000',
  'URN:oid:1.2.3',
  `https://x/${'a'.repeat(1990)}`,
];

describe('a reference', () => {
  test.each(REFERENCES)('is %s', (text) => {
    expect(isReference(text)).toBe(true);
  });

  test.each([
    '',
    'https:',
    'https://',
    'https:///a',
    'https:/x',
    'http:x',
    'https://x:port/',
    'https://x y/',
    'https://x/a b',
    'https://x/a\n',
    ' https://x',
    'https://x/\u00a0',
    'https://x/\u200b',
    'https://x/\ud800',
    'urn:',
    'urn:uuid:',
    'urn:-x:y',
    'Impression: nothing of note',
    'data:application/pdf;base64,JVBERi0=',
    'file:///etc/passwd',
    'ftp://x/a',
    'blob:https://x/a',
    'javascript:alert(1)',
    'mailto:a@example.org',
    'http',
    'JVBERi0xLjQK',
    `https://x/${'a'.repeat(1991)}`,
    `https://x/${'ä'.repeat(996)}`,
  ])('is not %j', (text) => {
    expect(isReference(text)).toBe(false);
  });

  test('is known as one that may come of any beginning of it, and its like', () => {
    for (const text of REFERENCES) {
      for (let end = 0; end <= text.length; end += 1)
        expect(beginsLikeReference(text.slice(0, end))).toBe(true);
    }
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl()), (text) => {
        if (isReference(text)) expect(beginsLikeReference(text.slice(0, 6))).toBe(true);
      }),
      { numRuns: CASES },
    );
  });
});
