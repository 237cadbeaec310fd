/** The browser's Back and Forward in the chart viewer: they lead where a person was, and the history says nothing of any patient. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from '../http/callers/issuer.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { launchChromium } from './chromium.ts';
import { openViewer, SOON } from './viewer-page.ts';

const CHARTS = [
  chartDocument('a', { documentId: 'doc-a', documentDescription: 'Of the first patient' }),
  chartDocument('b', { documentId: 'doc-b', documentDescription: 'Of the second patient' }),
];
const PDF = Buffer.from('%PDF-1.7\n% synthetic\n');

const browser: Browser = await launchChromium();
afterAll(() => browser.close());
let gateway: TestGateway;
const jwksFile = await writeJwksFile();
beforeEach(async () => {
  gateway = await startTestGateway(
    { charts: CHARTS },
    {
      VIEWER: 'true',
      AUTH_MODE: 'jwt',
      AUTH_ISSUER: ISSUER,
      AUTH_AUDIENCE: AUDIENCE,
      AUTH_JWKS_FILE: jwksFile,
    },
  );
});
afterEach(() => gateway.close());

const tilesOf = (page: Page) => page.getByRole('region', { name: 'Documents' }).getByRole('listitem');
const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 }).waitFor();

async function enterToken(page: Page): Promise<void> {
  const token = await signToken({ claims: { scope: 'media:read content:read media:write' } });
  await page.getByLabel('Bearer token').fill(token);
  await page.getByRole('button', { name: 'Open the viewer' }).click();
}

async function find(page: Page, value: string): Promise<void> {
  await page.getByLabel('Identifier', { exact: true }).fill(value);
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await heading(page, value);
  await expect.poll(() => tilesOf(page).count(), SOON).toBe(1);
}

async function start() {
  const viewer = await openViewer(browser, gateway.url);
  await enterToken(viewer.page);
  await viewer.page.getByLabel('Identifier', { exact: true }).waitFor();
  return viewer;
}

test('Back closes a document, then leads to the patient before, then to the list; Forward leads there again', {
  timeout: 60_000,
}, async () => {
  const { page, faults } = await start();
  const panel = page.getByRole('complementary');
  await find(page, 'SYN-a');
  await find(page, 'SYN-b');
  await tilesOf(page).getByRole('button').click();
  await panel.getByRole('heading', { name: 'Of the second patient' }).waitFor();
  const tile = await tilesOf(page).getByRole('button').getAttribute('id');
  await page.goBack();
  await expect.poll(() => panel.count(), SOON).toBe(0);
  await heading(page, 'SYN-b');
  // As after closing it by its button.
  expect(await page.evaluate('document.activeElement.id')).toBe(tile);
  await page.goBack();
  await heading(page, 'SYN-a');
  await tilesOf(page).getByText('Of the first patient').waitFor();
  expect(await page.getByText('Of the second patient').count()).toBe(0);
  await page.goBack();
  await heading(page, 'Open a chart');
  expect(await page.evaluate('document.activeElement.innerText')).toMatch(/^SYN-a\b/);
  await page.goForward();
  await heading(page, 'SYN-a');
  await page.goForward();
  await page.goForward();
  await panel.getByRole('heading', { name: 'Of the second patient' }).waitFor();
  await heading(page, 'SYN-b');
  expect(await page.getByText('Of the first patient').count()).toBe(0);
  expect(faults).toEqual([]);
  await page.close();
});

test('neither the address, nor what the browser keeps of the history, nor the title names a patient or a document', {
  timeout: 60_000,
}, async () => {
  const { page } = await start();
  await find(page, 'SYN-a');
  await tilesOf(page).getByRole('button').click();
  await page.getByRole('complementary').waitFor();
  const kept = '[location.pathname + location.search + location.hash, document.title, history.state]';
  const [address, title, state] = (await page.evaluate(kept)) as [string, string, { place: string }];
  expect([address, title]).toEqual(['/', expect.not.stringContaining('SYN')]);
  // A number that means nothing beyond this load of the page.
  expect(state).toEqual({ place: expect.stringMatching(/^[\d.]+ \d+$/) });
  await page.reload();
  await enterToken(page);
  await heading(page, 'Open a chart');
  await page.goBack();
  await heading(page, 'Open a chart');
  await page.close();
});

test('the next caller finds nothing in the history of the one before', { timeout: 60_000 }, async () => {
  const { page } = await start();
  await find(page, 'SYN-a');
  await find(page, 'SYN-b');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await enterToken(page);
  await heading(page, 'Open a chart');
  for (const step of [() => page.goBack(), () => page.goBack(), () => page.goForward()]) {
    await step();
    await heading(page, 'Open a chart');
  }
  expect(await page.getByText('SYN-a').count()).toBe(0);
  await page.close();
});

test('a dialog that is open stays, with its files and its patient', { timeout: 60_000 }, async () => {
  const { page } = await start();
  await find(page, 'SYN-a');
  await find(page, 'SYN-b');
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Add documents' }).click();
  await (await choosing).setFiles([{ name: 'one.pdf', mimeType: 'application/pdf', buffer: PDF }]);
  const dialog = page.getByRole('dialog');
  await dialog.getByText('one.pdf').waitFor();
  await page.goBack();
  await dialog.getByLabel('Type').fill('Letter');
  await dialog.getByLabel('Provider’s ID').fill('SYN-provider');
  await dialog.getByRole('button', { name: 'Upload' }).click();
  await dialog.getByText('Redox has accepted it.', { exact: true }).waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await heading(page, 'SYN-b');
  await expect.poll(() => tilesOf(page).count(), SOON).toBe(2);
  await page.goBack();
  await heading(page, 'SYN-a');
  await expect.poll(() => tilesOf(page).count(), SOON).toBe(1);
  await page.close();
});

test('the link that skips to the chart leaves the chart open', { timeout: 60_000 }, async () => {
  const { page } = await start();
  await find(page, 'SYN-a');
  await page.getByRole('link', { name: 'Skip to the chart' }).focus();
  await page.keyboard.press('Enter');
  expect(await page.evaluate('document.activeElement.id')).toBe('chart');
  await heading(page, 'SYN-a');
  await page.goBack();
  await heading(page, 'SYN-a');
  await page.goBack();
  await heading(page, 'Open a chart');
  await page.close();
});
