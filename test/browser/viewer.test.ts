/** The chart viewer in a real browser, over the sandbox's charts: what people see and do first. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gateway } from '../../src/gateway.ts';
import { startSandboxMode } from '../http/servers.ts';
import { launchChromium } from './chromium.ts';
import { openChart, openViewer, picture, waitForPictures } from './viewer-page.ts';

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
  await expect.poll(() => documents.getByRole('listitem').count()).toBe(8);
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
