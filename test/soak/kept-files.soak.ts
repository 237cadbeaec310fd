/** Files that are kept for links take the memory that their bound says, however many charts are listed and downloaded from. */
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { download, sha256Of, someBytes } from '../http/content/links.ts';
import { postOperation } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { settingsFor } from '../support/settings.ts';
import { SOAK_SECONDS, SOAK_TIMEOUT_MS } from './duration.ts';
import { startGatewayChild } from './gateway-child.ts';

/** Each of another patient, with files of 2 MB together: sixty fill what is kept by default. */
const CHARTS = Math.min(10_000, SOAK_SECONDS * 4);
const FILES_OF_CHART = 10;
const FILE_BYTES = 210_000;
const AT_ONCE = 4;
const MEGABYTE = 1_000_000;
/** RECENT_FILE_BYTES and RECENT_BYTES by default, and what collections are late by. */
const MAX_GROWTH_MEGABYTES = 134 + 67 + 64;

/** A file begins somewhere in these bytes, so that no two of a chart are equal. */
const BYTES = someBytes(FILE_BYTES + 3 * 10_000);
const TEXT = BYTES.toString('base64');
const textOf = (at: number) => TEXT.slice(4 * at, 4 * at + (FILE_BYTES / 3) * 4);

const answerSchema = z.object({
  patient: z.object({
    media: z.object({
      nodes: z.array(z.object({ content: z.object({ url: z.string(), sha256: z.string() }) })),
    }),
  }),
});

function chartOf(name: string) {
  return Array.from({ length: FILES_OF_CHART }, (_, at) => ({
    ...chartDocument(name, { documentId: `document.${name}.${at}`, fileType: 'JPG' }),
    fileContents: textOf((Number(name) * FILES_OF_CHART + at) % 10_000),
  }));
}

/** Lists every chart, and downloads three of its files, as a viewer does. Returns how many bytes the process had at most. */
async function peakOf(settings: Record<string, string>): Promise<{ peak: number; calls: number }> {
  const redox = await startSandbox({
    charts: [],
    answer: ({ patients, documentIds }) => {
      const asked = patients?.flat().map(({ id }) => id.replace('SYN-', ''));
      if (asked !== undefined) return asked.flatMap(chartOf);
      return (documentIds ?? []).flatMap((id) =>
        chartOf(id.split('.')[1] ?? '').filter((one) => one.documentId === id),
      );
    },
  });
  onTestFinished(() => redox.close());
  const gateway = await startGatewayChild({ ...settingsFor(redox), ...settings });
  let at = 0;
  const viewer = async () => {
    while (at < CHARTS) {
      at += 1;
      const query = `{ patient(identifiers: { value: "SYN-${at}", idType: "MR" }) { media { nodes { content { url sha256 } } } } }`;
      const { data } = await postOperation(gateway.url, { query });
      const { nodes } = answerSchema.parse(data).patient.media;
      expect(nodes).toHaveLength(FILES_OF_CHART);
      for (const { content } of nodes.slice(0, 3)) {
        expect(sha256Of((await download(content.url)).bytes)).toBe(content.sha256);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, viewer));
  const { peakRssBytes } = await gateway.read();
  return { peak: peakRssBytes / MEGABYTE, calls: redox.callCount };
}

test('files of many charts', { timeout: 3 * SOAK_TIMEOUT_MS }, async () => {
  const [without, kept] = [await peakOf({ RECENT_SECONDS: '0' }), await peakOf({})];
  process.stdout.write(`files kept, megabytes at most: ${JSON.stringify({ without, kept })}\n`);
  // Lists that wait for a slot share calls; no download makes one.
  expect(kept.calls).toBeLessThanOrEqual(CHARTS);
  expect(without.calls).toBeGreaterThan(CHARTS);
  expect(kept.peak - without.peak).toBeLessThanOrEqual(MAX_GROWTH_MEGABYTES);
});
