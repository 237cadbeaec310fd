/** A file is summed up alike whatever its size is, and however its bytes come. */
import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FileSummary } from '../../../src/redox/reply/file-summary.ts';
import { CASES } from '../../support/cases.ts';
import { cutBefore } from './read-reply.ts';

/** Around the sizes up to which a file is small, or its head. */
const lengths = fc.oneof(fc.nat(40), fc.integer({ min: 4090, max: 4110 }), fc.nat(20_000));
const files = fc
  .tuple(lengths, fc.constantFrom('SYN', 'ü', '😀', '\xff'), fc.boolean())
  .map(([length, text, isLatin1]) => Buffer.alloc(length, text, isLatin1 ? 'latin1' : 'utf8'));

test('a file has the same summary in pieces as at once', () => {
  fc.assert(
    fc.property(files, fc.array(fc.nat(20_000), { maxLength: 5 }), fc.nat(5), (file, cuts, checkpoint) => {
      const summary = new FileSummary();
      let length = 0;
      for (const [index, piece] of cutBefore(file, cuts).entries()) {
        const copy = Buffer.from(piece);
        summary.update(copy);
        copy.fill('!');
        length += piece.length;
        if (index !== checkpoint) continue;
        expect(summary.sha256SoFar()).toBe(hash('sha256', file.subarray(0, length), 'base64url'));
      }
      expect(summary.digest()).toEqual({
        sha256: hash('sha256', file),
        head: file.subarray(0, 4100),
        isUtf8: isUtf8(file),
      });
    }),
    { numRuns: CASES },
  );
});
