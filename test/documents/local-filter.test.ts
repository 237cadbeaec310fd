/** Filters that Redox does not have: each member of one counts wherever a filter does. */
import { describe, expect, test } from 'vitest';
import { readDateTime } from '../../src/documents/date-time.ts';
import {
  filterKey,
  isNoFilter,
  type LocalFilter,
  passesLocalFilter,
  passesNothing,
} from '../../src/documents/local-filter.ts';
import { SILENT_ITEM } from '../support/silent-item.ts';

const NONE: LocalFilter = { fileTypes: null, created: null, serviced: null };
const from2020 = { from: readDateTime('2020-01-01'), to: null };

/** For each member a filter with that member alone. The type makes a further member stand here, too. */
const EACH: Readonly<Record<keyof LocalFilter, LocalFilter>> = {
  fileTypes: { ...NONE, fileTypes: new Set(['PDF']) },
  created: { ...NONE, created: from2020 },
  serviced: { ...NONE, serviced: from2020 },
};

describe.each(Object.entries(EACH))('a filter by %s alone', (_, filter) => {
  test('is a filter, and leaves out a document that does not say it', () => {
    expect(isNoFilter(filter)).toBe(false);
    expect(passesLocalFilter(SILENT_ITEM, filter)).toBe(false);
  });
});

test('no two of them, nor none, have one key: a cursor of one list fits no other', () => {
  const filters = [NONE, ...Object.values(EACH), { ...NONE, fileTypes: new Set<string>() }];
  expect(new Set(filters.map((filter) => JSON.stringify(filterKey(filter)))).size).toBe(filters.length);
});

test('the order of a list, and a span without bounds, make no other filter', () => {
  const keyOf = (filter: Partial<LocalFilter>) => filterKey({ ...NONE, ...filter });
  expect(keyOf({ fileTypes: new Set(['a', 'b']) })).toEqual(keyOf({ fileTypes: new Set(['b', 'a']) }));
  expect(keyOf({ created: { from: null, to: null } })).toEqual(keyOf({}));
});

test('an empty list passes nothing, and no list passes all', () => {
  expect(passesNothing({ ...NONE, fileTypes: new Set() })).toBe(true);
  expect([NONE, ...Object.values(EACH)].filter(passesNothing)).toEqual([]);
  expect([isNoFilter(NONE), passesLocalFilter(SILENT_ITEM, NONE)]).toEqual([true, true]);
});
