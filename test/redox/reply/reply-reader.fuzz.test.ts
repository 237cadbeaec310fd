/** Spoilt replies: each is data or a typed fault, the same however it is read and cut. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fingerprintOf } from '../../../src/media/model/item.ts';
import { RedoxError } from '../../../src/redox/redox-error.ts';
import { KEEP_ALL } from '../../../src/redox/reply/contents.ts';
import { fuzz } from '../../support/fuzz.ts';
import { cuts, spoiltReplies } from './random-replies.ts';
import { readReply } from './read-reply.ts';

test('replies', async () => {
  await fuzz({
    cases: fc.tuple(spoiltReplies, cuts),
    check: (batch) => batch.forEach(checkReply),
  });
});

function checkReply([bytes, cut]: [Buffer, readonly number[]]): void {
  const ways = [
    ['skip'],
    ['digest'],
    [KEEP_ALL],
    // As long replies are: each entry, or every third, is parsed by itself.
    ['skip', { bytes: 1, entries: 1 }],
    ['digest', { bytes: 1e6, entries: 3 }],
  ] as const;
  const outcomes = ways.map(([treatment, part]) => {
    try {
      return readReply(bytes, treatment, cut, part).items.map(fingerprintOf).join();
    } catch (error) {
      if (error instanceof RedoxError) return error.code;
      throw error;
    }
  });
  expect(new Set(outcomes).size).toBe(1);
}
