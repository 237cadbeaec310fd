/** What one item is to one need, by the call that brought it: every row is a rule of docs/batching.md. */
import { describe, expect, test } from 'vitest';
import { matchItem, type Verdict } from '../../../src/media/matching/match.ts';
import { createBox, type NeedLists } from '../../../src/media/model/need.ts';
import type { Item } from '../../../src/redox/messages.ts';
import { distributeAtOnce } from '../../support/distribute.ts';
import { SILENT_ITEM } from '../../support/silent-item.ts';

const mr = (id: string) => ({ id, idType: 'MR' });
const ehr = (id: string) => ({ id, idType: 'EHRID' });
const boxOf = (lists: NeedLists) => createBox(lists);

describe('a visit, a type or a document id', () => {
  const dimensions = [
    ['visitNumbers', 'visitNumber'],
    ['documentTypes', 'documentType'],
    ['documentIds', 'documentId'],
  ] as const;
  const rows: [stated: string | null, asked: string[], claimed: string[] | null, Verdict][] = [
    // Stated exactly.
    ['A', ['A'], ['A'], 'yes'],
    ['A', ['A'], ['A', 'B'], 'yes'],
    ['A', ['A'], null, 'yes'],
    ['B', ['A'], ['A', 'B'], 'no'],
    ['B', ['A'], ['A'], 'no'],
    ['B', ['A'], null, 'no'],
    // Not stated: only a call that asked for nothing else vouches for it.
    [null, ['A'], ['A'], 'yes'],
    [null, ['A', 'B'], ['A'], 'yes'],
    [null, ['A'], ['A', 'B'], 'unknown'],
    [null, ['A'], null, 'unknown'],
    // Stated loosely.
    ['a', ['A'], ['A'], 'yes'],
    [' A ', ['A'], ['A'], 'yes'],
    ['A  b', ['a B'], ['a B'], 'yes'],
    ['42', ['0042'], ['0042'], 'yes'],
    ['0042', ['42'], ['42', '43'], 'yes'],
    ['a', ['A'], null, 'unknown'],
    ['a', ['A'], ['A', 'a'], 'unknown'],
    ['a', ['A'], ['A', ' a'], 'unknown'],
    ['a', ['A', ' a'], ['A', ' a'], 'yes'],
    ['402', ['42'], ['42'], 'no'],
    ['A-1', ['A1'], ['A1'], 'no'],
  ];
  test.each(rows)('that says %j, asked %j by a call for %j: %s', (stated, asked, claimed, verdict) => {
    for (const [list, member] of dimensions) {
      const patients = [[mr('P')]];
      const claim = boxOf({ patients, [list]: claimed });
      const item = { ...SILENT_ITEM, identifiers: [mr('P')], [member]: stated };
      expect(matchItem(item, boxOf({ patients, [list]: asked }), claim)).toBe(verdict);
    }
  });
});

test('what is there but cannot be read is no value that is asked for; blank, it is not stated', () => {
  const box = boxOf({ visitNumbers: ['V'], documentTypes: ['T'], documentIds: ['D'] });
  expect(matchItem(SILENT_ITEM, box, box)).toBe('yes');
  expect(matchItem({ ...SILENT_ITEM, documentType: ' ' }, box, box)).toBe('yes');
  for (const member of ['visitNumber', 'documentType', 'documentId'] as const) {
    expect(matchItem({ ...SILENT_ITEM, unreadable: [member] }, box, box)).toBe('no');
  }
  const visit = boxOf({ visitNumbers: ['V'] });
  expect(matchItem({ ...SILENT_ITEM, unreadable: ['documentType', 'documentId'] }, visit, visit)).toBe('yes');
});

describe('a patient', () => {
  const p = [mr('P')];
  const both = [mr('P'), ehr('e')];
  const rows: [stated: Item['identifiers'], asked: Item['identifiers'], claimed: string, Verdict][] = [
    [p, p, 'asked', 'yes'],
    [[mr('P'), ehr('e')], p, 'asked', 'yes'],
    [[mr('P'), ehr('e')], both, 'more', 'yes'],
    [[], p, 'asked', 'yes'],
    [[], p, 'more', 'unknown'],
    [[], p, 'all', 'unknown'],
    // Another ID of an asked type is another patient's.
    [[mr('Q')], p, 'asked', 'no'],
    [[mr('Q'), ehr('e')], p, 'all', 'no'],
    [[mr('Q'), ehr('e')], both, 'asked', 'no'],
    // Other types prove nothing, nor does a part of what was asked, nor an ID that differs in blanks or zeros.
    [[ehr('e')], p, 'asked', 'unknown'],
    [[ehr('e')], p, 'more', 'unknown'],
    [[{ id: 'P', idType: 'MRN' }], p, 'all', 'unknown'],
    [[{ id: 'P', idType: 'mr' }], p, 'asked', 'unknown'],
    [[mr('P')], both, 'asked', 'unknown'],
    [[mr('00P')], p, 'asked', 'unknown'],
    [[mr(' p')], p, 'more', 'unknown'],
    // One of several IDs of a type is enough for it not to be provably another's.
    [[mr('Q'), mr('00P')], p, 'asked', 'unknown'],
  ];
  test.each(rows)('named by %j, asked by %j, in a call for %s: %s', (stated, asked, claimed, verdict) => {
    const claims = { asked: [asked], more: [asked, [mr('R')]], all: null };
    const claim = boxOf({ patients: Reflect.get(claims, claimed), documentIds: ['D'] });
    const item = { ...SILENT_ITEM, identifiers: stated, documentId: 'D' };
    expect(matchItem(item, boxOf({ patients: [asked], documentIds: ['D'] }), claim)).toBe(verdict);
  });
});

describe('what a reply settles', () => {
  const P = boxOf({ patients: [[mr('P')]] });
  const PQ = boxOf({ patients: [[mr('P')], [mr('Q')]] });
  const of = (...identifiers: Item['identifiers']): Item => ({ ...SILENT_ITEM, identifiers });
  const settle = (items: Item[], box: typeof P, claim: typeof P, unreadable = 0) =>
    distributeAtOnce({ items, unreadable }, [{ box }], claim).results.values().next().value;

  test.each<[string, Item[], number, string, number]>([
    ['nothing', [], 0, 'settled', 0],
    ['its own', [of(mr('P'))], 0, 'settled', 1],
    ['its own and another patient’s', [of(mr('P')), of(mr('Q'))], 0, 'settled', 1],
    ['its own and what cannot be read', [of(mr('P'))], 1, 'settled', 1],
    ['its own and what names no patient', [of(mr('P')), of()], 0, 'settled', 2],
    ['what names no patient, which is its own, and what cannot be read', [of()], 1, 'settled', 1],
    ['its own and what names other types', [of(mr('P')), of(ehr('e'))], 0, 'unattributed', 0],
    ['what names no patient, and another patient’s', [of(), of(mr('Q'))], 0, 'unattributed', 0],
    ['another patient’s only', [of(mr('Q'))], 0, 'unattributed', 0],
    ['other types only', [of(ehr('e'))], 0, 'unattributed', 0],
    ['what cannot be read', [], 1, 'unattributed', 0],
  ])('for a lone call that brings %s', (_, items, unreadable, settlement, count) => {
    const result = settle(items, P, P, unreadable);
    expect(result?.settlement).toBe(settlement);
    if (settlement === 'settled') expect(result?.items).toHaveLength(count);
  });

  test.each<[string, Item[], number, string, number]>([
    ['nothing', [], 0, 'settled', 0],
    ['the other’s', [of(mr('Q'))], 0, 'settled', 0],
    ['a third patient’s', [of(mr('Q')), of(mr('R'))], 0, 'unsettled', 0],
    ['its own and a third patient’s', [of(mr('P')), of(mr('R'))], 0, 'settled', 1],
    ['what cannot be read', [of(mr('Q'))], 1, 'unsettled', 0],
    ['what names no patient', [of(mr('P')), of()], 0, 'unsettled', 0],
    ['what names other types', [of(mr('P')), of(ehr('e'))], 0, 'unsettled', 0],
  ])('for a merged call that brings %s', (_, items, unreadable, settlement, count) => {
    const result = settle(items, P, PQ, unreadable);
    expect(result?.settlement).toBe(settlement);
    if (settlement === 'settled') expect(result?.items).toHaveLength(count);
  });

  test('one of several patients who has nothing while unmatched’ documents come is not taken for one without documents', () => {
    expect(settle([of(mr('P'))], PQ, PQ)?.settlement).toBe('settled');
    expect(settle([of(mr('P')), of(mr('R'))], PQ, PQ)?.settlement).toBe('unattributed');
    expect(settle([of(mr('P')), of(mr('Q')), of(mr('R'))], PQ, PQ)?.settlement).toBe('settled');
    expect(settle([of(mr('P'))], PQ, PQ, 1)?.settlement).toBe('unattributed');
  });

  test.each<[string, Item[], number, object]>([
    ['nothing', [], 0, { unmatched: 0, hasStrays: false, open: 0 }],
    ['what is taken', [of(mr('P')), of(mr('Q'))], 0, { unmatched: 0, hasStrays: false, open: 0 }],
    [
      'other patients, one of them twice',
      [of(mr('R')), of(mr('R')), of(mr('S'))],
      0,
      { unmatched: 3, hasStrays: true, open: 2 },
    ],
    [
      'one other patient by two identifiers in any order',
      [of(mr('R'), mr('T')), of(mr('T'), mr('R'))],
      0,
      { unmatched: 2, hasStrays: true, open: 1 },
    ],
    [
      'items that name no patient: each may be another’s',
      [of(), of()],
      0,
      { unmatched: 0, hasStrays: false, open: 2 },
    ],
    ['what cannot be read', [of(mr('P'))], 2, { unmatched: 2, hasStrays: true, open: 2 }],
    ['what may be anybody’s', [of(ehr('e'))], 0, { unmatched: 0, hasStrays: true, open: 1 }],
  ])('the counts of a merged call that brings %s', (_, items, unreadable, counts) => {
    const waiting = [{ box: P }, { box: boxOf({ patients: [[mr('Q')]] }) }];
    const { unmatched, hasStrays, open } = distributeAtOnce({ items, unreadable }, waiting, PQ);
    expect({ unmatched, hasStrays, open }).toEqual(counts);
  });

  test('the empty pairs of patients and visits are no strays', () => {
    const pair = (id: string, visit: string) => boxOf({ patients: [[mr(id)]], visitNumbers: [visit] });
    const claim = boxOf({ patients: [[mr('P')], [mr('Q')]], visitNumbers: ['V', 'W'] });
    const cross = { ...of(mr('Q')), visitNumber: 'V' };
    const pairs = [{ box: pair('P', 'V') }, { box: pair('Q', 'W') }];
    const given = distributeAtOnce({ items: [cross], unreadable: 0 }, pairs, claim);
    expect([...given.results.values()].map(({ settlement }) => settlement)).toEqual(['settled', 'settled']);
    expect(given).toMatchObject({ hasStrays: false });
  });

  test('what the part of a need leaves open is settled where the item states what the whole need asks by', () => {
    const whole = { box: boxOf({ documentIds: ['D', 'd'] }) };
    const part = boxOf({ documentIds: ['D'] });
    const callBox = boxOf({ documentIds: ['D', 'd', 'E'] });
    const give = (item: Item, owner = whole) =>
      distributeAtOnce({ items: [item], unreadable: 0 }, [owner], callBox, { partOf: () => part });
    const taken = { ...SILENT_ITEM, documentId: 'd' };
    expect(give(taken).results.get(whole)).toEqual({ items: [taken], settlement: 'settled' });
    const open = { ...SILENT_ITEM, documentId: ' d' };
    expect(give(open).results.get(whole)?.settlement).toBe('unsettled');
    expect(give({ ...SILENT_ITEM, documentId: 'F' }).results.get(whole)?.items).toEqual([]);
    // A need that asks for the part alone: the item may be the other one's.
    const alone = { box: boxOf({ documentIds: ['D'] }) };
    expect(give(taken, alone).results.get(alone)?.settlement).toBe('unsettled');
  });

  test('a need of any patient takes what a call for some brings, whosever it is', () => {
    const owner = { box: boxOf({ visitNumbers: ['V'] }) };
    const callBox = boxOf({ patients: [[mr('P')], [mr('Q')]], visitNumbers: ['V'] });
    const items = [of(mr('P')), of(mr('R')), of()].map((item) => ({ ...item, visitNumber: 'V' }));
    const other = { box: boxOf({ patients: [[mr('Q')]], visitNumbers: ['V'] }) };
    const { results } = distributeAtOnce({ items, unreadable: 0 }, [owner, other], callBox);
    expect(results.get(owner)).toEqual({ items, settlement: 'settled' });
    expect(results.get(other)?.items).toEqual([]);
  });

  test('a call for a part of a need answers for that part alone', () => {
    const visits = boxOf({ patients: [[mr('P')]], visitNumbers: ['V-1', 'V-2'] });
    const oneVisit = boxOf({ patients: [[mr('P')]], visitNumbers: ['V-1'] });
    // Of the other part: a stray here, though the need asks for it too.
    expect(settle([{ ...SILENT_ITEM, visitNumber: 'V-2' }], visits, oneVisit)?.settlement).toBe(
      'unattributed',
    );
    expect(settle([{ ...SILENT_ITEM, visitNumber: 'V-1' }], visits, oneVisit)?.items).toHaveLength(1);
    // Also where the item says all: the call for the other part brings it.
    const [ofPart, ofOther] = ['V-1', 'V-2'].map((visitNumber) => ({ ...of(mr('P')), visitNumber }));
    expect(
      settle(
        [ofPart, ofOther].filter((one) => one !== undefined),
        visits,
        oneVisit,
      )?.items,
    ).toEqual([ofPart]);
  });

  test('a need of any patient that has something has all of it, though other documents came', () => {
    const ofVisit = boxOf({ visitNumbers: ['V'] });
    const [own, stray] = ['V', 'W'].map((visitNumber) => ({ ...of(mr('P')), visitNumber }));
    const items = [own, stray].filter((one) => one !== undefined);
    expect(settle(items, ofVisit, ofVisit)).toEqual({ items: [own], settlement: 'settled' });
    expect(settle(items.slice(1), ofVisit, ofVisit)?.settlement).toBe('unattributed');
  });
});

describe('items that share their list of identifiers', () => {
  const call = boxOf({ patients: [[mr('1')], [mr('2')]] });
  const needs = ['1', '2'].map((id) => boxOf({ patients: [[mr(id)]] }));
  const lists = [[mr('1')], [mr('2')], [ehr('9')]];

  test('are matched as those that do not, in whatever order they and the needs come', () => {
    for (const identifiers of [...lists, ...lists.toReversed()]) {
      for (const asked of [...needs, ...needs.toReversed()]) {
        const shared = [SILENT_ITEM, SILENT_ITEM].map((item) => ({ ...item, identifiers }));
        const own = { ...SILENT_ITEM, identifiers: structuredClone(identifiers) };
        const expected = matchItem(own, asked, call);
        expect(shared.map((item) => matchItem(item, asked, call))).toEqual([expected, expected]);
      }
    }
  });

  test('are told apart where one was attributed to a patient', () => {
    const [first = call, second = call] = needs;
    const identifiers = [ehr('9')];
    const attributed: Item = { ...SILENT_ITEM, identifiers, attributedTo: [mr('2')] };
    const verdictsOf = (asked: typeof call) =>
      [{ ...SILENT_ITEM, identifiers }, attributed, { ...SILENT_ITEM, identifiers }].map((item) =>
        matchItem(item, asked, call),
      );
    expect(verdictsOf(first)).toEqual(['unknown', 'unknown', 'unknown']);
    expect(verdictsOf(second)).toEqual(['unknown', 'yes', 'unknown']);
  });
});
