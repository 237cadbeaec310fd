/**
 * The chart viewer by the name of another machine, without TLS, as a trial in a container is opened: to the browser that is no secure
 * context, in which it withholds some of its functions.
 */
import type { Browser } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { launchChromium } from './chromium.ts';
import { openViewer, SOON } from './viewer-page.ts';

const NAME = 'trial.example';
const browser: Browser = await launchChromium(`--host-resolver-rules=MAP ${NAME} 127.0.0.1`);
afterAll(() => browser.close());

test('a document is added, and shown', { timeout: 60_000 }, async () => {
  await using gateway = await startTestGateway(
    { charts: [chartDocument('a')] },
    { VIEWER: 'true', PUBLIC_URL: `http://${NAME}` },
  );
  const { page, faults } = await openViewer(browser, gateway.url.replace('127.0.0.1', NAME));
  expect(await page.evaluate('isSecureContext')).toBe(false);
  await page.getByLabel('Identifier', { exact: true }).fill('SYN-a');
  await page.keyboard.press('Enter');
  const tiles = page.getByRole('region', { name: 'Documents' }).getByRole('listitem');
  await expect.poll(() => tiles.count(), SOON).toBe(1);
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Add documents' }).click();
  const buffer = Buffer.from('Synthetic words of another machine.');
  await (await choosing).setFiles([{ name: 'note.txt', mimeType: 'text/plain', buffer }]);
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Type').fill('Letter');
  await dialog.getByLabel('Provider’s ID').fill('SYN-provider');
  await dialog.getByRole('button', { name: 'Upload' }).click();
  await dialog.getByText('Redox has accepted it.', { exact: true }).waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect.poll(() => tiles.count(), SOON).toBe(2);
  await tiles.first().getByRole('button').click();
  const text = page.getByRole('complementary').getByRole('textbox');
  await expect.poll(() => text.inputValue(), SOON).toContain('of another machine');
  expect(faults).toEqual([]);
  await page.close();
});
