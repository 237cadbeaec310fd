/**
 * The chart viewer in a real browser, over the sandbox's charts: what people see and do first.
 * `UPDATE_SCREENSHOT=1 npm run test:browser -- test/browser/viewer.test.ts` takes README's picture anew.
 */
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gateway } from '../../src/gateway.ts';
import { startSandboxMode } from '../http/servers.ts';
import { postOperation } from '../support/gateway.ts';
import { launchChromium } from './chromium.ts';
import { openChart, openViewer, picture, SOON, waitForPictures } from './viewer-page.ts';

const PICTURE = fileURLToPath(new URL('../../docs/viewer.png', import.meta.url));

let browser: Browser;
let gateway: Gateway;
beforeAll(async () => {
  [browser, gateway] = await Promise.all([launchChromium(), startSandboxMode()]);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
});

test('patients, a chart and what it cost, all from the gateway itself', { timeout: 120_000 }, async () => {
  const { page, faults, hosts } = await openViewer(browser, gateway.url);
  const list = page.getByRole('navigation', { name: 'Patients' });
  await list.getByText('8 documents').first().waitFor();
  await picture(page, 'patients');
  const before = gateway.sandbox?.callCount ?? 0;
  await openChart(page, 'SYN-000417');
  const documents = page.getByRole('region', { name: 'Documents' });
  await expect.poll(() => documents.getByRole('listitem').count(), SOON).toBe(8);
  await waitForPictures(page);
  expect((gateway.sandbox?.callCount ?? 0) - before).toBe(1);
  await picture(page, 'chart');
  await page.getByRole('button', { name: /Redox call/ }).click();
  await page.getByText('Media Query 1').first().waitFor({ state: 'attached' });
  await page.locator('#costs summary').first().click();
  await picture(page, 'cost');
  expect(faults).toEqual([]);
  expect([...hosts]).toEqual([new URL(gateway.url).host]);
  await page.close();
});

const LIVES = [
  ['SYN-000417', /instructions/i, 'iframe', 'paper'],
  ['SYN-000417', /last visit/i, 'img.shown', 'photo'],
  ['SYN-000417', /memo/i, 'audio.shown', 'sound'],
  ['SYN-000419', /walk/i, 'video.shown', 'video'],
  ['SYN-000417', /plan/i, 'textarea.shown', 'text'],
] as const;

test.each(LIVES)('%s: %s opens beside the list', { timeout: 120_000 }, async (patient, name, shown, kind) => {
  const { page, faults } = await openViewer(browser, gateway.url);
  await openChart(page, patient);
  const tile = page.getByRole('region', { name: 'Documents' }).getByRole('button', { name }).first();
  await tile.click();
  const panel = page.getByRole('complementary');
  await panel.locator(shown).waitFor();
  expect(await panel.getByRole('alert').count()).toBe(0);
  if (kind === 'paper') {
    // Chromium's own viewer of PDFs, in the frame.
    await expect
      .poll(() => page.frames().filter((frame) => frame.url().startsWith('chrome-extension:')).length, {
        timeout: 20_000,
      })
      .toBe(1);
  }
  if (kind === 'sound' || kind === 'video') {
    const seconds = () => page.evaluate(`document.querySelector(${JSON.stringify(shown)})?.duration`);
    await expect.poll(seconds, SOON).toBeGreaterThan(5);
  }
  if (kind === 'photo' && process.env['UPDATE_SCREENSHOT']) await page.screenshot({ path: PICTURE });
  if (kind === 'text') expect(await panel.locator(shown).inputValue()).toContain('日本');
  await picture(page, `opened-${kind}`);
  // By keyboard: Escape closes it, and the focus is back where it was.
  await page.keyboard.press('Escape');
  await expect.poll(() => panel.count(), SOON).toBe(0);
  expect(await page.evaluate('document.activeElement.id')).toBe(await tile.getAttribute('id'));
  expect(faults).toEqual([]);
  await page.close();
});

test('filters by type, visit, month and day cost no further call', { timeout: 120_000 }, async () => {
  const { page, faults } = await openViewer(browser, gateway.url);
  await openChart(page, 'SYN-000417');
  const tiles = page.getByRole('region', { name: 'Documents' }).getByRole('listitem');
  await expect.poll(() => tiles.count(), SOON).toBe(8);
  const before = gateway.sandbox?.callCount;
  await page.getByRole('checkbox', { name: 'Wound Photo 2' }).check();
  await expect.poll(() => tiles.count(), SOON).toBe(2);
  await page.getByRole('checkbox', { name: 'Photo 2', exact: true }).check();
  await expect.poll(() => tiles.count(), SOON).toBe(4);
  await page.getByRole('radio', { name: 'V-3003 2 Mar 2026' }).check();
  await expect.poll(() => tiles.count(), SOON).toBe(1);
  await picture(page, 'filtered');
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect.poll(() => tiles.count(), SOON).toBe(8);
  await page.getByRole('button', { name: /^Mar 2026/ }).click();
  await expect.poll(() => tiles.count(), SOON).toBe(2);
  await page.getByLabel('To', { exact: true }).fill('2026-03-01');
  await page.getByText('No document matches the filters').waitFor();
  await picture(page, 'nothing-left');
  expect(gateway.sandbox?.callCount).toBe(before);
  expect(faults).toEqual([]);
  await page.close();
});

test('a document that another program files appears by itself', { timeout: 60_000 }, async () => {
  const { page, faults } = await openViewer(browser, gateway.url);
  await openChart(page, 'SYN-000420');
  const tiles = page.getByRole('region', { name: 'Documents' }).getByRole('listitem');
  await expect.poll(() => tiles.count(), SOON).toBe(5);
  const input = {
    patient: { identifiers: [{ value: 'SYN-000420', idType: 'MR' }] },
    provider: { id: 'SYN-provider' },
    documentId: 'from-elsewhere',
    documentType: 'Letter',
    documentDescription: 'Synthetic letter from elsewhere',
    fileName: 'letter',
    fileType: 'TXT',
    content: { base64: Buffer.from('synthetic').toString('base64') },
  };
  const { errors } = await postOperation(gateway.url, {
    query: 'mutation ($input: SaveMediaInput!) { saveMedia(input: $input) { accepted } }',
    variables: { input },
  });
  expect(errors).toEqual([]);
  await tiles.getByText('Synthetic letter from elsewhere').waitFor();
  await page.getByText('Letter was added.').waitFor();
  // The list of patients says so, too, without having asked.
  await page
    .getByRole('navigation')
    .getByRole('button', { name: /^SYN-000420 6 documents/ })
    .waitFor();
  await picture(page, 'changed');
  expect(faults).toEqual([]);
  await page.close();
});

test('a patient is found by an identifier; one without documents is no error', {
  timeout: 60_000,
}, async () => {
  const { page, faults } = await openViewer(browser, gateway.url);
  await page.getByLabel('IDType', { exact: true }).fill('EHRID');
  await page.getByLabel('Identifier', { exact: true }).fill('e-55031');
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByText('8 documents in 3 visits').waitFor();
  await page.getByLabel('IDType', { exact: true }).fill('MR');
  await page.getByLabel('Identifier', { exact: true }).fill('SYN-none');
  await page.keyboard.press('Enter');
  await page.getByText('This chart has no documents').waitFor();
  await picture(page, 'empty-chart');
  // Identifiers are health data: nothing is stored, and nothing is in the address.
  expect(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]')).toEqual([
    0,
    0,
    '',
  ]);
  expect(new URL(page.url()).pathname + new URL(page.url()).search + new URL(page.url()).hash).toBe('/');
  expect(faults).toEqual([]);
  await page.close();
});
