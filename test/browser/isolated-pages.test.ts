/**
 * Pages with cross-origin isolation, as viewers of scans are: they show pictures and play sound of content links, unless the
 * gateway's operator wants no other site to. Pages of CORS_ORIGINS read parts of files and what is said of them.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gateway } from '../../src/gateway.ts';
import { startSandboxMode } from '../http/servers.ts';
import { postOperation } from '../support/gateway.ts';
import { launchChromium } from './chromium.ts';
import { type PageServer, startPageServer } from './page-server.ts';

let browser: Browser;
let site: PageServer;
let open: Gateway;
let closed: Gateway;
beforeAll(async () => {
  site = await startPageServer({
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-opener-policy': 'same-origin',
  });
  [browser, open, closed] = await Promise.all([
    launchChromium(),
    startSandboxMode({ CORS_ORIGINS: site.origin }),
    startSandboxMode({ CONTENT_EMBEDDING: 'same-origin' }),
  ]);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await Promise.all([open?.close(), closed?.close()]);
  site?.close();
});

async function linksOf(url: string): Promise<readonly [photo: string, memo: string]> {
  const query =
    '{ photo: media(documentId: "doc-8842") { content { url } } memo: media(documentId: "doc-8846") { content { url } } }';
  const { data } = await postOperation<Record<'photo' | 'memo', { content: { url: string } }>>(url, {
    query,
  });
  return [data?.photo.content.url ?? '', data?.memo.content.url ?? ''];
}

async function showFiles(gateway: Gateway): Promise<Page> {
  const [photo, memo] = await linksOf(gateway.url);
  site.html = `<!doctype html><img id="photo" src="${photo}"><audio id="memo" preload="auto" src="${memo}"></audio>`;
  const page = await browser.newPage();
  await page.goto(site.origin);
  expect(await page.evaluate('crossOriginIsolated')).toBe(true);
  return page;
}

test('an isolated page shows a picture and plays sound', { timeout: 60_000 }, async () => {
  const page = await showFiles(open);
  await page.waitForFunction('photo.complete && photo.naturalWidth > 0');
  await page.waitForFunction('memo.readyState >= 2 && memo.duration > 0.4');
  const played = await page.evaluate(`new Promise((resolve, reject) => {
    memo.muted = true;
    memo.ontimeupdate = () => memo.currentTime > 0 && resolve(true);
    memo.onerror = () => reject(new Error(memo.error.message));
    memo.play().catch(reject);
  })`);
  expect(played).toBe(true);
  await page.close();
});

test('with CONTENT_EMBEDDING=same-origin it shows neither', { timeout: 60_000 }, async () => {
  const page = await showFiles(closed);
  await page.waitForFunction('photo.complete && memo.error !== null');
  expect(await page.evaluate('photo.naturalWidth')).toBe(0);
  await page.close();
});

test('a page of CORS_ORIGINS reads a part of a file, and which part it is', { timeout: 60_000 }, async () => {
  const [photo] = await linksOf(open.url);
  const page = await showFiles(open);
  const part = await page.evaluate(`fetch(${JSON.stringify(photo)}, { headers: { range: 'bytes=0-9' } })
    .then(async (response) => [
      response.status,
      (await response.arrayBuffer()).byteLength,
      ...['accept-ranges', 'content-length', 'content-range', 'etag', 'content-disposition']
        .map((name) => response.headers.get(name)),
    ])`);
  expect(part).toEqual([
    206,
    10,
    'bytes',
    '10',
    expect.stringMatching(/^bytes 0-9\/\d+$/),
    expect.stringMatching(/^"[0-9a-f]{64}"$/),
    expect.stringContaining('inline'),
  ]);
  await page.close();
});
