/** The indexes of matching find all whom an item may be for, and give what trying everyone would give. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indexByAnchor } from '../../../src/media/matching/anchor-index.ts';
import { matchItem } from '../../../src/media/matching/match.ts';
import { PatientIndex } from '../../../src/media/matching/patient-index.ts';
import type { Box } from '../../../src/media/model/box.ts';
import { patientKey } from '../../../src/media/model/keys.ts';
import { createBox } from '../../../src/media/model/need.ts';
import type { Identifier, Item } from '../../../src/redox/messages.ts';
import { CASES } from '../../support/cases.ts';
import { distributeAtOnce } from '../../support/distribute.ts';
import { SILENT_ITEM } from '../../support/silent-item.ts';

const id = fc.constantFrom('1', '01', '2', 'a', ' A');
const identifiers = fc.uniqueArray(fc.record({ id, idType: fc.constantFrom('MR', 'EHRID', 'Site') }), {
  minLength: 1,
  maxLength: 3,
  selector: ({ id: one, idType }) => `${idType} ${one}`,
});
const text = fc.constantFrom('v', ' V', '7', '07', 'w');
const item: fc.Arbitrary<Item> = fc
  .record({
    identifiers: fc.oneof({ arbitrary: identifiers, weight: 4 }, fc.constant([])),
    visitNumber: fc.option(text),
    documentType: fc.option(text),
    documentId: fc.option(text),
  })
  .map((stated) => ({ ...SILENT_ITEM, ...stated }));

const ANCHORS = ['patients', 'visitNumbers', 'documentIds'] as const;

const listOf = <T>(arbitrary: fc.Arbitrary<T>, isListed: boolean): fc.Arbitrary<T[] | null> =>
  isListed
    ? fc.array(arbitrary, { minLength: 1, maxLength: 2 })
    : fc.option(fc.array(arbitrary, { minLength: 1, maxLength: 2 }));

/** Needs that all list one dimension, and perhaps others, and the call that asks for all that they ask for. */
const merged = fc.constantFrom(...ANCHORS).chain((anchor) =>
  fc
    .array(
      fc.record({
        patients: anchor === 'patients' ? listOf(identifiers, true) : fc.constant(null),
        visitNumbers: listOf(text, anchor === 'visitNumbers'),
        documentIds: listOf(text, anchor === 'documentIds'),
        documentTypes: listOf(text, false),
      }),
      { minLength: 1, maxLength: 12 },
    )
    .map((needs) => ({
      needs: needs.map((lists) => ({ box: createBox(lists) })),
      callBox: createBox({ [anchor]: needs.flatMap((lists): readonly unknown[] => lists[anchor] ?? []) }),
    })),
);

test('no need that an item may be for is left out', () => {
  fc.assert(
    fc.property(merged, fc.array(item, { maxLength: 8 }), ({ needs, callBox }, items) => {
      const candidatesOf = indexByAnchor(needs, callBox);
      for (const one of items) {
        const candidates = new Set<object>(candidatesOf(one));
        const possible = needs.filter(({ box }) => matchItem(one, box, callBox) !== 'no');
        expect(possible.filter((need) => !candidates.has(need))).toEqual([]);
      }
    }),
    { numRuns: CASES },
  );
});

test('each need is given what a reply to it alone, matched by itself, would give', () => {
  fc.assert(
    fc.property(merged, fc.array(item, { maxLength: 8 }), ({ needs, callBox }, items) => {
      const { results } = distributeAtOnce({ items, unreadable: 0 }, needs, callBox);
      for (const need of needs) {
        const alone = distributeAtOnce({ items, unreadable: 0 }, [need], callBox).results.get(need);
        expect(results.get(need)?.items).toEqual(alone?.items);
      }
    }),
    { numRuns: CASES },
  );
});

describe('by the values that a call lists', () => {
  const items = { visits: { visitNumber: 'V-1' }, documents: { documentId: 'V-1' } };
  test.each(['visits', 'documents'] as const)('only those who ask for one of %s are tried', (dimension) => {
    const boxOf = (...values: string[]): Box => ({ ...createBox({}), [dimension]: new Set(values) });
    const [first, second, both] = [
      { box: boxOf('V-1') },
      { box: boxOf('V-2') },
      { box: boxOf('V-1', 'V-2') },
    ];
    const candidatesOf = indexByAnchor([first, second, both], boxOf('V-1', 'V-2'));
    const stated: Item = { ...SILENT_ITEM, ...items[dimension] };
    expect([...candidatesOf(stated)]).toEqual([first, both]);
  });
});

describe('by what the needs of one patient list beside it', () => {
  const PATIENT = { id: '1', idType: 'MR' };
  const isOfPatient = { ...SILENT_ITEM, identifiers: [PATIENT] };
  const callBox = createBox({ patients: [[PATIENT]] });
  const needOf = (lists: object) => ({ box: createBox({ patients: [[PATIENT]], ...lists }) });

  test.each([
    ['visitNumbers', 'visitNumber'],
    ['documentTypes', 'documentType'],
    ['documentIds', 'documentId'],
  ] as const)('of 99 lists of %s, those alone are tried that hold what an item states', (list, member) => {
    const needs = Array.from({ length: 99 }, (_, at) => needOf({ [list]: [`v${at}`, `w${at}`] }));
    const candidatesOf = indexByAnchor([...needs, needOf({})], callBox);
    const tried = (stated: string | null) => [...candidatesOf({ ...isOfPatient, [member]: stated })].length;
    expect(tried('V7 ')).toBe(2);
    expect(tried('another')).toBe(1);
    expect(tried(null)).toBe(100);
    expect(tried(' ')).toBe(100);
  });

  test('up to 3 of a patient are tried as they are found, and of 4 those alone that hold what an item states', () => {
    const needs = ['a', 'b', 'c', 'd'].map((visit) => needOf({ visitNumbers: [visit] }));
    const item = { ...isOfPatient, visitNumber: 'b' };
    expect([...indexByAnchor(needs.slice(0, 3), callBox)(item)]).toEqual(needs.slice(0, 3));
    expect([...indexByAnchor(needs, callBox)(item)]).toEqual([needs[1]]);
  });

  test('a need whose values are loosely equal is tried once', () => {
    const needs = ['a', 'b', 'c', 'd'].map((visit) =>
      needOf({ visitNumbers: [visit, ` ${visit.toUpperCase()} `] }),
    );
    expect([...indexByAnchor(needs, callBox)({ ...isOfPatient, visitNumber: 'b' })]).toEqual([needs[1]]);
  });

  test('of two lists, the one is looked at by which fewer are tried', () => {
    const needs = ['a', 'b', 'c', 'd'].flatMap((visit) =>
      ['1', '2', '3', '4', '5', '6', '7'].map((id) => needOf({ visitNumbers: [visit], documentIds: [id] })),
    );
    const stated = { ...isOfPatient, visitNumber: 'b', documentId: '7' };
    const tried = (item: Item) => [...indexByAnchor(needs, callBox)(item)].length;
    expect(tried(stated)).toBe(4);
    expect(tried({ ...stated, documentId: null })).toBe(7);
    expect(tried({ ...stated, visitNumber: null })).toBe(4);
  });

  test('lists of more than 8 values each are not looked at where the patient, or a shorter list, tells needs apart', () => {
    const values = (of: number, count: number) => Array.from({ length: count }, (_, at) => `${of}-${at}`);
    const tried = (count: number, types: string[] | null, box = callBox) => {
      const patients = box === callBox ? {} : { patients: null };
      const needs = [0, 1, 2, 3].map((of) =>
        needOf({ ...patients, documentIds: values(of, count), documentTypes: types }),
      );
      return [...indexByAnchor(needs, box)({ ...isOfPatient, documentId: '1-0', documentType: 'photo' })]
        .length;
    };
    expect(tried(8, null)).toBe(1);
    expect(tried(9, null)).toBe(4);
    const ofAll = createBox({ documentTypes: ['photo'] });
    expect(tried(9, null, ofAll)).toBe(1);
    expect(tried(8, ['photo'], ofAll)).toBe(1);
    expect(tried(9, ['photo'], ofAll)).toBe(4);
  });

  test('a long list is indexed when nothing else tells needs apart', () => {
    const values = (of: number) => Array.from({ length: 500 }, (_, at) => `${of}-${at}`);
    const needs = [0, 1, 2].map((of) => ({ box: createBox({ documentIds: values(of) }) }));
    const candidatesOf = indexByAnchor(needs, createBox({ documentIds: [0, 1, 2].flatMap(values) }));
    expect([...candidatesOf({ ...isOfPatient, documentId: '1-499' })]).toEqual([needs[1]]);
  });
});

describe('by whom an item names', () => {
  const needOf = (...ids: string[]) => ({
    box: createBox({ patients: ids.map((one) => [{ id: one, idType: 'MR' }]) }),
  });
  const [first, second, both, third] = [needOf('1'), needOf('2'), needOf('1', '2'), needOf('3')];
  const callBox = needOf('1', '2', '3').box;
  const candidatesOf = indexByAnchor([first, second, both, third], callBox);
  const naming = (...ids: string[]): Item => ({
    ...SILENT_ITEM,
    identifiers: ids.map((one) => ({ id: one, idType: 'MR' })),
  });

  test('those alone are tried who ask for that patient, each once', () => {
    expect([...candidatesOf(naming('1'))]).toEqual([first, both]);
    expect([...candidatesOf(naming('1', '2'))]).toEqual([first, both, second]);
    expect([...candidatesOf(naming('9'))]).toEqual([]);
  });

  test('all are tried where it names none, or was attributed to one', () => {
    expect([...candidatesOf(naming())]).toEqual([first, second, both, third]);
    const attributed: Item = { ...naming('9'), attributedTo: [{ id: '1', idType: 'MR' }] };
    expect([...candidatesOf(attributed)]).toEqual([first, second, both, third]);
  });

  test('a lone need is tried with every item', () => {
    expect([...indexByAnchor([first], first.box)(naming('9'))]).toEqual([first]);
  });

  test('needs of any patient are tried beside them, by what else they list', () => {
    const [inV, inW] = ['V', 'W'].map((visit) => ({ box: createBox({ visitNumbers: [visit] }) }));
    const tried = (item: Item) => [
      ...indexByAnchor(
        [first, second, inV, inW].filter((one) => one !== undefined),
        callBox,
      )(item),
    ];
    expect(tried({ ...naming('2'), visitNumber: 'W' })).toEqual([second, inW]);
    expect(tried({ ...naming('9'), visitNumber: 'V' })).toEqual([inV]);
    expect(tried({ ...naming(), visitNumber: 'V' })).toEqual([first, second, inV]);
    expect([
      ...indexByAnchor(
        [inV, inW].filter((one) => one !== undefined),
        callBox,
      )({ ...naming(), visitNumber: 'V' }),
    ]).toEqual([inV]);
  });
});

describe('by patients', () => {
  const mr = (one: string): Identifier => ({ id: one, idType: 'MR' });
  const ehr = (one: string): Identifier => ({ id: one, idType: 'EHRID' });
  const index = new PatientIndex<string>();
  index.add(patientKey([mr('1')]), 'first');
  index.add(patientKey([mr('2')]), 'second');
  index.add(patientKey([mr('3'), ehr('c')]), 'third');
  index.add(patientKey([ehr('d'), mr('4')]), 'fourth');

  test.each<[string, Identifier[], string[]]>([
    ['one identifier', [mr('1')], ['first']],
    ['the same but for zeros', [mr('001')], ['first']],
    ['an identifier of two types', [mr('3'), ehr('c')], ['third']],
    ['one of its two types', [mr('3')], ['third']],
    ['identifiers of two patients', [mr('1'), mr('2')], ['first', 'second']],
    ['an ID that no patient has', [mr('9')], []],
    [
      'a type that only some have: of the others nothing can be said',
      [ehr('d')],
      ['first', 'second', 'fourth'],
    ],
    ['a type that no patient has', [{ id: '1', idType: 'Site' }], ['first', 'second', 'third', 'fourth']],
    ['the ID of another type', [ehr('1'), mr('9')], []],
  ])('%s', (_, named, expected) => {
    expect([...index.candidatesOf(named)].toSorted()).toEqual(expected.toSorted());
  });

  test('are copied for no item: those of one are as they are kept, and those of several are put together once', () => {
    expect(index.candidatesOf([mr('9')])).toEqual(new Set());
    expect(index.candidatesOf([mr('1')])).toBe(index.candidatesOf([mr('1')]));
    const shared = [mr('1'), mr('2')];
    expect(index.candidatesOf(shared)).toBe(index.candidatesOf(shared));
  });

  test('of identifiers that are looked for again, also when a patient came in between', () => {
    const growing = new PatientIndex<string>();
    const named = [mr('1')];
    expect([...growing.candidatesOf(named)]).toEqual([]);
    growing.add(patientKey([mr('1')]), 'first');
    const found = growing.candidatesOf(named);
    expect([...found]).toEqual(['first']);
    // Found once, for all items that share their identifiers.
    expect(growing.candidatesOf(named)).toBe(found);
    growing.add(patientKey([mr('01')]), 'second');
    expect([...growing.candidatesOf(named)]).toEqual(['first', 'second']);
    expect([...growing.candidatesOf([mr('2')])]).toEqual([]);
  });
});
