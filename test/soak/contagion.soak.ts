/**
 * N11: one caller misbehaves; five others ask, upload and download as before, and are measured. In full with the default
 * SOAK_SECONDS; a short form from 20 on. Idle connections are there meanwhile, and end.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from '../http/callers/issuer.ts';
import { postOperation } from '../support/gateway.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { chartDocument } from '../support/own-chart.ts';
import { settingsFor } from '../support/settings.ts';
import { until } from '../support/until.ts';
import {
  type Counts,
  type Headers,
  type Misbehaviour,
  openIdleConnections,
  startDrippingUploads,
  startHeads,
  startHonestCallers,
  startLargestQueries,
  startStalledReaders,
} from './callers.ts';
import { SOAK_SECONDS, SOAK_TIMEOUT_MS } from './duration.ts';

const NAMES = Array.from({ length: 250 }, (_, at) => `p${at}`);
const STALLED = 8;
/** Each misbehaviour is measured for so long, and so is what it is compared with. */
const PHASE_SECONDS = Math.max(2.5, Math.min(10, SOAK_SECONDS / 8));
/** Of the quota, which is so short that what one caller uses up others feel. */
const RATE = '500/10s';

const charts = [
  ...NAMES.flatMap((name) =>
    ['a', 'b', 'c', 'd'].map((document) => chartDocument(name, { documentId: `${name}-${document}` })),
  ),
  chartDocument('small', { documentId: 'small', fileContents: Buffer.alloc(50_000, 'x').toString('base64') }),
  ...Array.from({ length: STALLED }, (_, at) =>
    chartDocument('large', {
      documentId: `large-${at}`,
      fileType: 'MP4',
      fileContents: Buffer.alloc(15_000_000, at).toString('base64'),
    }),
  ),
];

/** As many patients as a list may have, each with all that is told of their documents. */
const LARGEST = `{ patients(patients: [${Array.from({ length: 500 }, (_, at) => {
  return `{ identifiers: { value: "SYN-p${at}", idType: "MR" } }`;
}).join()}]) { media { nodes {
  documentId documentType documentDescription fileType fileName creationDateTime serviceDateTime
} } } }`;

async function bearer(sub: string): Promise<Headers> {
  const scope = 'media:read media:write content:read';
  const token = await signToken({ claims: { sub, scope, exp: Math.floor(Date.now() / 1000) + 3600 } });
  return { authorization: `Bearer ${token}` };
}

async function linkTo(url: string, documentId: string, headers: Headers): Promise<string> {
  const query = `{ media(documentId: "${documentId}") { content { url } } }`;
  const { data } = await postOperation<{ media: { content: { url: string } } }>(url, { query }, headers);
  if (!data) throw new Error('the document is not found');
  return data.media.content.url;
}

const perSecond = (now: Counts, before: Counts, seconds: number): Counts => ({
  queries: (now.queries - before.queries) / seconds,
  uploads: (now.uploads - before.uploads) / seconds,
  downloads: (now.downloads - before.downloads) / seconds,
  lost: now.lost - before.lost,
});

test('N11: what one caller does costs the others no more than a quarter, and none is lost', {
  timeout: SOAK_TIMEOUT_MS,
}, async () => {
  const redox = await startSandbox({ charts, latencyMs: 50 });
  onTestFinished(() => redox.close());
  const { url } = await startGatewayProcess({
    ...settingsFor(redox),
    LOG_LEVEL: 'info',
    REDOX_RATE: RATE,
    AUTH_MODE: 'jwt',
    AUTH_ISSUER: ISSUER,
    AUTH_AUDIENCE: AUDIENCE,
    AUTH_JWKS_FILE: await writeJwksFile(),
  });
  const bad = await bearer('misbehaves');
  const callers = await Promise.all(['one', 'two', 'three', 'four', 'five'].map(bearer));
  const link = await linkTo(url, 'small', bad);
  const large: string[] = [];
  for (let at = 0; at < STALLED; at += 1) large.push(await linkTo(url, `large-${at}`, bad));
  const honest = startHonestCallers({ url, callers, names: NAMES, link });
  const measure = async () => {
    const before = { ...honest.counts };
    const begun = performance.now();
    await sleep(PHASE_SECONDS * 1000);
    return perSecond(honest.counts, before, (performance.now() - begun) / 1000);
  };
  const situations: readonly (readonly [string, () => Misbehaviour])[] = [
    ['three largest queries at a time', () => startLargestQueries(url, bad, LARGEST, 3)],
    ['8 dripping uploads', () => startDrippingUploads(url, bad, 8)],
    ['8 stalled readers', () => startStalledReaders(large, bad)],
    ['100 HEADs in 10 s on one link', () => startHeads(link, bad, 100)],
  ];
  // All the while: two hundred that send nothing, and as many that drip their headers.
  const idle = openIdleConnections(url, 200);
  onTestFinished(() => idle.stop());
  await sleep(2000);
  expect(idle.open).toBe(400);
  const healthy = await measure();
  const results: Record<string, Counts> = {};
  for (const [name, start] of situations) {
    const misbehaviour = start();
    // It is under way, and what others had begun before it has ended.
    await sleep(500);
    results[name] = await measure();
    misbehaviour.stop();
  }
  await honest.stop();
  await until(() => idle.open === 0);
  process.stdout.write(`N11: ${JSON.stringify({ healthy, ...results })}\n`);
  for (const [name, { lost, ...kept }] of Object.entries(results)) {
    expect([name, lost]).toEqual([name, 0]);
    for (const kind of ['queries', 'uploads', 'downloads'] as const)
      expect([name, kind, kept[kind] >= 0.75 * healthy[kind]]).toEqual([name, kind, true]);
  }
});
