/** Needs that name no patients, in the reply of a call for those alone whom their caller's rights name. */
import { expect, test } from 'vitest';
import type { Box } from '../../../src/media/model/box.ts';
import { createBox, type NeedLists } from '../../../src/media/model/need.ts';
import type { Item } from '../../../src/redox/messages.ts';
import { namesUpTo } from '../../support/core.ts';
import { CountingSet } from '../../support/counting-set.ts';
import { distributeAtOnce } from '../../support/distribute.ts';
import { SILENT_ITEM } from '../../support/silent-item.ts';

const itemOf = (name: string, fields: Partial<Item> = {}): Item => ({
  ...SILENT_ITEM,
  identifiers: [{ id: name, idType: 'MR' }],
  visitNumber: `V-${name}`,
  documentId: `D-${name}`,
  documentType: 'Photo',
  ...fields,
});
const NAMES = namesUpTo(100);
const byName = NAMES.map((name) => [{ id: name, idType: 'MR' }]);
const needOf = (lists: NeedLists) => ({ box: createBox(lists) });

/** Which documents each need is given. */
function give(needs: readonly { readonly box: Box }[], callBox: Box, items: readonly Item[]) {
  const { results } = distributeAtOnce({ items, unreadable: 0 }, needs, callBox);
  return needs.map((need) => {
    const result = results.get(need);
    return result?.settlement === 'settled'
      ? result.items.map(({ documentId }) => documentId)
      : result?.settlement;
  });
}

test('they take what satisfies them, whichever patient it names; the others of the call their own', () => {
  const patients = byName.slice(0, 2);
  const visitNumbers = ['V-p0', 'V-p1', 'V-p2'];
  const needs = [
    needOf({ visitNumbers: ['V-p0'] }),
    needOf({ visitNumbers: ['V-p1', 'V-p2'] }),
    needOf({ visitNumbers: ['V-p2'], documentIds: ['D-p2'] }),
    needOf({ patients: byName.slice(0, 1), visitNumbers: ['V-p0'] }),
  ];
  const items = ['p0', 'p1', 'p2'].map((name) => itemOf(name));
  const nameless = itemOf('p1', { identifiers: [], documentId: 'D-nameless' });
  expect(give(needs, createBox({ patients, visitNumbers }), [...items, nameless])).toEqual([
    ['D-p0'],
    ['D-p1', 'D-p2', 'D-nameless'],
    ['D-p2'],
    ['D-p0'],
  ]);
});

test('by documents, and by no more than their types, too', () => {
  const patients = byName.slice(0, 2);
  const needs = [
    needOf({ documentIds: ['D-p0'] }),
    needOf({ documentTypes: ['Photo'] }),
    needOf({ patients }),
  ];
  const items = ['p0', 'p1'].map((name) => itemOf(name));
  expect(give(needs, createBox({ patients }), items)).toEqual([['D-p0'], ['D-p0', 'D-p1'], ['D-p0', 'D-p1']]);
});

test('of a hundred such needs, each item is offered to those of its visit', () => {
  const lists = NAMES.map((name) => new CountingSet([`V-${name}`]));
  const needs = lists.map((visits) => ({ box: { ...needOf({}).box, visits } }));
  const callBox = createBox({ visitNumbers: NAMES.map((name) => `V-${name}`), patients: byName });
  const items = NAMES.map((name) => itemOf(name));
  const { patients } = callBox;
  const partOf = ({ box }: { readonly box: Box }) => ({ ...box, patients });
  const { results } = distributeAtOnce({ items, unreadable: 0 }, needs, callBox, { partOf });
  expect([...results.values()].map((result) => result.items.map(({ documentId }) => documentId))).toEqual(
    NAMES.map((name) => [`D-${name}`]),
  );
  // A few for each need, not one for each item.
  const looks = lists.reduce((sum, list) => sum + list.looks, 0);
  expect(looks).toBeLessThan(10 * NAMES.length);
});
