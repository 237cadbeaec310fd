/** A chart of ten small files and a large one, and downloads of them that come together. */
import type { AnswerHook } from '../../../sandbox/sandbox.ts';
import type { Clock } from '../../../src/clock.ts';
import { holdAnswers } from '../../support/gate.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { chartDocument } from '../../support/own-chart.ts';
import { readMetrics } from '../../support/read-metrics.ts';
import { until } from '../../support/until.ts';
import { download, type LinkedFile, linkTo, sha256Of, someBytes } from './links.ts';

export const IDS = Array.from({ length: 10 }, (_, at) => `d${at}`);
export const FILES = IDS.map((_, at) => someBytes(20_000 + at, at + 1));

/** More than the connection to a caller holds, with Linux's defaults. */
export const LARGE = someBytes(7_900_000, 99);

export const documentOf = (id: string, file: Buffer) =>
  chartDocument('a', { documentId: id, fileContents: file.toString('base64') });

export const charts = [
  documentOf('large', LARGE),
  ...IDS.map((id, at) => documentOf(id, FILES[at] ?? LARGE)),
  chartDocument('b', { documentId: 'held' }),
  ...[1, 2, 3].map((seed) =>
    chartDocument('c', { documentId: null, fileContents: someBytes(5000, seed).toString('base64') }),
  ),
];

/** One call at a time, and every download is one: no file is kept. */
export const SLOT = { REDOX_CONCURRENCY: '1', RECENT_FILE_BYTES: '0' };

export async function startShared(settings: Record<string, string> = {}, clock?: Clock) {
  const gateway = await startTestGateway({ charts }, { ...SLOT, ...settings }, clock);
  const links = await Promise.all(IDS.map((id) => linkTo(gateway, id)));
  const large = await linkTo(gateway, 'large');
  return { gateway, links, large, [Symbol.asyncDispose]: () => gateway.close() };
}

/** The one slot is taken until `count` needs wait for it; then they go together, to a Redox that answers so. */
export async function together<T>(
  gateway: TestGateway,
  count: number,
  begin: () => T,
  answer?: AnswerHook,
): Promise<T> {
  using gate = holdAnswers(gateway.redox);
  const before = gateway.redox.callCount;
  const held = gateway.ask('{ media(documentId: "held") { documentId } }');
  await until(() => gateway.redox.inFlight === 1 && gateway.redox.callCount > before);
  const begun = begin();
  const waiting = async () => (await readMetrics(gateway.url)).get('waiting_needs{destination="general"}');
  await until(async () => (await waiting()) === count);
  gateway.redox.calls.length = 0;
  gateway.redox.answer = answer;
  gate.open();
  await held;
  return begun;
}

export const listsIn = ({ redox }: TestGateway) =>
  redox.calls.map(
    ({ query }) => (query as { DocumentIDs?: readonly string[] }).DocumentIDs?.toSorted() ?? 'all',
  );

export const urlsOf = (links: readonly LinkedFile[]) => links.map(({ url }) => url);

export const downloadAll = (links: readonly LinkedFile[]) =>
  Promise.all(urlsOf(links).map((url) => download(url)));

/** What each was answered: 200 only where the bytes are those that its link is for. */
export function outcomesOf(
  links: readonly LinkedFile[],
  got: readonly Awaited<ReturnType<typeof download>>[],
) {
  return got.map(({ status, bytes }, at) => {
    if (status !== 200) return status;
    return sha256Of(bytes) === links[at]?.sha256 ? 200 : 'another file';
  });
}

export const all = (status: number, others: Readonly<Record<number, number>> = {}) =>
  IDS.map((_, at) => others[at] ?? status);
