/** The corpus of files in a real browser: what it shows, what it saves, and that it runs nothing of either. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CORPUS, type Pair } from '../files/corpus.ts';
import { linkedCorpus, linkOf } from '../files/linked-corpus.ts';
import type { TestGateway } from '../support/gateway.ts';
import { askWell } from '../support/own-chart.ts';
import { SAVE, saving } from '../writes/inputs.ts';
import { launchChromium } from './chromium.ts';

let browser: Browser;
let gateway: TestGateway;
beforeAll(async () => {
  [browser, gateway] = await Promise.all([launchChromium(), linkedCorpus()]);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
});

/** Resolves to whether the browser shows the file at its own address; else it saves it, or fails to read it. */
async function isShown(page: Page, link: string): Promise<boolean> {
  try {
    await page.goto(link);
  } catch (error) {
    expect(String(error)).toMatch(/Download is starting|ERR_ABORTED/);
    return false;
  }
  expect(await page.title()).not.toBe('it ran');
  if ((await page.evaluate('document.contentType')) === 'application/pdf') {
    // Chromium's viewer is an extension, in a frame of its own.
    const viewers = () => page.frames().filter((frame) => frame.url().startsWith('chrome-extension:')).length;
    await expect.poll(viewers, { timeout: 20_000 }).toBe(1);
    return true;
  }
  return page.evaluate(`new Promise((resolve) => {
    const [image] = document.images;
    const media = document.querySelector('video, audio');
    if (image) return resolve(image.naturalWidth > 0);
    if (!media) return resolve(document.body.innerText !== '');
    if (media.error || media.networkState === media.NETWORK_NO_SOURCE) return resolve(false);
    if (media.readyState >= 1) return resolve(true);
    media.addEventListener('loadedmetadata', () => resolve(true));
    for (const one of [media, ...media.querySelectorAll('source')]) one.addEventListener('error', () => resolve(false));
  })`);
}

test('Chromium shows what the table says, and saves the rest', { timeout: 300_000 }, async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const shown: Pair[] = [];
  for (const [at, pair] of CORPUS.entries()) {
    shown.push({ ...pair, opens: await isShown(page, await linkOf(gateway, at)) });
  }
  await context.close();
  expect(shown).toEqual(CORPUS);
});

test('notes are readable, whatever wrote them', { timeout: 60_000 }, async () => {
  const page = await browser.newPage();
  for (const [at, { file, opens }] of CORPUS.entries()) {
    if (!opens || !/^note in/.test(file)) continue;
    await page.goto(await linkOf(gateway, at));
    expect(await page.evaluate('document.body.innerText')).toContain('38,5 °C, Frau Müller-Größe');
  }
  await page.close();
});

/** Half a second of a tone, as a page records a voice memo. */
const RECORD = `new Promise((resolve) => {
  const context = new AudioContext();
  const [tone, sink] = [context.createOscillator(), context.createMediaStreamDestination()];
  tone.connect(sink);
  tone.start();
  const recorder = new MediaRecorder(sink.stream);
  recorder.ondataavailable = async ({ data }) => {
    const bytes = new Uint8Array(await data.arrayBuffer());
    resolve({ type: recorder.mimeType, base64: btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join('')) });
  };
  recorder.start();
  setTimeout(() => recorder.stop(), 500);
})`;

test('a voice memo that Chromium records is accepted, and plays at its link', {
  timeout: 60_000,
}, async () => {
  const page = await browser.newPage();
  await page.setContent('<button>Record</button>');
  // A page may make sound after a click alone.
  await page.click('button');
  const memo = await page.evaluate<{ type: string; base64: string }>(RECORD);
  expect(memo.type).toBe('audio/webm;codecs=opus');
  const response = await fetch(new URL('/uploads', gateway.url), {
    method: 'POST',
    headers: { 'content-type': memo.type },
    body: Buffer.from(memo.base64, 'base64'),
  });
  expect(response.status).toBe(201);
  const { upload } = (await response.json()) as { upload: string };
  const input = saving('memo', { documentId: 'memo', fileType: 'WEBM', content: { upload } });
  expect((await gateway.ask(SAVE, { input })).errors).toEqual([]);
  const { media } = await askWell<{ media: { content: { url: string } } }>(
    gateway,
    '{ media(documentId: "memo") { content { url } } }',
  );
  expect(await isShown(page, media.content.url)).toBe(true);
  await page.close();
});
