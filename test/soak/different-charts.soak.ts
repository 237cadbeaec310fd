/** M4: thousands of different charts, listed with links, paged through and looked at: what is remembered stays within its bounds. */
import { expect, onTestFinished, test } from 'vitest';
import { type ParsedQuery, startSandbox } from '../../sandbox/sandbox.ts';
import { someBytes } from '../http/content/links.ts';
import { postOperation } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { settingsFor } from '../support/settings.ts';
import { SOAK_SECONDS, SOAK_TIMEOUT_MS } from './duration.ts';
import { startGatewayChild } from './gateway-child.ts';

/** A short soak reads fewer. */
const CHARTS = Math.min(10_000, SOAK_SECONDS * 100);
const DOCUMENTS = 5;
const CLIENTS = 8;
const QUARTERS = 4;
const MEGABYTE = 1_000_000;
/** RECENT_BYTES and RECENT_FILE_BYTES as they are by default. */
const BOUNDS = 192 * 1024 * 1024;
const MARGIN = 64 * MEGABYTE;
/** What one quarter may differ from the one before once both bounds are full: garbage that was not collected yet. */
const NOISE = 24 * MEGABYTE;
const FILES = Array.from({ length: 50 }, (_, seed) => someBytes(10_000, seed + 1).toString('base64'));

const LIST = `query ($id: ID!, $after: String) { patient(identifiers: { value: $id, idType: "MR" }) {
  media(first: 3, after: $after) { totalCount pageInfo { endCursor } nodes { documentId content { url } } } } }`;

interface Listed {
  readonly patient: {
    readonly media: {
      readonly totalCount: number;
      readonly pageInfo: { readonly endCursor: string };
      readonly nodes: readonly { readonly content: { readonly url: string } }[];
    };
  };
}

/** The documents that are asked for, by patients or by their ids: thousands of them take no memory of the test's. */
function chartsOf({ patients, documentIds }: ParsedQuery) {
  const ids = documentIds ?? (patients ?? []).flatMap(([patient]) => documentsOf(patient?.id ?? ''));
  return ids.map((documentId) => {
    const [id = '', at = ''] = documentId.split('.');
    return chartDocument(id.replace('SYN-', ''), {
      documentId,
      documentDescription: `Synthetic document ${at} of ${id}`,
      fileContents: FILES[(Number(id.replace(/\D/g, '')) + Number(at)) % FILES.length] ?? '',
    });
  });
}

function documentsOf(patient: string): string[] {
  return Array.from({ length: DOCUMENTS }, (_, at) => `${patient}.${at}`);
}

test(`M4: ${CHARTS} different charts`, { timeout: SOAK_TIMEOUT_MS + 120_000 }, async () => {
  const redox = await startSandbox({ charts: [], maxRecordedCalls: 1, answer: chartsOf });
  onTestFinished(() => redox.close());
  // As `npm start` has it.
  const gateway = await startGatewayChild({ ...settingsFor(redox), REDOX_RATE: '100000/1s' }, [
    '--no-allocation-site-pretenuring',
  ]);
  let wrong = 0;
  const list = async (variables: object, headers: Record<string, string>) => {
    const { data } = await postOperation<Listed>(gateway.url, { query: LIST, variables }, headers);
    const media = data?.patient.media;
    if (media?.totalCount !== DOCUMENTS) wrong += 1;
    return media;
  };
  /** A chart's pages, and one of its files. */
  const read = async (id: string, headers: Record<string, string> = {}) => {
    const media = await list({ id, after: null }, headers);
    await list({ id, after: media?.pageInfo.endCursor }, headers);
    const response = await fetch(media?.nodes[0]?.content.url ?? '', { headers });
    if (!response.ok || (await response.arrayBuffer()).byteLength !== 10_000) wrong += 1;
  };
  const readAll = async (name: string, from: number, to: number, headers: Record<string, string> = {}) => {
    let at = from;
    const client = async () => {
      while (at < to) {
        at += 1;
        await read(`SYN-${name}${at}`, headers);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
  };

  // As busy as it will be, and nothing is remembered of it.
  await readAll('warm', 0, CHARTS / 8, { 'cache-control': 'no-store' });
  const baseline = (await gateway.read()).peakRssBytes;
  const peaks: number[] = [];
  for (let quarter = 0; quarter < QUARTERS; quarter += 1) {
    await readAll('p', (quarter * CHARTS) / QUARTERS, ((quarter + 1) * CHARTS) / QUARTERS);
    peaks.push((await gateway.read()).peakRssBytes);
  }
  const metrics = await readMetrics(gateway.url);
  const sum = (name: string, kinds: readonly string[]) =>
    kinds.reduce((total, kind) => total + (metrics.get(`recent_${name}{kind="${kind}"}`) ?? Number.NaN), 0);
  const bytes = { answers: sum('bytes', ['page', 'question']), files: sum('bytes', ['file']) };
  const evictions = {
    answers: sum('evictions_total', ['page', 'question']),
    files: sum('evictions_total', ['file']),
  };
  const grown = peaks.map((peak) => Math.round((peak - baseline) / MEGABYTE));
  process.stdout.write(
    `M4, ${CHARTS} charts, MB: ${JSON.stringify({ baseline: Math.round(baseline / MEGABYTE), grown, bytes, evictions })}\n`,
  );
  expect(wrong).toBe(0);
  // Pages and files came from memory while it was new, full or not.
  expect(sum('hits_total', ['page', 'file'])).toBeGreaterThan(1.9 * CHARTS);
  expect(bytes.answers).toBeLessThanOrEqual(64 * 1024 * 1024);
  expect(bytes.files).toBeLessThanOrEqual(128 * 1024 * 1024);
  expect(Math.max(...peaks)).toBeLessThanOrEqual(baseline + BOUNDS + MARGIN);
  // A short soak never fills them.
  if (evictions.answers === 0 || evictions.files === 0) return;
  const [third = Number.NaN, last = Number.NaN] = peaks.slice(-2);
  expect(last - third).toBeLessThanOrEqual(NOISE);
});
