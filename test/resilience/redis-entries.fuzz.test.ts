/** Entries of Redis that no replica wrote, in any form, are believed by none. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Seal } from '../../src/seal.ts';
import { fuzz } from '../support/fuzz.ts';
import { bulk, list, SECRETS, startParts, UNKNOWN } from './redis-parts.ts';

describe('the entry of a write', () => {
  const RESULT = { logIds: ['log-1'], traceId: null };
  const HOLDER = '00000000-0000-4000-8000-000000000000';
  const STATES = {
    pending: { state: 'pending', fingerprint: 'f', holder: HOLDER },
    done: { state: 'done', fingerprint: 'f', result: RESULT },
    released: { state: 'released' },
  };

  /** A sealed entry, and whether it is one for this key, of now, as it was sealed. */
  const entries = fc.record({
    state: fc.constantFrom<keyof typeof STATES>('pending', 'done', 'released'),
    isOfKey: fc.boolean(),
    ageMs: fc.oneof(fc.constant(0), fc.integer({ min: -3_600_000, max: 3_600_000 })),
    /** What becomes of the text: at this place, another character. */
    changedAt: fc.option(fc.nat(), { freq: 2 }),
    leaseMs: fc.oneof(fc.integer({ min: -2, max: 3001 }), fc.integer()),
  });

  type Entry = typeof entries extends fc.Arbitrary<infer T> ? T : never;

  function isGood({ isOfKey, changedAt, ageMs }: Entry): boolean {
    return isOfKey && changedAt === null && Math.abs(ageMs) <= 11 * 60_000;
  }

  function believed({ state, leaseMs }: Entry): object | null {
    if (state === 'released') return null;
    if (state === 'done') return { fingerprint: 'f', result: RESULT };
    return leaseMs > 0 && leaseMs <= 3000 ? { fingerprint: 'f', result: null } : UNKNOWN;
  }

  test('is believed as it was sealed, for its key, lately, with a lease that has not ended, and in no other case', async () => {
    const { server, writes, clock } = await startParts();
    let cases = 0;
    const counts = { believed: 0, unknown: 0 };
    await fuzz({
      cases: entries,
      async check([one]) {
        if (one === undefined) return;
        cases += 1;
        const key = `key-${cases}`;
        const entry = STATES[one.state];
        const atMs = clock.wallTime() - one.ageMs;
        const sealed = new Seal(SECRETS, 'write').close({ key: one.isOfKey ? key : 'other', atMs, entry });
        const text = one.changedAt === null ? sealed : changeAt(sealed, one.changedAt % sealed.length);
        let begins = 0;
        server.reply = ([command = '', script = '']) => {
          // The count of replicas, which is asked for by itself once Redis is there, comes at any time.
          if (command !== 'EVAL' || script.includes('ZCARD')) return null;
          begins += 1;
          return begins === 1 ? list([bulk(text), `:${one.leaseMs}\r\n`]) : ':1\r\n';
        };
        const expected = isGood(one) ? believed(one) : UNKNOWN;
        counts[expected === UNKNOWN ? 'unknown' : 'believed'] += 1;
        expect(await writes.begin(key, 'f')).toEqual(expected);
      },
    });
    expect(Math.min(counts.believed, counts.unknown)).toBeGreaterThan(10);
  });

  function changeAt(sealed: string, at: number): string {
    return `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`;
  }
});
