/** The order of documents is total: any two of them have their places, and cursors keep them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compareToPosition,
  DEFAULT_ORDER,
  firstInOrder,
  type Order,
  type OrderField,
  placeInOrder,
  placeInSteps,
  positionOf,
  prepareTies,
} from '../../src/documents/order.ts';
import type { Item } from '../../src/redox/messages.ts';
import { finishAtOnce } from '../../src/time-slices.ts';
import { CASES } from '../support/cases.ts';
import { countWork } from '../support/count-work.ts';
import { SILENT_ITEM } from '../support/silent-item.ts';

const dateTime = fc.option(
  fc.oneof(
    fc.constantFrom(
      ...['2026', '2026-03', '202603', '2026-03-04', '20260304', '20260304-0500', '2026-03-04T00:00Z'],
      ...['20260304000000', '2026-03-04T24:00Z', '2026-03-04T23:59:60Z', '2026-03-05T00:00:00.0000001Z'],
      ...['2026-03-04t19:00:00-05', '2026-03-04T05:30+0530', '2026-03-04T00:00', 'soon', '', '2026-02-30'],
    ),
    fc
      .date({ min: new Date('2026-03-03'), max: new Date('2026-03-06'), noInvalidDate: true })
      .map((date) => date.toISOString()),
    fc.stringMatching(/^2026-?03-?0[45][T ]?[0-2]\d:?[0-5]\d([+-]0[0-9]:?[03]0|Z)?$/),
  ),
  { nil: null },
);
const text = fc.option(fc.constantFrom('', 'a', 'b', 'B', 'ä'), { nil: null });
const item: fc.Arbitrary<Item> = fc.record({
  identifiers: fc.constantFrom([], [{ id: 'SYN-a', idType: 'MR' }]),
  visitNumber: fc.constant(null),
  documentId: fc.option(fc.constantFrom('d-1', 'd-2'), { nil: null }),
  documentType: text,
  documentDescription: fc.constant(null),
  fileType: fc.constant(null),
  fileName: text,
  creationDateTime: dateTime,
  serviceDateTime: dateTime,
  contents: fc.constant({ kind: 'none' as const }),
});
const order: fc.Arbitrary<Order> = fc.record({
  field: fc.constantFrom<OrderField>('SERVICE_DATE_TIME', 'CREATION_DATE_TIME', 'DOCUMENT_TYPE', 'FILE_NAME'),
  direction: fc.constantFrom('ASC' as const, 'DESC' as const),
});

test('any documents stand in one order, whatever order they came in, and every position is the place of one', () => {
  fc.assert(
    fc.property(
      fc.array(item, { maxLength: 14 }),
      order,
      fc.infiniteStream(fc.nat()),
      (items, by, random) => {
        const placed = placeInOrder(items, by);
        const shuffled = items
          .map((one) => ({ one, key: random.next().value }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ one }) => one);
        const again = placeInOrder(shuffled, by);
        expect(again.map((one) => positionOf(one))).toEqual(placed.map((one) => positionOf(one)));
        for (const [at, one] of placed.entries()) {
          const position = positionOf(one);
          const sides = placed.map((other) => Math.sign(compareToPosition(other, position, by)));
          // Documents that are equal in all they say, their id included, share a place.
          const isTwin = (other: number) =>
            JSON.stringify(positionOf(placed[other] ?? one)) === JSON.stringify(position);
          expect(sides).toEqual(placed.map((_, other) => (isTwin(other) ? 0 : Math.sign(other - at))));
        }
      },
    ),
    { numRuns: CASES },
  );
});

const equal = (count: number): Item[] =>
  Array.from({ length: count }, (_, at) => ({
    identifiers: [{ id: 'SYN-a', idType: 'MR' }],
    visitNumber: null,
    documentId: 'SYN-d',
    documentType: null,
    documentDescription: null,
    fileType: null,
    fileName: String(at),
    creationDateTime: null,
    serviceDateTime: null,
    contents: { kind: 'none' },
  }));

test('documents that are equal in what they are sorted by cost a fingerprint each, not one for each comparison', async () => {
  // Nothing but fingerprints looks at identifiers here.
  const workFor = (count: number) =>
    countWork(
      () => expect(placeInOrder(equal(count), DEFAULT_ORDER)).toHaveLength(count),
      ['src/media/model/keys.ts'],
    );
  expect(await workFor(3000)).toBeLessThan(15 * (await workFor(300)));
});

test('thousands of them are prepared in steps', () => {
  expect([...prepareTies(equal(3500), DEFAULT_ORDER)]).toHaveLength(3);
});

test('sorted in steps, they are in the same order as when they are sorted at once, and the first is found without sorting', () => {
  const text = fc.constantFrom('a', 'b', 'c');
  const items = fc.array(
    fc
      .record({ documentId: fc.option(text), fileName: fc.option(text), documentType: fc.option(text) })
      .map((stated): Item => ({ ...SILENT_ITEM, ...stated })),
    { maxLength: 40 },
  );
  const orders = fc.record({
    field: fc.constantFrom('FILE_NAME', 'DOCUMENT_TYPE', 'SERVICE_DATE_TIME'),
    direction: fc.constantFrom('ASC', 'DESC'),
  } as const);
  fc.assert(
    fc.property(items, orders, fc.integer({ min: 1, max: 9 }), (list, order, atOnce) => {
      const sorted = placeInOrder(list, order);
      expect(finishAtOnce(placeInSteps(list, order, atOnce))).toEqual(sorted);
      expect(firstInOrder(list, order)).toEqual(sorted[0]);
    }),
    { numRuns: CASES },
  );
});

test('thousands are sorted in steps of a thousand', () => {
  // Three to prepare, four runs, and three for each of the two rounds in which those become one.
  expect([...placeInSteps(equal(3500), DEFAULT_ORDER)].length).toBeGreaterThanOrEqual(12);
});
