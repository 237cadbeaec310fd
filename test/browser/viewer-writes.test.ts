/** The chart viewer writes: files that are dropped or chosen become documents, and documents are replaced and deleted. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { launchChromium } from './chromium.ts';
import { openViewer, picture, SOON } from './viewer-page.ts';

const PDF = Buffer.from('%PDF-1.7\n% synthetic\n');
const CHARTS = [
  chartDocument('a', {
    documentId: 'doc-a',
    documentType: 'Consent Form',
    documentDescription: 'Signed by hand',
    fileName: 'consent',
    serviceDateTime: '2026-01-05',
  }),
  chartDocument('a', { documentId: 'doc-b', fileName: null, serviceDateTime: '2026-01-04' }),
];

const browser: Browser = await launchChromium();
let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startTestGateway({ charts: CHARTS }, { VIEWER: 'true' });
});
afterEach(() => gateway.close());
afterAll(() => browser.close());

async function openOwnChart() {
  const viewer = await openViewer(browser, gateway.url);
  const { page } = viewer;
  await page.getByLabel('Identifier', { exact: true }).fill('SYN-a');
  await page.keyboard.press('Enter');
  await expect.poll(() => tilesOf(page).count(), SOON).toBe(2);
  return viewer;
}

const tilesOf = (page: Page) => page.getByRole('region', { name: 'Documents' }).getByRole('listitem');

async function chooseFile(page: Page, button: string | RegExp, ...files: { name: string; buffer: Buffer }[]) {
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: button }).click();
  const chooser = await choosing;
  await chooser.setFiles(files.map((file) => ({ mimeType: 'application/pdf', ...file })));
}

test('files that are chosen are uploaded one by one, and appear in the chart', {
  timeout: 120_000,
}, async () => {
  const { page, faults } = await openOwnChart();
  await chooseFile(page, 'Add documents', { name: 'one.pdf', buffer: PDF }, { name: 'two.pdf', buffer: PDF });
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Type').fill('Letter');
  await dialog.getByLabel('Day of the service').fill('2026-02-03');
  await dialog.getByLabel('Provider’s ID').fill('SYN-provider');
  await picture(page, 'upload');
  await dialog.getByRole('button', { name: 'Upload' }).click();
  await dialog.getByText('Redox has accepted it.', { exact: true }).waitFor();
  await picture(page, 'uploaded');
  expect(gateway.redox.uploads.map(({ fileName, mediaType }) => [fileName, mediaType])).toEqual([
    ['one.pdf', 'application/pdf'],
    ['two.pdf', 'application/pdf'],
  ]);
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect.poll(() => tilesOf(page).count(), SOON).toBe(4);
  await page.getByText('3 Feb 2026').first().waitFor();
  expect(faults).toEqual([]);
  await page.close();
});

test('a file of 29 MB: how far it is shows, and it arrives whole', { timeout: 60_000 }, async () => {
  const { page } = await openOwnChart();
  const large = Buffer.alloc(29_000_000, '% synthetic\n');
  PDF.copy(large);
  await chooseFile(page, 'Add documents', { name: 'large.pdf', buffer: large });
  const dialog = page.getByRole('dialog');
  await dialog.getByText('29.0 MB').waitFor();
  await dialog.getByLabel('Type').fill('Letter');
  await dialog.getByLabel('Provider’s ID').fill('SYN-provider');
  const shares = dialog.getByRole('progressbar', { name: 'large.pdf: sent' });
  const seen = shares.waitFor();
  await dialog.getByRole('button', { name: 'Upload' }).click();
  await seen;
  await dialog.getByText('Redox has accepted it.', { exact: true }).waitFor();
  expect(gateway.redox.uploads.map(({ byteLength }) => byteLength)).toEqual([large.length]);
  await page.close();
});

test('a file that is dropped on the chart is offered for upload', { timeout: 60_000 }, async () => {
  const { page } = await openOwnChart();
  const files = await page.evaluateHandle(`(() => {
    const files = new DataTransfer();
    files.items.add(new File(['%PDF-1.7 synthetic'], 'dropped.pdf', { type: 'application/pdf' }));
    return files;
  })()`);
  const zone = page.getByRole('region', { name: 'Chart' });
  await zone.dispatchEvent('dragenter', { dataTransfer: files });
  await page.getByText('Drop files to add them to this chart').waitFor();
  await picture(page, 'dragging');
  await zone.dispatchEvent('drop', { dataTransfer: files });
  await page.getByRole('dialog').getByText('dropped.pdf').waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => page.getByRole('dialog').count(), SOON).toBe(0);
  expect(gateway.redox.uploads).toEqual([]);
  await page.close();
});

test('what the gateway refuses is said in its words, and can be tried again', {
  timeout: 60_000,
}, async () => {
  const { page } = await openOwnChart();
  const program = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(500)]);
  await chooseFile(page, 'Add documents', { name: 'tool.pdf', buffer: program });
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Type').fill('Letter');
  await dialog.getByLabel('Provider’s ID').fill('SYN-provider');
  await dialog.getByRole('button', { name: 'Upload' }).click();
  await dialog.getByText('The file is not accepted.').waitFor();
  await dialog.getByRole('button', { name: 'Try again' }).waitFor();
  await picture(page, 'upload-refused');
  expect(gateway.redox.uploads).toEqual([]);
  await page.close();
});

test('a document is replaced', { timeout: 60_000 }, async () => {
  const { page } = await openOwnChart();
  await tilesOf(page)
    .getByRole('button', { name: /Signed by hand/ })
    .click();
  await chooseFile(page, 'Replace…', { name: 'signed-again.pdf', buffer: PDF });
  const dialog = page.getByRole('dialog');
  // What is known of the document is entered already.
  expect(await dialog.getByLabel('Type').inputValue()).toBe('Consent Form');
  await dialog.getByLabel('Description').fill('Signed again');
  await dialog.getByLabel('Provider’s ID').fill('SYN-provider');
  await dialog.getByRole('button', { name: 'Replace' }).click();
  await dialog.getByText('Redox has accepted it.', { exact: true }).waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await tilesOf(page).getByText('Signed again').waitFor();
  expect(await tilesOf(page).getByText('Signed by hand').count()).toBe(0);
  expect(await tilesOf(page).count()).toBe(2);
  await page.close();
});

test('a document is deleted after a question, and kept where the answer is no', {
  timeout: 60_000,
}, async () => {
  const { page } = await openOwnChart();
  await tilesOf(page)
    .getByRole('button', { name: /Signed by hand/ })
    .click();
  await page.getByRole('button', { name: 'Delete…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Signed by hand').waitFor();
  await picture(page, 'delete');
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  await expect.poll(() => dialog.count(), SOON).toBe(0);
  expect(await tilesOf(page).count()).toBe(2);
  await page.getByRole('button', { name: 'Delete…' }).click();
  await dialog.getByLabel('Provider’s ID').fill('SYN-provider');
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect.poll(() => tilesOf(page).count(), SOON).toBe(1);
  await page.close();
});

test('what Redox needs and the health system did not send is named', { timeout: 60_000 }, async () => {
  const { page } = await openOwnChart();
  await tilesOf(page)
    .getByRole('button', { name: /4 Jan 2026/ })
    .click();
  await page.getByText('the health system sent it without file name').waitFor();
  expect(await page.getByRole('button', { name: 'Delete…' }).isDisabled()).toBe(true);
  await page.close();
});

test('a write of unknown outcome is not sent again by a button', { timeout: 60_000 }, async () => {
  const { page } = await openOwnChart();
  gateway.redox.answerWrite = () => ({ status: 504, body: '' });
  await chooseFile(page, 'Add documents', { name: 'one.pdf', buffer: PDF });
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Type').fill('Letter');
  await dialog.getByLabel('Provider’s ID').fill('SYN-provider');
  await dialog.getByRole('button', { name: 'Upload' }).click();
  await dialog.getByText('It is not known whether Redox has accepted it.').waitFor();
  expect(await dialog.getByRole('button', { name: 'Try again' }).count()).toBe(0);
  await picture(page, 'outcome-unknown');
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect.poll(() => dialog.count(), SOON).toBe(0);
  await page.close();
});
