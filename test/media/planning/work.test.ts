/**
 * How much work planning is, in looks at the lists of the needs: as with `plan-quality.test.ts`, a change of the planner states its
 * numbers here.
 */
import { expect, test } from 'vitest';
import { createBox } from '../../../src/media/model/need.ts';
import { planCalls } from '../../../src/media/planning/planner.ts';
import { CountingSet } from '../../support/counting-set.ts';

const LIMITS = { patients: 1000, visits: 1000, documents: 1000 };

type Lists = Partial<Record<'visits' | 'types' | 'documents', CountingSet<string>>>;

function measure(needs: readonly Lists[]) {
  const parts = needs.map((owner) => ({ owner, box: { ...createBox({}), ...owner } }));
  const calls = planCalls(parts, LIMITS).length;
  const looks = needs.flatMap(Object.values<CountingSet<string>>).reduce((sum, list) => sum + list.looks, 0);
  return { calls, looksPerNeed: Math.round(looks / needs.length) };
}

const list = (...values: string[]) => new CountingSet(values);
const times = (count: number, needAt: (at: number) => Lists) =>
  Array.from({ length: count }, (_, at) => needAt(at));
/** They differ in both lists: none merge. */
const different = (count: number) =>
  times(count, (at) => ({ visits: list(`v${at}`), types: list(`t${at}`) }));

test.each<[string, readonly Lists[], calls: number, looksPerNeed: number]>([
  ['one need: once, as its plan can be no better', [{ visits: list('a', 'b') }], 1, 4],
  [
    'needs that become one call: no other order is tried',
    times(30, (at) => ({ visits: list(`v${at % 5}`), types: list(`t${Math.floor(at / 5)}`) })),
    1,
    6,
  ],
  [
    'needs with one list in common, along the other alone',
    times(30, (at) => ({ visits: list(`v${at}`), types: list('t') })),
    1,
    6,
  ],
  ['20 calls, in two orders, each compared with all, and all of it once more', different(20), 20, 172],
  ['21 calls, once', different(21), 21, 90],
  ['40 calls, each compared with all', different(40), 40, 166],
  ['41 calls, not compared', different(41), 41, 8],
  ['200 needs, in two orders', different(200), 200, 8],
  ['201 needs, in one', different(201), 201, 6],
  [
    'needs with a third list in common, in no order that begins with it',
    times(30, (at) => ({ visits: list(`v${at}`), types: list(`t${at}`), documents: list('d') })),
    30,
    131,
  ],
])('%s', (_, needs, calls, looksPerNeed) => {
  expect(measure(needs)).toEqual({ calls, looksPerNeed });
});
