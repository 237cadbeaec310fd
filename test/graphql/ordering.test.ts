/** The order of documents: by any field, in either direction, missing last, total. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChartDocument } from '../../sandbox/sandbox.ts';
import { fewerCases } from '../support/cases.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { askWell, chartDocument } from '../support/own-chart.ts';
import { askPage } from '../support/pages.ts';

let gateway: TestGateway;
let documents: readonly ChartDocument[] = [];
beforeAll(async () => {
  gateway = await startTestGateway({ charts: [], answer: () => documents });
});
afterAll(() => gateway.close());

/** Oldest first, no two of them one moment. Months and years begin with their first day. */
const DATES = [
  '2025',
  '2025-12',
  '20251231',
  '20251231181500-0500',
  '2025-12-31T23:59:59.999Z',
  '2025-12-31T23:59:60Z',
  '2026-01-01',
  '2026-01-01T00:00:00.000001Z',
  '2026-01-01T00:00:00.001Z',
  '2026-01-01T02:00:00+01:00',
  '2026-01-01T02:00:00',
  '2026-01-01T00:00:00-04:00',
  '2026-01-01T23:30:00-04:00',
  '2026-01-02T04:00:00Z',
];
/** The last of them in other spellings. */
const TIES = ['20260102040000', '2026-01-01T23:00:00.000-05:00', '2026-01-02t04:00'];
/** No dates, however much they look like some. */
const GARBAGE = [
  'soon',
  '2026-02-30',
  '2026-13-01',
  '20261301',
  '01/01/2026',
  '2026-01-01T25:00:00Z',
  '',
  '1767225600000',
  null,
  undefined,
];
const TEXTS = ['', ' a', 'A', 'B', 'a', 'a ', 'aa', 'b', 'Ä', '😀'];

type Field = 'SERVICE_DATE_TIME' | 'CREATION_DATE_TIME' | 'DOCUMENT_TYPE' | 'FILE_NAME';
const MEMBERS = {
  SERVICE_DATE_TIME: 'serviceDateTime',
  CREATION_DATE_TIME: 'creationDateTime',
  DOCUMENT_TYPE: 'documentType',
  FILE_NAME: 'fileName',
} as const;

async function descriptionsBy(field: Field, direction: 'ASC' | 'DESC'): Promise<string[]> {
  const { nodes } = await askPage(gateway, { orderBy: { field, direction } });
  return nodes.map(({ documentDescription }) => documentDescription ?? '');
}

const documentsWith = (field: Field, values: readonly (string | null | undefined)[]) =>
  values.map((value, at) =>
    chartDocument('a', {
      documentId: `doc-${at}`,
      documentType: null,
      documentDescription: `${value}`,
      [MEMBERS[field]]: value,
    }),
  );

describe.each(['SERVICE_DATE_TIME', 'CREATION_DATE_TIME'] as const)('%s', (field) => {
  test('orders moments, not texts; what is no date comes last in both directions', async () => {
    documents = documentsWith(field, [...GARBAGE, ...DATES].reverse());
    const rank = (texts: readonly string[]) => texts.map((text) => DATES.indexOf(text));
    const ascending = rank(await descriptionsBy(field, 'ASC'));
    const descending = rank(await descriptionsBy(field, 'DESC'));
    const lost = GARBAGE.map(() => -1);
    expect(ascending).toEqual([...DATES.keys(), ...lost]);
    expect(descending).toEqual([...[...DATES.keys()].reverse(), ...lost]);
  });
});

describe.each(['DOCUMENT_TYPE', 'FILE_NAME'] as const)('%s', (field) => {
  test('orders character by character; missing ones come last in both directions', async () => {
    documents = documentsWith(field, [null, ...TEXTS, undefined].reverse());
    expect(await descriptionsBy(field, 'ASC')).toEqual([...TEXTS, 'undefined', 'null']);
    expect(await descriptionsBy(field, 'DESC')).toEqual([...[...TEXTS].reverse(), 'undefined', 'null']);
  });
});

test('the default is the newest service first, and a field without a direction its greatest first', async () => {
  documents = documentsWith('SERVICE_DATE_TIME', DATES.slice(0, 3));
  const question = (args: string) =>
    `{ patient(identifiers: [{ value: "SYN-a", idType: "MR" }]) { media${args} { nodes { serviceDateTime } } } }`;
  const newestFirst = DATES.slice(0, 3)
    .reverse()
    .map((serviceDateTime) => ({ serviceDateTime }));
  for (const args of ['', '(orderBy: null)', '(orderBy: { field: SERVICE_DATE_TIME })']) {
    expect(await askWell(gateway, question(args))).toEqual({ patient: { media: { nodes: newestFirst } } });
  }
});

test('any chart is ordered the same way whatever order it came in, and never against the field', async () => {
  const date = fc.option(fc.constantFrom(...DATES, ...TIES, 'soon'), { nil: null });
  const text = fc.option(fc.constantFrom(...TEXTS), { nil: undefined });
  const chart = fc.array(
    fc.record({
      documentId: fc.option(fc.constantFrom('doc-1', 'doc-2'), { nil: null }),
      documentType: text,
      fileName: text,
      serviceDateTime: date,
      creationDateTime: date,
    }),
    { maxLength: 12 },
  );
  const order = fc.record({
    field: fc.constantFrom<Field>('SERVICE_DATE_TIME', 'CREATION_DATE_TIME', 'DOCUMENT_TYPE', 'FILE_NAME'),
    direction: fc.constantFrom<'ASC' | 'DESC'>('ASC', 'DESC'),
  });
  await fc.assert(
    fc.asyncProperty(chart, order, async (fields, { field, direction }) => {
      const all = fields.map((one, at) => chartDocument('a', { ...one, documentDescription: `${at}` }));
      documents = all;
      const once = await descriptionsBy(field, direction);
      documents = [...all].reverse();
      expect(await descriptionsBy(field, direction)).toEqual(once);
      const values = once.map((at) => sortValue(all[Number(at)], field));
      for (const [at, value] of values.slice(1).entries())
        expect(isInOrder(values[at], value, direction)).toBe(true);
    }),
    { numRuns: fewerCases(5) },
  );
});

/** Of a date, where it stands among `DATES`. */
function sortValue(document: ChartDocument | undefined, field: Field): string | number | null {
  const value = document?.[MEMBERS[field]] ?? null;
  if (value === null || field === 'DOCUMENT_TYPE' || field === 'FILE_NAME') return value;
  if (TIES.includes(value)) return DATES.length - 1;
  return DATES.includes(value) ? DATES.indexOf(value) : null;
}

function isInOrder(
  a: string | number | null | undefined,
  b: string | number | null,
  direction: string,
): boolean {
  if (b === null || a === undefined) return true;
  return a !== null && (direction === 'ASC' ? a <= b : a >= b);
}
