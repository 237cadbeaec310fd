/** How long answers of destinations are remembered whose events arrive. */
import { describe, expect, test } from 'vitest';
import { destinationAlias } from '../../../src/media/model/keys.ts';
import { createNeed } from '../../../src/media/model/need.ts';
import { RecentAnswers } from '../../../src/media/recent/recent-answers.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { answerTo, boxOf, FOREVER, GENERAL, OF_ONE, RECENT_MS, SCOPE } from './stored-answers.ts';

describe('of a destination whose events arrive', () => {
  const LIVE_MS = 600_000;
  const scopeOf = (alias: string) => ({ ...SCOPE, destination: destinationAlias(alias) });

  /** `state.since`: since when they have arrived at `general`. */
  function createLive() {
    const clock = new FakeClock();
    const state = { since: Number.NEGATIVE_INFINITY };
    const liveSince = (alias: string) => (alias === GENERAL ? state.since : Number.POSITIVE_INFINITY);
    const live = { recentMs: LIVE_MS, liveSince };
    const store = new RecentAnswers({ recentMs: RECENT_MS, maxBytes: 1_000_000, clock, live });
    const isFound = (alias = 'general') => store.containing(boxOf(OF_ONE), scopeOf(alias)).length === 1;
    const remember = (alias = 'general') => {
      const need = createNeed(destinationAlias(alias), OF_ONE);
      return store.remember(scopeOf(alias), answerTo(OF_ONE, clock, { need }), FOREVER);
    };
    return { clock, state, store, isFound, remember };
  }

  test('an answer is remembered for longer, and one of another destination is not', async () => {
    const { clock, store, isFound, remember } = createLive();
    remember();
    remember('county');
    await clock.advance(RECENT_MS);
    expect([isFound(), isFound('county')]).toEqual([true, false]);
    await clock.advance(1000);
    expect(store.load.answers).toBe(1);
    await clock.advance(LIVE_MS - RECENT_MS - 1001);
    expect(isFound()).toBe(true);
    await clock.advance(1);
    expect(isFound()).toBe(false);
    await clock.advance(1000);
    expect(store.load).toMatchObject({ answers: 0, bytes: 0 });
  });

  test('an old one is of no use as soon as they do not arrive, and never again', async () => {
    const { clock, state, isFound, remember } = createLive();
    const recent = remember();
    await clock.advance(RECENT_MS - 1);
    state.since = Number.POSITIVE_INFINITY;
    expect(isFound()).toBe(true);
    await clock.advance(1);
    expect(isFound()).toBe(false);
    state.since = clock.now();
    expect(isFound()).toBe(false);
    remember();
    await clock.advance(RECENT_MS);
    expect(isFound()).toBe(true);
    expect(recent?.isForgotten).toBe(true);
  });

  test('what was asked before they arrived is remembered no longer than elsewhere', async () => {
    const { clock, state, isFound, remember } = createLive();
    state.since = Number.POSITIVE_INFINITY;
    remember();
    state.since = clock.now() + 1;
    await clock.advance(RECENT_MS);
    expect(isFound()).toBe(false);
  });
});
