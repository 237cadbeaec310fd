/** REDOX_ATTRIBUTION: what a call for one patient brought is that patient's when it is one person's, and else it is not told. */
import { describe, expect, test } from 'vitest';
import { attributeToLonePatient } from '../../../src/media/matching/attribute.ts';
import { matchPatients, namesPatientOf, patientsNamedBy } from '../../../src/media/matching/match.ts';
import { patientKey } from '../../../src/media/model/keys.ts';
import { createBox } from '../../../src/media/model/need.ts';
import type { Identifier, Item } from '../../../src/redox/messages.ts';
import { distributeAtOnce } from '../../support/distribute.ts';
import { SILENT_ITEM } from '../../support/silent-item.ts';

const mr = (id: string) => ({ id, idType: 'MR' });
const site = (id: string) => ({ id, idType: 'Site' });
const portal = (id: string) => ({ id, idType: 'Portal' });
const of = (...identifiers: Identifier[]): Item => ({ ...SILENT_ITEM, identifiers });
const P = createBox({ patients: [[mr('P')]] });
const attributed = (items: readonly Item[], box = P) =>
  attributeToLonePatient(items, box)?.map(({ attributedTo }) => attributedTo ?? null);

describe('items of a call for one patient', () => {
  test.each<[string, Item[], unknown]>([
    ['that name it stay as they are', [of(mr('P')), of(mr('P'), site('1'))], [null, null]],
    ['that name none stay as they are', [of(), of()], [null, null]],
    ['that are none', [], []],
    [
      'that name one person otherwise are its',
      [of(site('1')), of(site('1'), portal('2'))],
      [[mr('P')], [mr('P')]],
    ],
    [
      'of which some name it and share its other identifier',
      [of(mr('P'), site('1')), of(site('1'))],
      [[mr('P')], [mr('P')]],
    ],
    ['one of which names none: that one is not said to be its', [of(site('1')), of()], [[mr('P')], null]],
    ['that share no identifier are no patient’s', [of(site('1')), of(site('2'))], undefined],
    [
      'of which two share one and a third does not',
      [of(site('1'), portal('1')), of(site('1')), of(portal('1'))],
      undefined,
    ],
  ])('%s', (_, items, expected) => {
    expect(attributed(items)).toEqual(expected);
  });

  test('that the call did not ask for are left out of it', () => {
    const box = createBox({ patients: [[mr('P')]], documentIds: ['D'] });
    const asked = { ...of(site('1')), documentId: 'D' };
    const stray = { ...of(site('2')), documentId: 'E' };
    expect(attributed([asked, stray], box)).toEqual([[mr('P')], null]);
  });

  test('have all identifiers that the patient was asked for by', () => {
    const box = createBox({ patients: [[mr('P'), portal('p')]] });
    expect(attributed([of(site('1'))], box)).toEqual([expect.arrayContaining([mr('P'), portal('p')])]);
  });

  test.each([
    ['several patients', { patients: [[mr('P')], [mr('Q')]] }],
    ['all patients', { visitNumbers: ['V'] }],
    ['a patient without identifiers', { patients: [[]] }],
  ])('of a call for %s are no patient’s in particular', (_, lists) => {
    const items = [of(site('1'))];
    expect(attributeToLonePatient(items, createBox(lists))).toBe(items);
  });
});

describe('an item that was attributed', () => {
  const [item] = attributeToLonePatient([of(site('1'), mr('old'))], P) ?? [];
  const its = item ?? expect.fail('it was not attributed');

  test('is its patient’s, whatever else it says, and no other’s', () => {
    const [p, old] = [patientKey([mr('P')]), patientKey([mr('old')])];
    expect(namesPatientOf(its, new Set([p]))).toBe(true);
    expect(namesPatientOf(its, new Set([old]))).toBe(false);
    expect(patientsNamedBy(its, new Set([p, old]))).toEqual([p]);
    expect(patientsNamedBy(its, new Set([old]))).toEqual([]);
    expect(matchPatients(its, new Set([p]), new Set([p]))).toBe('yes');
  });
});

describe('a reply, where the destination is trusted', () => {
  const owner = { box: P };
  const reply = (...items: Item[]) =>
    distributeAtOnce({ items, unreadable: 1 }, [owner], P, { trustsLone: true });

  test('of one person is given', () => {
    const { results, unmatched } = reply(of(site('1')), of(site('1'), portal('2')));
    expect(results.get(owner)?.items).toHaveLength(2);
    expect(results.get(owner)?.settlement).toBe('settled');
    expect(unmatched).toBe(1);
  });

  test('of one person is given to all who wait for it, also where it names the patient by another number', () => {
    const all = { box: P };
    const photos = { box: createBox({ patients: [[mr('P')]], documentTypes: ['Photo'] }) };
    const photo = { ...of(site('1'), mr('old')), documentType: 'Photo' };
    const { results } = distributeAtOnce({ items: [photo], unreadable: 0 }, [all, photos], P, {
      trustsLone: true,
    });
    expect([...results.values()].map(({ items }) => items.length)).toEqual([1, 1]);
  });

  test('of several persons is withheld whole, and counted', () => {
    const { results, unmatched, hasStrays, open } = reply(of(site('1')), of(site('2')));
    expect(results.get(owner)).toEqual({ items: [], settlement: 'unattributed' });
    expect({ unmatched, hasStrays, open }).toEqual({ unmatched: 3, hasStrays: true, open: 1 });
  });

  test('is withheld from a need that asks for less as well: a call for it alone may tell', () => {
    const photos = { box: createBox({ patients: [[mr('P')]], documentTypes: ['Photo'] }) };
    const items = [of(site('1')), of(site('2'))];
    const { results } = distributeAtOnce({ items, unreadable: 0 }, [photos], P, { trustsLone: true });
    expect(results.get(photos)).toEqual({ items: [], settlement: 'unsettled' });
  });

  test('is not trusted where the settings do not say so', () => {
    const { results } = distributeAtOnce({ items: [of(site('1'))], unreadable: 0 }, [owner], P);
    expect(results.get(owner)).toMatchObject({ settlement: 'unattributed' });
  });
});
