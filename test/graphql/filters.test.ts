/** Filters: what Redox does not have is applied here, exactly, and together with what goes upstream. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChartDocument } from '../../sandbox/sandbox.ts';
import { fewerCases } from '../support/cases.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { askWell, chartDocument } from '../support/own-chart.ts';

const charts: ChartDocument[] = [
  ['day', '2026-03-04', 'PDF'],
  ['start', '2026-03-04T00:00:00Z', 'PDF'],
  ['noon', '2026-03-04T12:00:00.000Z', 'pdf'],
  ['offset', '2026-03-04T22:00:00-04:00', 'PDF'],
  ['bare', '2026-03-04T23:59:59.999', 'TXT'],
  ['next', '2026-03-05', null],
  ['garbage', 'yesterday', 'PDF'],
  ['missing', null, 'PDF'],
  ['hl7', '20260304235500-0500', 'TXT'],
  ['month', '2026-03', null],
].map(([documentId, dateTime, fileType], at) =>
  chartDocument('a', {
    documentId,
    fileType,
    visitNumber: at % 2 === 0 ? 'V-even' : 'V-odd',
    documentType: at < 4 ? 'Photo' : 'Consent Form',
    creationDateTime: dateTime,
    serviceDateTime: dateTime,
  }),
);

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ charts });
});
afterAll(() => gateway.close());

type Answer = { totalCount: number; nodes: { documentId: string }[] };
const SELECTION = '{ totalCount nodes { documentId } }';

/** The documents that pass a filter, in chart order; the same through patient, visits and search. */
async function passing(filter: Record<string, unknown>): Promise<string[]> {
  const data = await askWell<{
    patient: { media: Answer };
    even: { media: Answer };
    odd: { media: Answer };
    search: Answer;
  }>(
    gateway,
    `query ($filter: MediaFilter, $search: MediaSearchFilter!) {
      patient(identifiers: [{ value: "SYN-a", idType: "MR" }]) { media(filter: $filter) ${SELECTION} }
      even: visit(visitNumber: "V-even") { media(filter: $filter) ${SELECTION} }
      odd: visit(visitNumber: "V-odd") { media(filter: $filter) ${SELECTION} }
      search: mediaSearch(filter: $search) ${SELECTION} }`,
    { filter, search: { ...filter, patients: [{ identifiers: [{ value: 'SYN-a', idType: 'MR' }] }] } },
  );
  const inChartOrder = (answers: Answer[]) => {
    const ids = answers.flatMap(({ nodes }) => nodes.map(({ documentId }) => documentId));
    expect(answers.reduce((sum, { totalCount }) => sum + totalCount, 0)).toBe(ids.length);
    return charts.flatMap(({ documentId }) => ids.filter((id) => id === documentId));
  };
  const found = inChartOrder([data.patient.media]);
  expect(inChartOrder([data.search])).toEqual(found);
  expect(inChartOrder([data.even.media, data.odd.media])).toEqual(found);
  return found;
}

const ALL = charts.map(({ documentId }) => documentId ?? '');

describe.each(['created', 'serviced'])('%s', (name) => {
  test.each<[string, Record<string, unknown> | null, string[]]>([
    ['absent lets all pass', null, ALL],
    ['without ends lets all pass', {}, ALL],
    ['with null ends lets all pass', { from: null, to: null }, ALL],
    [
      'a day long takes what is written of that day',
      { from: '2026-03-04', to: '2026-03-05' },
      ['day', 'start', 'noon', 'offset', 'bare', 'hl7', 'month'],
    ],
    [
      "a day long in the caller's offset",
      { from: '2026-03-04T00:00-05:00', to: '2026-03-05T00:00-05:00' },
      ['day', 'noon', 'offset', 'bare', 'hl7', 'month'],
    ],
    [
      'from is inclusive',
      { from: '2026-03-04T12:00:00Z' },
      ['day', 'noon', 'offset', 'bare', 'next', 'hl7', 'month'],
    ],
    [
      'from is exact to the millisecond',
      { from: '2026-03-04T12:00:00.001Z' },
      ['day', 'offset', 'bare', 'next', 'hl7', 'month'],
    ],
    ['to is exclusive', { to: '2026-03-04T12:00:00Z' }, ['day', 'start', 'month']],
    [
      'offsets count',
      { from: '2026-03-05T01:00:00+00:00', to: '2026-03-04T22:00:00.001-04:00' },
      ['offset', 'month'],
    ],
    [
      'without an offset means UTC',
      { from: '2026-03-04T23:59:59.999', to: '2026-03-05T00:00:00' },
      ['day', 'bare', 'month'],
    ],
    ['of no length holds nothing', { from: '2026-03-04', to: '2026-03-04' }, []],
    ['of no length within a day holds nothing', { from: '2026-03-04T12:00Z', to: '2026-03-04T12:00Z' }, []],
  ])('%s', async (_, range, expected) => {
    expect(await passing({ [name]: range })).toEqual(expected);
  });
});

describe('fileTypes', () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    ['are compared exactly', { fileTypes: ['PDF'] }, ['day', 'start', 'offset', 'garbage', 'missing']],
    ['are alternatives', { fileTypes: ['pdf', 'TXT', 'TXT'] }, ['noon', 'bare', 'hl7']],
    ['never match a document without one', { fileTypes: ['null', 'JPG'] }, []],
    ['null is no filter', { fileTypes: null }, ALL],
    ['[] matches nothing', { fileTypes: [] }, []],
    ['are joint with types', { fileTypes: ['PDF'], documentTypes: ['Photo'] }, ['day', 'start', 'offset']],
    ['are joint with dates', { fileTypes: ['PDF'], serviced: { from: '2026-03-05T00:00Z' } }, ['offset']],
    [
      'are joint with ids and dates',
      { documentIds: ['day', 'next', 'noon'], created: { to: '2026-03-05' } },
      ['day', 'noon'],
    ],
    [
      'are joint with visits',
      { visitNumbers: ['V-odd'], fileTypes: ['PDF'] },
      ['start', 'offset', 'missing'],
    ],
  ])('%s', async (_, filter, expected) => {
    expect(await passing(filter)).toEqual(expected);
  });
});

test.each(['fileTypes', 'visitNumbers', 'documentTypes', 'documentIds'])(
  '%s: [] costs no call',
  async (name) => {
    expect(await gateway.countCalls(() => passing({ [name]: [] }))).toBe(0);
  },
);

test('created and serviced are different dates', async () => {
  gateway.redox.answer = () => [
    chartDocument('a', { documentId: 'day', creationDateTime: '2026-01-01', serviceDateTime: '2025-01-01' }),
  ];
  const question = `{ patient(identifiers: [{ value: "SYN-a", idType: "MR" }]) {
    created: media(filter: { created: { from: "2026-01-01" } }) { totalCount }
    serviced: media(filter: { serviced: { from: "2026-01-01" } }) { totalCount } } }`;
  try {
    expect(await askWell(gateway, question)).toEqual({
      patient: { created: { totalCount: 1 }, serviced: { totalCount: 0 } },
    });
  } finally {
    gateway.redox.answer = undefined;
  }
});

/** Bounds from the earliest on: the documents with a date at it or behind it, and those with one before it. */
const BOUNDS: [string, string[], string[]][] = [
  ['2026-03-04', ['day', 'start', 'noon', 'offset', 'bare', 'next', 'hl7', 'month'], ['month']],
  [
    '2026-03-04T12:00:00Z',
    ['day', 'noon', 'offset', 'bare', 'next', 'hl7', 'month'],
    ['day', 'start', 'month'],
  ],
  [
    '2026-03-05T05:30:00+05:30',
    ['offset', 'next', 'hl7', 'month'],
    ['day', 'start', 'noon', 'bare', 'next', 'month'],
  ],
  [
    '2026-03-05T02:00:00Z',
    ['offset', 'next', 'hl7', 'month'],
    ['day', 'start', 'noon', 'bare', 'next', 'month'],
  ],
  ['2027-01-01', [], ['day', 'start', 'noon', 'offset', 'bare', 'next', 'hl7', 'month']],
];

interface Span {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

const printed = (span: Span | undefined) =>
  span && {
    from: span.from === undefined ? undefined : BOUNDS[span.from]?.[0],
    to: span.to === undefined ? undefined : BOUNDS[span.to]?.[0],
  };

function isWithin({ from, to }: Span, id: string): boolean {
  if (from !== undefined && from === to) return false;
  const [, atOrBehind = ALL] = BOUNDS[from ?? -1] ?? [];
  const [, , before = ALL] = BOUNDS[to ?? -1] ?? [];
  return atOrBehind.includes(id) && before.includes(id);
}

test('any filter lets exactly those pass that every part of it lets pass', async () => {
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const bound = maybe(fc.nat({ max: BOUNDS.length - 1 }));
  const range = fc
    .record({ from: bound, to: bound })
    .filter(({ from, to }) => from === undefined || to === undefined || from <= to);
  const some = (...values: string[]) => maybe(fc.subarray(values));
  const filters = fc.record({
    fileTypes: some('PDF', 'TXT', 'pdf'),
    documentTypes: some('Photo', 'Consent Form', 'Other'),
    documentIds: some(...ALL),
    visitNumbers: some('V-even', 'V-odd', 'V-none'),
  });
  const isIn = (list: string[] | undefined, value: string | null | undefined) =>
    list === undefined || (typeof value === 'string' && list.includes(value));
  await fc.assert(
    fc.asyncProperty(filters, maybe(range), maybe(range), async (filter, created, serviced) => {
      const expected = charts.filter(
        (one) =>
          isIn(filter.fileTypes, one.fileType) &&
          isIn(filter.documentTypes, one.documentType) &&
          isIn(filter.documentIds, one.documentId) &&
          isIn(filter.visitNumbers, one.visitNumber) &&
          isWithin(created ?? { from: undefined, to: undefined }, one.documentId ?? '') &&
          isWithin(serviced ?? { from: undefined, to: undefined }, one.documentId ?? ''),
      );
      const found = await passing({ ...filter, created: printed(created), serviced: printed(serviced) });
      expect(found).toEqual(expected.map(({ documentId }) => documentId));
    }),
    { numRuns: fewerCases(5) },
  );
});
