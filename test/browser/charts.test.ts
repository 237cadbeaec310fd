/** The charts that tell a life, in a real browser: every picture, sound and video opens, and so does every paper. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gateway } from '../../src/gateway.ts';
import { startSandboxMode } from '../http/servers.ts';
import { postOperation } from '../support/gateway.ts';
import { launchChromium } from './chromium.ts';

interface File {
  readonly documentId: string;
  readonly content: { readonly mediaType: string; readonly url: string };
}

let browser: Browser;
let gateway: Gateway;
beforeAll(async () => {
  [browser, gateway] = await Promise.all([launchChromium(), startSandboxMode()]);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
});

const CHARTS = ['SYN-000417', 'SYN-000418', 'SYN-000419', 'SYN-000420'];

async function filesOf(id: string): Promise<readonly File[]> {
  const query = `query ($id: ID!) { patient(identifiers: [{ value: $id, idType: "MR" }]) {
    media { nodes { documentId content { mediaType url } } } } }`;
  const { data } = await postOperation<{ patient: { media: { nodes: File[] } } }>(gateway.url, {
    query,
    variables: { id },
  });
  return data?.patient.media.nodes ?? [];
}

/** As a chart's page would show it; null where a link is all that there is. */
function elementFor({ documentId, content: { mediaType, url } }: File): string | null {
  if (mediaType === 'image/jpeg' || mediaType === 'image/png') return `<img id="${documentId}" src="${url}">`;
  const player = /^(audio|video)\//.exec(mediaType)?.[1];
  return player ? `<${player} id="${documentId}" src="${url}" preload="auto"></${player}>` : null;
}

test.each(CHARTS)(
  '%s: pictures are at least 800 × 600, sound and video play for six seconds',
  {
    timeout: 60_000,
  },
  async (id) => {
    const files = await filesOf(id);
    const elements = files.flatMap((file) => elementFor(file) ?? []);
    expect(elements.length).toBeGreaterThanOrEqual(2);
    const page = await browser.newPage();
    await page.setContent(elements.join('\n'));
    await page.waitForFunction('[...document.images].every((one) => one.complete)');
    const small = await page.evaluate(`[...document.images]
    .filter((one) => one.naturalWidth < 800 || one.naturalHeight < 600).map((one) => one.id)`);
    expect(small).toEqual([]);
    const unplayed = await page.evaluate(`Promise.all([...document.querySelectorAll('audio, video')].map(
    (one) => new Promise((resolve) => {
      one.onerror = () => resolve([one.id, one.error.message]);
      one.onended = () => resolve(one.duration >= 6 ? null : [one.id, one.duration]);
      one.muted = true;
      one.playbackRate = 8;
      one.play().catch((error) => resolve([one.id, String(error)]));
    }))).then((outcomes) => outcomes.filter((outcome) => outcome !== null))`);
    expect(unplayed).toEqual([]);
    await page.close();
  },
);

test.each(CHARTS)('%s: its papers open in the viewer of PDFs', { timeout: 60_000 }, async (id) => {
  const papers = (await filesOf(id)).filter(({ content }) => content.mediaType === 'application/pdf');
  expect(papers.length).toBeGreaterThanOrEqual(1);
  for (const { content } of papers) {
    const page = await browser.newPage();
    await page.goto(content.url);
    // Chromium's viewer is an extension, in a frame of its own.
    await expect
      .poll(() => page.frames().filter((frame) => frame.url().startsWith('chrome-extension:')).length, {
        timeout: 20_000,
      })
      .toBe(1);
    await page.close();
  }
});
