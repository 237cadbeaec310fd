/** What is worked out of the lists of a need, for thousands of items: once, and whatever it is for. */
import { describe, expect, test } from 'vitest';
import { distribute } from '../../../src/media/matching/distribute.ts';
import { matchDocument, matchPatients, patientsNamedBy } from '../../../src/media/matching/match.ts';
import type { Box } from '../../../src/media/model/box.ts';
import { type PatientKey, patientKey } from '../../../src/media/model/keys.ts';
import { createBox } from '../../../src/media/model/need.ts';
import type { Identifier, Item } from '../../../src/redox/messages.ts';
import { CountingSet } from '../../support/counting-set.ts';
import { distributeAtOnce } from '../../support/distribute.ts';
import { SILENT_ITEM } from '../../support/silent-item.ts';

const mr = (id: string): Identifier => ({ id, idType: 'MR' });
const ehr = (id: string): Identifier => ({ id, idType: 'EHRID' });
const numbers = (count: number) => Array.from({ length: count }, (_, at) => String(at + 1));
const of = (...identifiers: Identifier[]): Item => ({ ...SILENT_ITEM, identifiers });

describe('a list of 100 patients', () => {
  const patients = () => new CountingSet<PatientKey>(numbers(100).map((id) => patientKey([mr(id)])));

  test('is read once for all items that name none of them', () => {
    const asked = patients();
    const items = numbers(50).map((id) => of(mr(`other ${id}`)));
    const verdicts = items.map((item) => matchPatients(item, asked, asked));
    expect(new Set(verdicts)).toEqual(new Set(['no']));
    // Once for those of several identifiers, once for the index, and one look for each item.
    expect(asked.looks).toBe(100 + 100 + 50);
  });

  test('is looked at once for items that share their list of identifiers', () => {
    const asked = patients();
    const [item, another] = [of(mr('1')), of(mr('1'))];
    for (let at = 0; at < 50; at++) expect(matchPatients({ ...item }, asked, asked)).toBe('yes');
    expect(asked.looks).toBe(1);
    expect(matchPatients(another, asked, asked)).toBe('yes');
    expect(asked.looks).toBe(2);
  });
});

test('a list of 100 values is read once for all that items state otherwise', () => {
  const visits = new CountingSet(numbers(100));
  const box: Box = { ...createBox({}), visits };
  for (const id of numbers(50)) {
    expect(matchDocument({ ...SILENT_ITEM, visitNumber: `V-${id}` }, box, box)).toBe('no');
  }
  expect(visits.looks).toBe(100 + 50);
});

describe('the patients whom an item names', () => {
  const patients = new Set([[mr('1')], [mr('2')], [mr('1'), ehr('a')], [mr('2'), ehr('a')]].map(patientKey));

  test.each<[string, Identifier[], Identifier[][]]>([
    ['by one identifier', [mr('1')], [[mr('1')]]],
    ['by that and by both of another', [mr('1'), ehr('a')], [[mr('1')], [mr('1'), ehr('a')]]],
    ['by none', [mr('3')], []],
    ['by one of two', [ehr('a')], []],
    ['where it names two', [mr('1'), mr('2')], [[mr('1')], [mr('2')]]],
  ])('%s, each once', (_, identifiers, expected) => {
    expect(patientsNamedBy(of(...identifiers), patients)).toEqual(expected.map(patientKey));
  });
});

describe('thousands of items', () => {
  const owner = { box: createBox({ visitNumbers: ['V'] }) };
  const pausesOf = (count: number, owners = [owner]) => {
    const items = Array.from({ length: count }, () => ({ ...SILENT_ITEM, visitNumber: 'V' }));
    return [...distribute({ items, unreadable: 0 }, owners, owner.box)].length;
  };

  test('are given with a pause after each 2,000 trials, of which each item is one, and each need that it is tried with', () => {
    expect(pausesOf(1000)).toBe(0);
    expect(pausesOf(1001)).toBe(1);
    expect(pausesOf(2002)).toBe(2);
    expect(pausesOf(500, [owner, { ...owner }, { ...owner }])).toBe(0);
    expect(pausesOf(501, [owner, { ...owner }, { ...owner }])).toBe(1);
  });

  test('are all given, in their order', () => {
    const items = numbers(5000).map((documentId) => ({ ...SILENT_ITEM, documentId, visitNumber: 'V' }));
    const { results } = distributeAtOnce({ items, unreadable: 0 }, [owner], owner.box);
    expect(results.get(owner)?.items).toEqual(items);
  });
});
