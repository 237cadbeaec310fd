/** Figure P3: whatever Redox does to its reply, no need is given an item that is not its own. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Box, toMediaQuery } from '../../../src/media/model/box.ts';
import { dropRepeats, itemKey } from '../../../src/media/model/item.ts';
import { planCalls } from '../../../src/media/planning/planner.ts';
import type { Item } from '../../../src/redox/messages.ts';
import { CASES } from '../../support/cases.ts';
import { distributeAtOnce } from '../../support/distribute.ts';
import {
  answerQuery,
  charts,
  identifiersOfPatient,
  needs,
  type RandomNeed,
  satisfies,
} from '../random-charts.ts';

const LIMITS = { patients: 1000, visits: 1000, documents: 1000 };

/** An item as it comes back, and the document it really is; null for a stranger's, whom nobody asked for. */
interface Returned {
  readonly item: Item;
  readonly truth: Item | null;
}

type Mischief =
  | 'keep'
  | 'drop'
  | 'repeat'
  | 'rename'
  | 'omit-patient'
  | 'omit-visit'
  | 'omit-type'
  | 'omit-document';
const mischiefs = fc.array(
  fc.constantFrom<Mischief>(
    ...([
      'keep',
      'keep',
      'keep',
      'drop',
      'repeat',
      'rename',
      'omit-patient',
      'omit-visit',
      'omit-type',
    ] as const),
    'omit-document',
  ),
  { minLength: 24, maxLength: 24 },
);
const omissions = mischiefs.map((all) => all.map((one) => (one.startsWith('omit') ? one : 'keep')));

function distort({ item, truth }: Returned, mischief: Mischief): Returned[] {
  const changed = (change: Partial<Item>) => [{ item: { ...item, ...change }, truth }];
  if (mischief === 'drop') return [];
  if (mischief === 'repeat')
    return [
      { item, truth },
      { item, truth },
    ];
  if (mischief === 'omit-patient') return changed({ identifiers: [] });
  if (mischief === 'omit-visit') return changed({ visitNumber: null });
  if (mischief === 'omit-type') return changed({ documentType: null });
  if (mischief === 'omit-document') return changed({ documentId: null });
  const renamed = item.identifiers.map(({ id, idType }) => ({ id, idType: `${idType} of the site` }));
  return mischief === 'rename' ? changed({ identifiers: renamed }) : [{ item, truth }];
}

function isAskedBy(call: Box, mischief: Mischief): boolean {
  if (mischief === 'omit-patient') return call.patients !== 'all';
  if (mischief === 'omit-visit') return call.visits !== 'all';
  if (mischief === 'omit-type') return call.types !== 'all';
  return mischief === 'omit-document' && call.documents !== 'all';
}

/** A stranger's document that names its patient: like one of the chart, but of somebody who does not exist there. */
function strangerLike(item: Item, at: number): Returned {
  const identifiers = identifiersOfPatient(90 + at).map(({ id, idType }, nth) => {
    // The last one shares its ID, but not its type, with a patient of the chart.
    return nth === 2 ? { id: `SYN-${at % 5}`, idType: 'ELSEWHERE' } : { id, idType };
  });
  return { item: { ...item, identifiers }, truth: null };
}

/** Of every type that patients are asked by. */
const strangersIdentifiers = (at: number) =>
  identifiersOfPatient(200 + at).map(({ idType }) => ({ id: `nobody-${at}`, idType }));

interface LoadResult {
  readonly need: RandomNeed;
  readonly items: readonly Item[];
  readonly isSettled: boolean;
}

/** Plans, answers with mischief, and distributes: what each need got out of each call. */
function exchange(
  chart: readonly Item[],
  asked: readonly RandomNeed[],
  returned: (answer: Item[], call: Box) => Returned[],
): { given: LoadResult[]; truthOf: Map<Item, Item | null>; unmatched: number } {
  const truthOf = new Map<Item, Item | null>();
  const given: LoadResult[] = [];
  let unmatched = 0;
  const parts = asked.map((owner) => ({ owner, box: owner.box }));
  for (const { box, parts: settled } of planCalls(parts, LIMITS)) {
    const answer = returned(answerQuery(chart, toMediaQuery(box)), box);
    for (const { item, truth } of answer) truthOf.set(item, truth);
    const owners = [...new Set(settled.map(({ owner }) => owner))];
    const items = dropRepeats(answer.map(({ item }) => item));
    const distribution = distributeAtOnce({ items, unreadable: 0 }, owners, box);
    unmatched += distribution.unmatched;
    for (const [need, { items: own, settlement }] of distribution.results) {
      given.push({ need, items: own, isSettled: settlement === 'settled' });
    }
  }
  return { given, truthOf, unmatched };
}

describe('an answer that was shuffled, thinned, repeated, renamed, stripped and mixed with unmatched', () => {
  test('gives no need an item that does not satisfy it, and no other patient’s item to any', () => {
    fc.assert(
      fc.property(charts, needs, mischiefs, fc.integer({ min: 0, max: 23 }), (chart, asked, what, turn) => {
        const { given, truthOf } = exchange(chart, asked, (answer) => {
          const unmatched = chart.slice(0, 3).map(strangerLike);
          const turned = [...answer.slice(turn), ...answer.slice(0, turn)];
          const items = turned.flatMap((item, at) =>
            distort({ item: { ...item }, truth: item }, what[at] ?? 'keep'),
          );
          return [...unmatched, ...items];
        });
        for (const { need, items } of given) {
          for (const item of items) {
            const truth = truthOf.get(item);
            expect(truth && satisfies(truth, need.lists)).toBe(true);
          }
        }
      }),
      { numRuns: CASES },
    );
  });

  test('gives a settled need all its items, however much they leave unsaid of what the call asked by', () => {
    fc.assert(
      fc.property(charts, needs, omissions, (chart, asked, what) => {
        const { given, truthOf } = exchange(chart, asked, (answer, call) =>
          answer.flatMap((item, at) => {
            const mischief = what[at] ?? 'keep';
            // Unsaid where the call did not ask by it, it is taken for what it says: a document without a visit.
            return distort({ item: { ...item }, truth: item }, isAskedBy(call, mischief) ? mischief : 'keep');
          }),
        );
        for (const { need, items, isSettled } of given) {
          // A repeat cannot be told from a document that lost its DocumentID, so documents are counted by their truth.
          const got = items.flatMap((item) => truthOf.get(item) ?? []);
          const parts = given.filter((one) => one.need === need);
          if (!isSettled || parts.length > 1) continue;
          const expected = chart.filter((one) => satisfies(one, need.lists));
          expect(got.map(itemKey).sort()).toEqual(expected.map(itemKey).sort());
        }
      }),
      { numRuns: CASES },
    );
  });

  test('counts every unmatched item that names a patient', () => {
    fc.assert(
      fc.property(charts, needs, (chart, asked) => {
        const byPatient = asked.filter(({ lists }) => lists.patients);
        fc.pre(byPatient.length > 0 && chart.length > 0);
        let sent = 0;
        const { given, unmatched, truthOf } = exchange(chart, byPatient, (answer) => {
          const more = chart.map((item, at) => ({
            item: { ...item, documentId: null, identifiers: strangersIdentifiers(at) },
            truth: null,
          }));
          sent += more.length;
          return [...answer.map((item) => ({ item, truth: item })), ...more];
        });
        expect(unmatched).toBe(sent);
        for (const { items } of given) for (const item of items) expect(truthOf.get(item)).not.toBeNull();
      }),
      { numRuns: CASES },
    );
  });
});
