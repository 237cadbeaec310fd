/**
 * The charts that tell a life, in a real browser: every picture, sound and video opens, and so does every paper. Each is
 * drawn as one page, whose picture is beside the other screenshots (`UPDATE_SCREENSHOT=1` renews those of docs/sandbox.md).
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gateway } from '../../src/gateway.ts';
import { startSandboxMode } from '../http/servers.ts';
import { postOperation } from '../support/gateway.ts';
import { launchChromium } from './chromium.ts';

interface File {
  readonly documentId: string;
  readonly documentDescription: string | null;
  readonly documentType: string;
  readonly creationDateTime: string;
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
    media { nodes { documentId documentDescription documentType creationDateTime content { mediaType url } } } } }`;
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

const STYLE = `body { font: 15px sans-serif; margin: 16px; color: #222 } h1 { font-size: 20px }
  main { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px }
  figure { margin: 0; border: 1px solid #ccc; border-radius: 6px; overflow: hidden }
  figure > :first-child { display: block; width: 100%; height: 180px; object-fit: contain; background: #f4f4f4; border: 0 }
  audio { object-fit: none } figcaption { padding: 6px 8px } small { color: #666 }`;

/** Every document of a chart, the oldest first: what a browser shows is shown, all else is a link. */
function pageOf(id: string, files: readonly File[]): string {
  const figures = files.map((file) => {
    const { documentDescription, documentType, creationDateTime, content } = file;
    const shown =
      elementFor(file)?.replace(' preload', ' controls preload') ??
      `<a href="${content.url}" style="display: grid; place-items: center">${content.mediaType}</a>`;
    const day = creationDateTime.slice(0, 10);
    return `<figure>${shown}<figcaption>${documentDescription ?? documentType}<br><small>${day}</small></figcaption></figure>`;
  });
  return `<style>${STYLE}</style><h1>${id}</h1><main>${figures.join('\n')}</main>`;
}

test.each(CHARTS)('%s: as one page', { timeout: 60_000 }, async (id) => {
  const files = (await filesOf(id)).toSorted((a, b) => a.creationDateTime.localeCompare(b.creationDateTime));
  const page = await browser.newPage({ viewport: { width: 1100, height: 400 } });
  await page.setContent(pageOf(id, files));
  await page.waitForFunction('[...document.images].every((one) => one.complete)');
  await page.waitForFunction('[...document.querySelectorAll("video")].every((one) => one.readyState > 2)');
  expect(await page.locator('figure').count()).toBe(files.length);
  const folder = process.env['UPDATE_SCREENSHOT'] ? 'docs' : await mkdtemp(join(tmpdir(), 'charts-'));
  await page.screenshot({ path: join(folder, `chart-${id}.jpg`), type: 'jpeg', quality: 70, fullPage: true });
  await page.close();
});

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
