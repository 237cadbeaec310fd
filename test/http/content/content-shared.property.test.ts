/** Whatever has become of the documents, each link that is used with others gets what it gets alone. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnswerHook, ChartDocument } from '../../../sandbox/sandbox.ts';
import { fewerCases } from '../../support/cases.ts';
import { holdAnswers } from '../../support/gate.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { askWell, chartDocument } from '../../support/own-chart.ts';
import { readMetrics } from '../../support/read-metrics.ts';
import { until } from '../../support/until.ts';
import { download, type LinkedFile, sha256Of, someBytes } from './links.ts';

const IDS = ['d0', 'd1', 'd2', 'd3', 'd4'];
/** The last is passed on in two parts, the first before it is known whose it is. */
const LARGE = 'd4';
const FILES = [10, 500, 500, 3000, 1_100_000].map((length, at) =>
  someBytes(length, at + 1).toString('base64'),
);
const fileOf = (documentId: string | null | undefined, step = 0) =>
  FILES[(IDS.indexOf(documentId ?? '') + step) % FILES.length] ?? '';
const charts = [
  ...IDS.map((id, at) => chartDocument(`${at % 2}`, { documentId: id, fileContents: fileOf(id) })),
  chartDocument('held', { documentId: 'held' }),
];

/** Redox is asked for every file. */
const UNKEPT = { RECENT_FILE_BYTES: '0' };

/** What may have become of a document. */
const FATES: Readonly<Record<string, (one: ChartDocument) => readonly ChartDocument[]>> = {
  same: (one) => [one],
  gone: () => [],
  changed: (one) => [{ ...one, fileContents: 'AAAA' }],
  'has the file of the next': (one) => [{ ...one, fileContents: fileOf(one.documentId, 1) }],
  'is a reference': (one) => [{ ...one, fileContents: 'https://blob.example/1' }],
  'is no file': (one) => [{ ...one, fileContents: '!' }],
  'states no id': (one) => [{ ...one, documentId: null }],
  'states its id otherwise': (one) => [{ ...one, documentId: ` ${one.documentId} ` }],
  'is of another patient': (one) => [{ ...one, identifiers: [{ id: 'SYN-z', idType: 'MR' }] }],
  'names no patient': (one) => [{ ...one, identifiers: [] }],
  'has two versions': (one) => [
    { ...one, fileContents: 'AAAA', serviceDateTime: '2026-01-01T00:00:00Z' },
    one,
  ],
  'comes twice': (one) => [one, one],
};
const REFUSED = 'is refused';
const fates = fc.tuple(...IDS.map(() => fc.constantFrom('same', 'same', ...Object.keys(FATES), REFUSED)));

/** The beginning of the large one is not awaited any longer than it takes to come. */
const parts = fc.tuple(...IDS.map((id) => (id === LARGE ? fc.constant(false) : fc.boolean())));
const isRefusal = (outcome: string) => outcome === 'cut off' || /^[45]\d\d /.test(outcome);

function answerBy(fateOf: (documentId: string) => string, hasStrays: boolean): AnswerHook {
  return ({ documentIds }, found) => {
    if (documentIds?.some((id) => fateOf(id) === REFUSED)) return { status: 400, body: '' };
    const stray = chartDocument('stray', { documentId: 'stray' });
    const documents = found.flatMap((one) => FATES[fateOf(one.documentId ?? '')]?.(one) ?? [one]);
    return hasStrays ? [stray, ...documents] : documents;
  };
}

async function linksOf(gateway: TestGateway): Promise<readonly LinkedFile[]> {
  const fields = IDS.map((id) => `${id}: media(documentId: "${id}") { content { url sha256 byteLength } }`);
  const data = await askWell<Record<string, { content: LinkedFile }>>(gateway, `{ ${fields.join(' ')} }`);
  return IDS.flatMap((id) => data[id]?.content ?? []);
}

/** Of the whole file, or of the first bytes of it. */
async function outcomeOf({ url, sha256, byteLength }: LinkedFile, isPart: boolean): Promise<string> {
  try {
    const { status, bytes } = await download(url, isPart ? { range: 'bytes=0-4' } : {});
    if (status === 206) return `206 ${bytes.toString('hex')} of ${byteLength}`;
    if (status !== 200) return `${status} ${/"code":"\w+"/.exec(String(bytes)) ?? ''}`;
    return sha256Of(bytes) === sha256 ? '200' : 'another file';
  } catch {
    return 'cut off';
  }
}

async function alone(answer: AnswerHook, areParts: readonly boolean[]): Promise<readonly string[]> {
  await using gateway = await startTestGateway({ charts }, UNKEPT);
  const links = await linksOf(gateway);
  gateway.redox.answer = answer;
  const outcomes: string[] = [];
  for (const [at, link] of links.entries()) outcomes.push(await outcomeOf(link, areParts[at] ?? false));
  return outcomes;
}

async function together(answer: AnswerHook, areParts: readonly boolean[]): Promise<readonly string[]> {
  await using gateway = await startTestGateway({ charts }, { REDOX_CONCURRENCY: '1', ...UNKEPT });
  const links = await linksOf(gateway);
  using gate = holdAnswers(gateway.redox);
  const held = gateway.ask('{ media(documentId: "held") { documentId } }');
  await until(() => gateway.redox.inFlight === 1);
  const outcomes = Promise.all(links.map((link, at) => outcomeOf(link, areParts[at] ?? false)));
  await until(
    async () => (await readMetrics(gateway.url)).get('waiting_needs{destination="general"}') === IDS.length,
  );
  gateway.redox.answer = answer;
  gate.open();
  await held;
  expect(await outcomes).toHaveLength(IDS.length);
  const [, , first] = gateway.redox.calls;
  expect(first?.query).toMatchObject({ DocumentIDs: expect.arrayContaining(IDS) });
  return outcomes;
}

test('of any fates', async () => {
  await fc.assert(
    fc.asyncProperty(fates, parts, fc.boolean(), async (drawn, areParts, hasStrays) => {
      const answer = answerBy((id) => drawn[IDS.indexOf(id)] ?? 'same', hasStrays);
      const expected = await alone(answer, areParts);
      const outcomes = await together(answer, areParts);
      // Of a large file the beginning has left by the time the reply tells that it should not; with others it need not have.
      expect(outcomes.map((one, at) => (expected[at] === 'cut off' ? isRefusal(one) : one))).toEqual(
        expected.map((one) => one === 'cut off' || one),
      );
    }),
    { numRuns: fewerCases(30) },
  );
});
