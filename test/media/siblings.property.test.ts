/**
 * The answer to a field depends on the question and the chart alone: never on what stands beside it, on other callers, or
 * on what was loaded before, or is remembered; whatever items leave unsaid, and however loosely the destination matches.
 */

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ParsedQuery, RawItem } from '../../sandbox/sandbox.ts';
import type { MediaLoader } from '../../src/media/loader.ts';
import { destinationAlias, rightsKey } from '../../src/media/model/keys.ts';
import { createNeed, type NeedLists } from '../../src/media/model/need.ts';
import { FRESH } from '../../src/media/recent/freshness.ts';
import { RecentAnswers } from '../../src/media/recent/recent-answers.ts';
import type { Item } from '../../src/redox/messages.ts';
import { CASES } from '../support/cases.ts';
import { startCore, type TestCore } from '../support/core.ts';
import { startSkippingClock } from '../support/skipping-clock.ts';
import { charts, needs, satisfies } from './random-charts.ts';

/** What an item says, of what is true of it: some of its identifiers, and which of its other members. */
interface Utterance {
  readonly identifiers: readonly boolean[];
  readonly omitted: readonly ('Visit' | 'DocumentType' | 'DocumentID')[];
  readonly spelling: number;
}

const often = fc.constantFrom(true, true, true, false);
const utterances = fc.array(
  fc.record({
    identifiers: fc.oneof(
      { weight: 4, arbitrary: fc.constant([true, true, true]) },
      fc.constant([false, false, false]),
      fc.array(often, { minLength: 3, maxLength: 3 }),
    ),
    omitted: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      fc.subarray<Utterance['omitted'][number]>(['Visit', 'DocumentType', 'DocumentID']),
    ),
    spelling: fc.nat(3),
  }),
  { minLength: 24, maxLength: 24 },
);

/** A value as a destination may spell it that takes all these for one. */
const SPELLINGS: readonly ((value: string) => string)[] = [
  (value) => value,
  (value) => value.toUpperCase(),
  (value) => ` ${value} `,
  (value) => `0${value.toLowerCase()}`,
];
const spell = (value: string, how: number) => (SPELLINGS[how] ?? String)(value);
/** What is one to such a destination. */
const plain = (value: string) => value.trim().toLowerCase().replace(/^0+/, '');

const respelt = (lists: NeedLists, how: number): NeedLists => {
  const all = (values: readonly string[] | null | undefined) => values?.map((value) => spell(value, how));
  return {
    ...lists,
    visitNumbers: all(lists.visitNumbers),
    documentTypes: all(lists.documentTypes),
    documentIds: all(lists.documentIds),
  };
};

const asPlain = (item: Item): Item => ({
  ...item,
  visitNumber: item.visitNumber && plain(item.visitNumber),
  documentType: item.documentType && plain(item.documentType),
  documentId: item.documentId && plain(item.documentId),
});

function say(item: Item, { identifiers, omitted, spelling }: Utterance, isLoose: boolean): RawItem {
  const say = (value: string | null) => value && spell(value, isLoose ? spelling : 0);
  const named = item.identifiers.filter((_, at) => identifiers[at]);
  const raw = {
    Patient: { Identifiers: named.map(({ id, idType }) => ({ ID: id, IDType: idType })) },
    Visit: { VisitNumber: say(item.visitNumber) },
    DocumentType: say(item.documentType),
    DocumentID: say(item.documentId),
    DocumentDescription: item.documentDescription,
  };
  return { raw: { ...raw, ...Object.fromEntries(omitted.map((name) => [name, undefined])) } };
}

const scenarios = fc.record({
  chart: charts.map((items) => items.map((item, at) => ({ ...item, documentDescription: `document ${at}` }))),
  utterances,
  isLoose: fc.boolean(),
  isCut: fc.boolean(),
  /** Each with how it spells its lists, where the destination is loose. */
  first: fc.array(fc.tuple(needs, fc.nat(3)), { minLength: 1, maxLength: 1 }),
  others: fc.array(fc.tuple(needs, fc.nat(3)), { maxLength: 1 }),
  later: fc.array(fc.tuple(needs, fc.nat(3)), { maxLength: 1 }),
});
type Scenario = typeof scenarios extends fc.Arbitrary<infer T> ? T : never;

const listsOf = (group: Scenario['first'], isLoose: boolean): NeedLists[] =>
  group.flatMap(([asked, how]) => asked.map(({ lists }) => (isLoose ? respelt(lists, how) : lists)));

let core: TestCore;
/** The same Redox's answers, by a gateway that cuts lists of more than two. */
let cutting: TestCore;
const clock = startSkippingClock();
beforeAll(async () => {
  core = await startCore({ sandbox: { charts: [], maxRecordedCalls: 10 }, clock });
  const settings = { BATCH_MAX_PATIENTS: '2', MAX_CALLS_PER_OPERATION: '1000' };
  cutting = await startCore({ sandbox: { charts: [], maxRecordedCalls: 10 }, clock, settings });
});
afterAll(async () => {
  await core[Symbol.asyncDispose]();
  await cutting[Symbol.asyncDispose]();
});

/** The documents that the operation is given for a need, by what they are; or the code of its error. */
async function load(operation: MediaLoader, lists: NeedLists): Promise<string> {
  try {
    const items = await operation.load(createNeed(destinationAlias('general'), lists));
    return items
      .map(({ documentDescription }) => documentDescription ?? '')
      .sort()
      .join();
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'crashed';
  }
}

test('every need of random operations over random charts gets what it gets alone', async () => {
  await fc.assert(
    fc.asyncProperty(scenarios, async ({ chart, utterances, isLoose, isCut, first, others, later }) => {
      clock.skipDay();
      for (const { redox } of [core, cutting]) {
        redox.answer = (query) => answer(query, { chart, utterances, isLoose });
      }
      const asked = isCut ? cutting : core;
      const answers = new RecentAnswers({ recentMs: 120_000, maxBytes: 1_000_000, clock });
      const recent = { answers, rightsKey: rightsKey('all'), expiresAt: Number.POSITIVE_INFINITY };
      const [mine, theirs] = [asked.openOperation({ recent }), asked.openOperation({ recent })];
      const firstLists = listsOf(first, isLoose);
      const othersLists = listsOf(others, isLoose);
      const laterLists = listsOf(later, isLoose);
      const all = [...firstLists, ...othersLists, ...laterLists, ...laterLists, ...firstLists];
      const together = await Promise.all([
        ...firstLists.map((lists) => load(mine, lists)),
        ...othersLists.map((lists) => load(theirs, lists)),
      ]);
      together.push(...(await Promise.all(laterLists.map((lists) => load(mine, lists)))));
      // What others asked may answer what is asked next, also by an operation that asks for the same and for more.
      const next = asked.openOperation({ recent, freshness: { ...FRESH, maxAgeMs: 120_000 } });
      together.push(...(await Promise.all([...laterLists, ...firstLists].map((lists) => load(next, lists)))));
      clock.skipDay();
      const alone: string[] = [];
      for (const lists of all) alone.push(await load(core.openOperation(), lists));
      expect(together).toEqual(alone);
    }),
    { numRuns: CASES },
  );
}, 600_000);

function answer(
  { patients, visitNumbers, documentTypes, documentIds }: ParsedQuery,
  { chart, utterances, isLoose }: Pick<Scenario, 'chart' | 'utterances' | 'isLoose'>,
): RawItem[] {
  const query = { patients, visitNumbers, documentTypes, documentIds } as NeedLists;
  const isAnswer = (item: Item) =>
    isLoose
      ? satisfies(asPlain(item), {
          patients: query.patients,
          visitNumbers: query.visitNumbers?.map(plain),
          documentTypes: query.documentTypes?.map(plain),
          documentIds: query.documentIds?.map(plain),
        })
      : satisfies(item, query);
  return chart.flatMap((item, at) => {
    const utterance = utterances[at];
    return utterance && isAnswer(item) ? [say(item, utterance, isLoose)] : [];
  });
}
