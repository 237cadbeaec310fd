/** Bytes that are kept for long take no more memory than they are: no block is a part of a larger one that others fill, or no one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeptBytes } from '../../../src/redox/reply/kept-bytes.ts';
import { CASES } from '../../support/cases.ts';

const pieces = fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 12 });

test('whatever pieces they come in', () => {
  fc.assert(
    fc.property(pieces, (lengths) => {
      const kept = new KeptBytes();
      const all = lengths.map((length, at) => Buffer.alloc(length, at + 1));
      for (const piece of all) {
        const reused = Buffer.from(piece);
        kept.append(reused);
        reused.fill(0);
      }
      const blocks = kept.exactBlocks();
      expect(Buffer.concat(blocks).equals(Buffer.concat(all))).toBe(true);
      expect(blocks.filter(({ length, buffer }) => buffer.byteLength !== length)).toEqual([]);
    }),
    { numRuns: CASES },
  );
});
