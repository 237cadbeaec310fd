/** The pages of a list are cut from the answer of its first page, while that is remembered; a cursor is of one list and one caller's rights. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChartDocument } from '../../sandbox/sandbox.ts';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from '../http/issuer.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { byRecordNumber, chartDocument } from '../support/own-chart.ts';
import { askPage, walkPages } from '../support/pages.ts';

const documentOf = (at: number, fields: Partial<ChartDocument> = {}) =>
  chartDocument('a', {
    documentId: `doc-${at}`,
    documentDescription: `${at}`,
    serviceDateTime: `2026-01-${10 + at}`,
    ...fields,
  });
/** In the default order: 9, 8, … 0. */
const ten = Array.from({ length: 10 }, (_, at) => documentOf(at));

/** A gateway, and what the destination answers next. */
async function startWithChart(settings: Record<string, string> = {}, clock = new FakeClock()) {
  const chart = { documents: ten as readonly ChartDocument[] };
  const options = { charts: [], answer: () => chart.documents, tokenLifetimeSeconds: 24 * 3600 };
  const gateway = await startTestGateway(options, settings, clock);
  return Object.assign(gateway, { chart, clock });
}

const shown = (pages: readonly { nodes: readonly { documentDescription: string | null }[] }[]) =>
  pages.map(({ nodes }) => nodes.map(({ documentDescription }) => documentDescription).join('')).join(' ');

describe('further pages', () => {
  test.each([false, true])(
    'cost no call, and are those of the first answer (backwards: %s)',
    async (backwards) => {
      await using gateway = await startWithChart();
      let pages: Awaited<ReturnType<typeof walkPages>> = [];
      const calls = await gateway.countCalls(async () => {
        pages = await walkPages(gateway, { backwards, size: 3 }, () => {
          gateway.chart.documents = [documentOf(0, { documentDescription: 'new' }), ...ten.slice(5)];
        });
      });
      expect(shown(pages)).toBe(backwards ? '9 876 543 210' : '987 654 321 0');
      expect(pages.map(({ totalCount }) => totalCount)).toEqual([10, 10, 10, 10]);
      expect(calls).toBe(1);
    },
  );

  test('are what the first answer held, whatever comes and goes meanwhile', async () => {
    await using gateway = await startWithChart();
    const how = fc.record({ backwards: fc.boolean(), size: fc.integer({ min: 1, max: 4 }) });
    await fc.assert(
      fc.asyncProperty(fc.nat(1023), how, fc.infiniteStream(fc.nat(1023)), async (first, walk, later) => {
        const chartOf = (seed: number) => ten.filter((_, at) => (seed >> at) & 1);
        gateway.chart.documents = chartOf(first);
        const pages = await walkPages(gateway, walk, () => {
          gateway.chart.documents = chartOf(later.next().value ?? 0);
        });
        const all = chartOf(first).map(({ documentDescription }) => documentDescription);
        expect(shown(pages).replaceAll(' ', '')).toBe(all.reverse().join(''));
      }),
      { numRuns: 25 },
    );
  });

  test('are read again once the answer is forgotten, and continue by position', async () => {
    await using gateway = await startWithChart();
    const first = await askPage(gateway, { first: 4 });
    gateway.chart.documents = ten.filter((_, at) => at !== 5);
    await gateway.clock.advance(120_000);
    const second = await askPage(gateway, { first: 3, after: first.pageInfo.endCursor });
    expect(shown([first, second])).toBe('9876 432');
    // That answer is remembered in its turn.
    gateway.chart.documents = [];
    const calls = await gateway.countCalls(async () => {
      expect(shown([await askPage(gateway, { after: second.pageInfo.endCursor })])).toBe('10');
    });
    expect(calls).toBe(0);
  });

  test('are read again for each where RECENT_SECONDS is 0, and cursors are then as they were', async () => {
    await using gateway = await startWithChart({ RECENT_SECONDS: '0' });
    const calls = await gateway.countCalls(() => walkPages(gateway, { backwards: false, size: 5 }));
    expect(calls).toBe(2);
    expect(await askPage(gateway, {})).toEqual(await askPage(gateway, {}));
  });

  test('are read again also where nothing new may be asked', async () => {
    await using gateway = await startWithChart();
    const first = await askPage(gateway, { first: 4 });
    await gateway.clock.advance(120_000);
    const only = { 'cache-control': 'only-if-cached' };
    const page = await askMedia(gateway, { after: first.pageInfo.endCursor }, only);
    expect(page.media?.nodes).toEqual([{ documentId: 'doc-5' }, { documentId: 'doc-4' }]);
    // What was read for the page is remembered; what was not is not asked for.
    expect((await askMedia(gateway, {}, only)).media?.totalCount).toBe(10);
    expect((await askMedia(gateway, { patient: byRecordNumber('b').identifiers }, only)).codes).toEqual([
      'UPSTREAM_UNAVAILABLE',
    ]);
  });

  test('are those of the first answer also where the operation asks Redox for something that contains them', async () => {
    await using gateway = await startWithChart();
    const ask = async (after: string | null) => {
      const { data } = await gateway.ask<{
        patient: { visits: readonly [Record<'media', MediaPage['patient']['media']>] };
      }>(
        `query ($after: String) { patient(identifiers: [{ value: "SYN-a", idType: "MR" }]) { visits {
          media(first: 4, after: $after) { asOf totalCount nodes { documentId } pageInfo { endCursor } } } } }`,
        { after },
      );
      return data?.patient.visits[0].media;
    };
    const first = await ask(null);
    gateway.chart.documents = ten.slice(0, 5);
    const second = await ask(first?.pageInfo.endCursor ?? null);
    expect(second?.totalCount).toBe(10);
    expect(second?.nodes).toEqual([5, 4, 3, 2].map((at) => ({ documentId: `doc-${at}` })));
    expect(second?.asOf).toBe(first?.asOf);
  });

  test('are no matter of BATCH_SCOPE', async () => {
    await using gateway = await startWithChart({ BATCH_SCOPE: 'operation', MAX_AGE_SECONDS: '60' });
    const calls = await gateway.countCalls(() => walkPages(gateway, { backwards: false, size: 5 }));
    expect(calls).toBe(1);
    expect(await gateway.countCalls(() => askPage(gateway, {}))).toBe(1);
  });

  test.each<[string, string, number]>([
    ['read again with', 'no-cache', 1],
    ['read again with', 'no-store', 1],
    ['remembered whatever else is said:', 'max-age=0', 0],
    ['remembered whatever else is said:', 'only-if-cached', 0],
  ])('are %s %s', async (_, cacheControl, expected) => {
    await using gateway = await startWithChart();
    const { pageInfo } = await askPage(gateway, { first: 4 });
    const query = `query ($after: String) { patient(identifiers: [{ value: "SYN-a", idType: "MR" }]) {
      media(first: 2, after: $after) { nodes { documentDescription } } } }`;
    const calls = await gateway.countCalls(async () => {
      const { data, errors } = await gateway.ask(
        query,
        { after: pageInfo.endCursor },
        { 'cache-control': cacheControl },
      );
      expect(errors).toEqual([]);
      expect(data).toEqual({
        patient: { media: { nodes: [{ documentDescription: '5' }, { documentDescription: '4' }] } },
      });
    });
    expect(calls).toBe(expected);
  });
});

const MEDIA = `query ($patient: [IdentifierInput!]!, $after: String, $before: String, $filter: MediaFilter,
    $orderBy: MediaOrder, $destination: ID, $content: Boolean = false) {
  patient(identifiers: $patient, destination: $destination) {
    media(first: 2, after: $after, before: $before, filter: $filter, orderBy: $orderBy) {
      asOf totalCount nodes { documentId content @include(if: $content) { mediaType sha256 byteLength } }
      pageInfo { endCursor } } } }`;
interface MediaPage {
  readonly patient: {
    readonly media: {
      readonly asOf: string;
      readonly totalCount: number;
      readonly nodes: readonly object[];
      readonly pageInfo: { readonly endCursor: string };
    } | null;
  };
}
const A = byRecordNumber('a').identifiers;

async function askMedia(gateway: TestGateway, variables: object, headers: Record<string, string> = {}) {
  const { data, errors } = await gateway.ask<MediaPage>(MEDIA, { patient: A, ...variables }, headers);
  const media = data?.patient.media;
  return {
    media,
    codes: errors.map(({ extensions: { code, argument } }) => [code, argument].join(' ').trim()),
  };
}

describe('files on further pages', () => {
  test('are asked for where the first page selected less of them', async () => {
    await using gateway = await startWithChart();
    const { media } = await askMedia(gateway, {});
    const calls = await gateway.countCalls(async () => {
      const page = await askMedia(gateway, { after: media?.pageInfo.endCursor, content: true });
      expect(page.media?.nodes).toMatchObject([{ content: { byteLength: 19 } }, { documentId: 'doc-6' }]);
    });
    expect(calls).toBe(1);
  });

  test('are described as if they were asked for, where the first page selected as much', async () => {
    await using gateway = await startWithChart();
    gateway.chart.documents = ten.map((one, at) => ({ ...one, fileType: at % 2 ? 'TXT' : 'unheard-of' }));
    const { media } = await askMedia(gateway, { content: true });
    const next = { after: media?.pageInfo.endCursor, content: true };
    const calls = await gateway.countCalls(async () => {
      const remembered = await askMedia(gateway, next);
      const asked = await askMedia(gateway, next, { 'cache-control': 'no-cache' });
      expect(remembered.media?.nodes).toEqual(asked.media?.nodes);
      expect(remembered.media?.nodes).toMatchObject([{ content: {} }, { content: {} }]);
    });
    expect(calls).toBe(1);
  });
});

describe('asOf', () => {
  test('is when Redox answered, also of pages that are remembered', async () => {
    await using gateway = await startWithChart();
    const asOf = new Date(gateway.clock.wallTime()).toISOString();
    const { media } = await askMedia(gateway, {});
    expect(media?.asOf).toBe(asOf);
    await gateway.clock.advance(60_000);
    expect((await askMedia(gateway, { after: media?.pageInfo.endCursor })).media?.asOf).toBe(asOf);
    const later = new Date(gateway.clock.wallTime()).toISOString();
    expect((await askMedia(gateway, {})).media?.asOf).toBe(later);
    // Nothing is asked for it.
    expect((await askMedia(gateway, { filter: { documentIds: [] } })).media?.asOf).toBe(later);
    expect((await askMedia(gateway, { filter: { fileTypes: [] } })).media?.asOf).toBe(later);
  });
});

describe('a cursor of another list is refused without a call', () => {
  test.each<[string, object]>([
    ['of another patient', { patient: byRecordNumber('b').identifiers }],
    ['of the same patient by more identifiers', { patient: [...A, { value: 'e-a', idType: 'EHRID' }] }],
    ['of another destination', { destination: 'county' }],
    ['filtered upstream', { filter: { documentTypes: ['Photo'] } }],
    ['filtered here', { filter: { fileTypes: ['TXT'] } }],
    ['of a span of time', { filter: { created: { from: '2026-01-01' } } }],
    ['in another order', { orderBy: { field: 'SERVICE_DATE_TIME', direction: 'ASC' } }],
    ['that matches nothing', { filter: { documentIds: [] } }],
  ])('%s', async (_, variables) => {
    await using gateway = await startWithChart();
    const { media } = await askMedia(gateway, {});
    const cursor = media?.pageInfo.endCursor;
    const calls = await gateway.countCalls(async () => {
      for (const argument of ['after', 'before']) {
        const { codes } = await askMedia(gateway, { ...variables, [argument]: cursor });
        expect(codes).toEqual([`BAD_USER_INPUT ${argument}`]);
      }
    });
    expect(calls).toBe(0);
  });

  test('but not of a list that is asked for in other words', async () => {
    await using gateway = await startWithChart();
    const filter = { documentTypes: ['Photo', 'Video'], fileTypes: ['TXT', 'PDF'], serviced: { from: null } };
    const { media } = await askMedia(gateway, { filter });
    const same = {
      documentTypes: ['Video', 'Photo', 'Video'],
      fileTypes: ['PDF', 'TXT'],
      visitNumbers: null,
    };
    const page = await askMedia(gateway, {
      filter: same,
      destination: 'general',
      orderBy: { field: 'SERVICE_DATE_TIME' },
      after: media?.pageInfo.endCursor,
    });
    expect(page.codes).toEqual([]);
    expect(page.media?.nodes).toEqual([{ documentId: 'doc-7' }, { documentId: 'doc-6' }]);
  });

  test('or of callers with other rights', async () => {
    const jwt = { AUTH_MODE: 'jwt', AUTH_ISSUER: ISSUER, AUTH_AUDIENCE: AUDIENCE };
    await using gateway = await startTestGateway(
      { charts: [], answer: () => ten },
      { ...jwt, AUTH_JWKS_FILE: await writeJwksFile() },
    );
    const as = async (claims: Record<string, unknown>) => ({
      authorization: `Bearer ${await signToken({ claims })}`,
    });
    const { media } = await askMedia(gateway, {}, await as({}));
    const after = media?.pageInfo.endCursor;
    const others = [{ redox_patients: ['MR|SYN-a'] }, { scope: 'media:read media:write' }];
    const calls = await gateway.countCalls(async () => {
      for (const claims of others) {
        expect((await askMedia(gateway, { after }, await as(claims))).codes).toEqual([
          'BAD_USER_INPUT after',
        ]);
      }
      const { media: own } = await askMedia(
        gateway,
        { after },
        await as({ sub: 'another caller of equal rights' }),
      );
      expect(own?.nodes).toEqual([{ documentId: 'doc-7' }, { documentId: 'doc-6' }]);
    });
    expect(calls).toBe(0);
  });
});
