/**
 * Content links in a real browser, on a page of another origin: pictures show, sound plays and seeks, a PDF opens, and no
 * file runs script. `UPDATE_SCREENSHOT=1 npm run test:browser -- test/browser/content.test.ts` takes docs/content.png anew.
 */
import { mkdtemp, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gateway } from '../../src/gateway.ts';
import { startSandboxMode } from '../http/servers.ts';
import { portOf } from '../redox/upstream.ts';
import { postOperation, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { launchChromium } from './chromium.ts';

const PICTURE = fileURLToPath(new URL('../../docs/content.png', import.meta.url));
const SCRIPT = '<script>document.title = "it ran"; fetch("/ran")</script>';

/** Half a minute of silence at 96 kHz: long enough that a browser asks for it in parts. */
function longSound(): Buffer {
  const [rate, seconds] = [96_000, 30];
  const file = Buffer.alloc(44 + rate * 2 * seconds);
  file.write('RIFF', 0);
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(file.length - 44, 40);
  return file;
}

const base64 = (bytes: string | Buffer) => Buffer.from(bytes).toString('base64');
const OWN_CHARTS = [
  chartDocument('a', { documentId: 'long', fileType: 'WAV', fileContents: base64(longSound()) }),
  chartDocument('a', {
    documentId: 'html',
    fileType: 'HTML',
    fileContents: base64(`<!doctype html>${SCRIPT}`),
  }),
  chartDocument('a', {
    documentId: 'posing',
    fileType: 'JPG',
    fileContents: base64(`\n<html>${SCRIPT}</html>`),
  }),
  chartDocument('a', {
    documentId: 'svg',
    fileType: 'image/svg+xml',
    fileContents: base64(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">${SCRIPT}</svg>`),
  }),
];

let browser: Browser;
let sandbox: Gateway;
let own: TestGateway;
/** The frontend's server: it shows whatever the test puts there. */
let site: Server;
let html = '';
const requests: string[] = [];
beforeAll(async () => {
  [browser, sandbox, own] = await Promise.all([
    launchChromium(),
    startSandboxMode(),
    startTestGateway({ charts: OWN_CHARTS }),
  ]);
  site = createServer((request, response) => {
    requests.push(request.url ?? '');
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await Promise.all([sandbox?.close(), own?.close()]);
  site?.close();
});

async function linksOf(url: string, ids: readonly string[]): Promise<string[]> {
  const fields = ids.map((id, at) => `m${at}: media(documentId: "${id}") { content { url } }`);
  const { data } = await postOperation<Record<string, { content: { url: string } }>>(url, {
    query: `{ ${fields.join(' ')} }`,
  });
  return Object.values(data ?? {}).map(({ content }) => content.url);
}

async function show(body: string): Promise<Page> {
  html = `<!doctype html><title>Chart</title><body style="font: 16px sans-serif">${body}`;
  const page = await browser.newPage({ viewport: { width: 760, height: 420 } });
  await page.goto(`http://127.0.0.1:${portOf(site.address())}/`);
  return page;
}

test('a chart page: pictures, a voice memo, a consent form', { timeout: 60_000 }, async () => {
  const [photo, wound, memo, consent] = await linksOf(sandbox.url, [
    'doc-8842',
    'doc-8844',
    'doc-8846',
    'doc-8841',
  ]);
  const page = await show(`<h1>SYN-000417</h1>
    <p><img id="photo" src="${photo}" width="180"> <img id="wound" src="${wound}" width="180"></p>
    <p><audio id="memo" controls preload="auto" src="${memo}"></audio></p>
    <p><a id="consent" href="${consent}" target="_blank">Consent form (PDF)</a></p>`);
  await page.waitForFunction('[...document.images].every((one) => one.complete && one.naturalWidth > 0)');
  await page.waitForFunction('memo.readyState >= 2 && memo.duration > 0.4');
  const heard = await page.evaluate(`new Promise((resolve) => {
    memo.onseeked = () => resolve(memo.currentTime);
    memo.currentTime = 0.3;
  })`);
  expect(heard).toBeCloseTo(0.3, 1);
  const folder = await mkdtemp(join(tmpdir(), 'content-'));
  const path = process.env['UPDATE_SCREENSHOT'] ? PICTURE : join(folder, 'content.png');
  await page.screenshot({ path });
  expect((await stat(path)).size).toBeGreaterThan(5000);

  const opening = page.context().waitForEvent('page');
  await page.click('#consent');
  const pdf = await opening;
  // Chromium's viewer is an extension, in a frame of its own.
  await expect
    .poll(() => pdf.frames().filter((frame) => frame.url().startsWith('chrome-extension:')).length, {
      timeout: 20_000,
    })
    .toBe(1);
  await pdf.close();
  await page.close();
});

test('a long sound is fetched in parts, and seeks to what was not fetched yet', {
  timeout: 60_000,
}, async () => {
  const [sound] = await linksOf(own.url, ['long']);
  const page = await show(`<audio id="sound" controls preload="metadata" src="${sound}"></audio>`);
  const ranges: (string | undefined)[] = [];
  const statuses: number[] = [];
  page.on('response', (response) => {
    if (!response.url().includes('/content/')) return;
    statuses.push(response.status());
    ranges.push(response.request().headers()['range']);
  });
  await page.reload();
  await page.waitForFunction('sound.readyState >= 1 && sound.duration > 29');
  const reached = await page.evaluate(`new Promise((resolve, reject) => {
    sound.onseeked = () => resolve(sound.currentTime);
    sound.onerror = () => reject(new Error(sound.error.message));
    sound.currentTime = 28;
  })`);
  expect(reached).toBeCloseTo(28, 1);
  expect(new Set(statuses)).toEqual(new Set([206]));
  await page.close();
});

test.each(['html', 'posing', 'svg'])('%s is saved, never run', { timeout: 60_000 }, async (id) => {
  const [link = ''] = await linksOf(own.url, [id]);
  requests.length = 0;
  const page = await show(`<img id="inline" src="${link}"><iframe src="${link}"></iframe>
    <a id="open" href="${link}">open</a> <script src="${link}"></script>`);
  const saving = page.waitForEvent('download');
  await page.click('#open');
  expect((await saving).suggestedFilename()).toMatch(/^document\.(?:html|jpg|svg)$/);
  expect(await page.title()).toBe('Chart');
  expect(await page.evaluate('inline.naturalWidth')).toBe(0);
  expect(requests.filter((path) => path.includes('ran'))).toEqual([]);
  await page.close();
});
