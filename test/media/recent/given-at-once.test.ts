/** What is remembered is given without a promise: only where that is all that is known of it, and to none who may not have it. */

import { describe, expect, test } from 'vitest';
import type { LoadResult } from '../../../src/media/loading.ts';
import { identifierKey, rightsKey } from '../../../src/media/model/keys.ts';
import type { NeedOutcome } from '../../../src/media/model/outcome.ts';
import { ALL_RIGHTS } from '../../../src/media/model/rights.ts';
import { FRESH, type Freshness } from '../../../src/media/recent/freshness.ts';
import { RecentAnswers } from '../../../src/media/recent/recent-answers.ts';
import { chartsOf, documentsOf, namesUpTo, needOf, outcomeOf } from '../../support/core.ts';
import { startTimedCore } from '../../support/timed-core.ts';

const NAMES = namesUpTo(3);
const MAX_AGE: Freshness = { ...FRESH, maxAgeMs: 60_000 };
/** As many needs as an operation is given at once. */
const AT_ONCE = 100;
const LIMITS = { patients: 100, visits: 100, documents: 100 };

async function startRemembering() {
  const core = await startTimedCore({ sandbox: { charts: chartsOf(NAMES) } });
  const answers = new RecentAnswers({ recentMs: 120_000, maxBytes: 1_000_000, clock: core.clock });
  const recent = { answers, rightsKey: rightsKey('all'), expiresAt: Number.POSITIVE_INFINITY };
  const open = (how: Parameters<typeof core.openOperation>[0] = {}) =>
    core.openOperation({ freshness: MAX_AGE, recent, ...how });
  return Object.assign(core, {
    answers,
    recent,
    open,
    async remember(...names: string[]) {
      await core.finish(open({ freshness: FRESH }).load(needOf(names)));
    },
  });
}

const isAtOnce = (given: LoadResult | Promise<LoadResult>): given is LoadResult =>
  !(given instanceof Promise);
const idsOf = ({ items }: LoadResult) => items.map(({ documentId }) => documentId).sort();

/** Awaits the one that is asked for, so that nothing is left behind. */
async function isAsked(
  core: Awaited<ReturnType<typeof startRemembering>>,
  given: LoadResult | Promise<LoadResult>,
) {
  if (isAtOnce(given)) return false;
  await core.finish(outcomeOf(given.then(({ items }) => items)));
  return true;
}

describe('what is remembered', () => {
  test('is given at once, as it is given to one who waits', async () => {
    await using core = await startRemembering();
    await core.remember('p1', 'p2');
    const given = core.open().takeAnswer(needOf(['p1']));
    if (!isAtOnce(given)) throw new Error('it is a promise');
    expect(idsOf(given)).toEqual(documentsOf(['p1']));
    const { result } = await core.finish(core.open().loadAnswer(needOf(['p1'])));
    expect(idsOf(result)).toEqual(documentsOf(['p1']));
    expect(given.ageMs).toBe(result.ageMs);
  });

  test('is counted as found once, and what is asked for as missed once', async () => {
    await using core = await startRemembering();
    await core.remember('p1');
    const operation = core.open();
    operation.takeAnswer(needOf(['p1']));
    await isAsked(core, operation.takeAnswer(needOf(['p2'])));
    expect(core.answers.counts.question).toMatchObject({ hits: 1, misses: 1 });
  });

  test('is waited for once the operation asks for something: the others are looked for together', async () => {
    await using core = await startRemembering();
    await core.remember('p1');
    const operation = core.open();
    const asked = operation.takeAnswer(needOf(['p2']));
    const later = operation.takeAnswer(needOf(['p1']));
    expect([isAtOnce(asked), isAtOnce(later)]).toEqual([false, false]);
    const { result } = await core.finish(Promise.all([asked, later]));
    expect(result.map(idsOf)).toEqual([documentsOf(['p2']), documentsOf(['p1'])]);
    expect(result.map(({ ageMs }) => ageMs === null)).toEqual([true, false]);
  });

  test('is waited for beyond the first hundred, and is the same', async () => {
    await using core = await startRemembering();
    await core.remember('p1');
    const operation = core.open();
    const given = Array.from({ length: AT_ONCE + 1 }, () => operation.takeAnswer(needOf(['p1'])));
    expect(given.map(isAtOnce)).toEqual([...Array(AT_ONCE).fill(true), false]);
    const calls = await core.countCalls(async () => {
      const { result } = await core.finish(Promise.all(given));
      expect(new Set(result.map(({ items }) => items)).size).toBe(1);
    });
    expect(calls).toBe(0);
  });

  test('is not given to an operation that accepts none, or wants a newer one, or has other rights', async () => {
    await using core = await startRemembering();
    const { recent } = core;
    for (const how of [
      { freshness: FRESH },
      { freshness: { ...FRESH, maxAgeMs: 1 } },
      { recent: { ...recent, rightsKey: rightsKey('others') } },
    ]) {
      await core.remember('p1');
      await core.pass(10);
      expect(await isAsked(core, core.open(how).takeAnswer(needOf(['p1'])))).toBe(true);
    }
  });

  test('is given to none whose rights do not cover the need, whatever is remembered under their name', async () => {
    await using core = await startRemembering();
    await core.remember('p1', 'p2');
    const outcomes: NeedOutcome[] = [];
    const operation = core.open({
      rights: { ...ALL_RIGHTS, patients: new Set([identifierKey({ idType: 'MR', id: 'SYN-p2' })]) },
      onOutcome: (outcome) => outcomes.push(outcome),
    });
    expect(await outcomeOf(operation.load(needOf(['p1'])))).toBe('FORBIDDEN');
    const given = operation.takeAnswer(needOf(['p2']));
    expect(isAtOnce(given) && idsOf(given)).toEqual(documentsOf(['p2']));
    expect(outcomes.map(({ items }) => items?.length ?? null)).toEqual([null, documentsOf(['p2']).length]);
  });

  test('is not given once the operation is over, or has had too many needs', async () => {
    await using core = await startRemembering();
    await core.remember('p1', 'p2');
    const gone = new Error('gone');
    const over = core.open({ signal: AbortSignal.abort(gone) });
    await expect(over.loadAnswer(needOf(['p1']))).rejects.toBe(gone);
    const spent = core.open({ bounds: { maxNeeds: 0, maxCalls: 1, limits: LIMITS } });
    expect(await outcomeOf(spent.load(needOf(['p1'])))).toBe('BAD_USER_INPUT');
    expect(await outcomeOf(spent.load(needOf(['p2'])))).toBe('BAD_USER_INPUT');
  });
});

test('counts against LIMIT_NEEDS as if all were looked for together: what a later need contains counts no more', async () => {
  await using core = await startRemembering();
  const narrow = ['Photo', 'Consent Form', 'Wound Photo'].map((type) =>
    needOf(['p1'], { documentTypes: [type] }),
  );
  const broad = needOf(['p1']);
  // The newest answer that contains a question is the one that it finds.
  for (const need of [broad, ...narrow]) {
    await core.finish(core.open({ freshness: FRESH }).load(need));
    await core.pass(10);
  }
  const load = async (maxNeeds: number, ...needs: (typeof broad)[]) => {
    const operation = core.open({ bounds: { maxNeeds, maxCalls: 0, limits: LIMITS } });
    const { result } = await core.finish(Promise.all(needs.map((need) => outcomeOf(operation.load(need)))));
    return result.includes('BAD_USER_INPUT');
  };
  const calls = await core.countCalls(async () => {
    expect(await load(3, ...narrow)).toBe(false);
    expect(await load(2, ...narrow)).toBe(true);
    expect(await load(1, ...narrow, broad)).toBe(false);
    expect(await load(3, ...narrow, broad)).toBe(false);
  });
  expect(calls).toBe(0);
});

describe('what is heard of it', () => {
  test('fields that load the same receive the same list; a need that names another patient too has a list of its own', async () => {
    await using core = await startRemembering();
    // Of p9 there is no document.
    await core.remember('p1', 'p9');
    const outcomes: NeedOutcome[] = [];
    const operation = core.open({ onOutcome: (outcome) => outcomes.push(outcome) });
    for (const names of [['p1'], ['p1', 'p9'], ['p9', 'p1'], ['p9']]) {
      expect(isAtOnce(operation.takeAnswer(needOf(names)))).toBe(true);
    }
    const [ofOne, ofBoth, again, ofNone] = outcomes.map(({ items }) => items);
    expect(again).toBe(ofBoth);
    expect(ofOne).not.toBe(ofBoth);
    expect(ofOne).toEqual(ofBoth);
    expect(ofNone).toEqual([]);
    expect(outcomes.every(({ ageMs, error }) => ageMs !== null && error === null)).toBe(true);
  });
});
