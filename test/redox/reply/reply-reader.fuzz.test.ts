/** Spoilt replies, as many as the time allows: each is data or a typed fault, the same however it is read and cut. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fingerprintOf } from '../../../src/media/model/item.ts';
import { RedoxFault } from '../../../src/redox/fault.ts';
import { KEEP_ALL } from '../../../src/redox/reply/contents.ts';
import { BY_TIME, FUZZ_TIMEOUT_MS } from '../../support/fuzz-time.ts';
import { cuts, spoiltReplies } from './random-replies.ts';
import { readReply } from './read-reply.ts';

const LEAST_CASES = 10_000;

test('replies', { timeout: FUZZ_TIMEOUT_MS }, () => {
  let cases = 0;
  fc.assert(
    fc.property(spoiltReplies, cuts, (bytes, cuts) => {
      const outcomes = (['skip', 'digest', KEEP_ALL] as const).map((treatment) => {
        try {
          return readReply(bytes, treatment, cuts).items.map(fingerprintOf).join();
        } catch (error) {
          if (error instanceof RedoxFault) return error.code;
          throw error;
        }
      });
      expect(new Set(outcomes).size).toBe(1);
      cases += 1;
    }),
    BY_TIME,
  );
  expect(cases).toBeGreaterThan(LEAST_CASES);
});
