/**
 * The offline explorer in a real browser: an example runs, its answer stands on the page, and nothing comes from elsewhere.
 * `UPDATE_SCREENSHOT=1 npm run test:browser -- test/browser/explorer.test.ts` takes README's picture anew.
 */
import { mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gateway } from '../../src/gateway.ts';
import { EXAMPLE_OPERATIONS } from '../../src/graphql/schema/example-operations.ts';
import { writeJwksFile } from '../http/callers/issuer.ts';
import { startSandboxMode } from '../http/servers.ts';
import { postOperation } from '../support/gateway.ts';
import { launchChromium } from './chromium.ts';

const PICTURE = fileURLToPath(new URL('../../docs/explorer.png', import.meta.url));
const SCREEN = { width: 1280, height: 760 };

let browser: Browser;
let gateway: Gateway;
beforeAll(async () => {
  browser = await launchChromium();
  gateway = await startSandboxMode();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
});

/** A visit, and the hosts it asked and the faults it had. */
async function openExplorer(url: string) {
  const page = await browser.newPage({ viewport: SCREEN });
  const hosts = new Set<string>();
  const faults: string[] = [];
  page.on('request', (request) => {
    if (/^https?:/.test(request.url())) hosts.add(new URL(request.url()).host);
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  await page.goto(new URL('/explorer', url).href);
  await page.getByRole('button', { name: /execute query/i }).waitFor({ timeout: 30_000 });
  return { page, hosts, faults };
}

async function runQuery(page: Page): Promise<string> {
  const response = page.locator('.graphiql-response');
  // The editor is there when its text is.
  await page.getByText('PatientChart(').first().waitFor({ timeout: 30_000 });
  await page.getByRole('button', { name: /execute query/i }).click();
  await response.getByText('"data"').first().waitFor({ timeout: 30_000 });
  // Lines of the editor are elements of their own, and their spaces no plain ones.
  return (await response.textContent())?.replaceAll('\u00a0', ' ') ?? '';
}

test('an example runs and its answer is shown, all from the gateway itself', {
  timeout: 90_000,
}, async () => {
  const { page, hosts, faults } = await openExplorer(gateway.url);
  const answer = await runQuery(page);
  expect(answer).toContain('"visitNumber": "V-3003"');
  // In words, beside the answer: what it cost at Redox.
  await page
    .getByRole('status')
    .filter({ hasText: /^This operation cost 1 Redox call, [\d,]+ kB\.$/ })
    .waitFor();
  // The schema was read too, for the editor and its documentation.
  await page.getByRole('button', { name: /documentation explorer/i }).click();
  await page.getByText('Root Types').waitFor({ timeout: 30_000 });
  await page.getByRole('button', { name: /documentation explorer/i }).click();
  const folder = await mkdtemp(join(tmpdir(), 'explorer-'));
  const path = process.env['UPDATE_SCREENSHOT'] ? PICTURE : join(folder, 'explorer.png');
  await page.screenshot({ path });
  expect((await stat(path)).size).toBeGreaterThan(20_000);
  expect([...hosts]).toEqual([new URL(gateway.url).host]);
  expect(faults).toEqual([]);
  // What is typed there may name patients: it is kept for the tab only, and not put into the address.
  expect(await page.evaluate('localStorage.length')).toBe(0);
  expect(page.url()).not.toContain('?');
  await page.close();
});

/** The editor's text; its lines are elements of their own, in the order of the page only by their position. */
async function shownOperation(page: Page): Promise<string> {
  return (await page.locator('.graphiql-query-editor .view-lines').textContent()) ?? '';
}

test('every example opens at the first click on its tab, from left to right and back', {
  timeout: 120_000,
}, async () => {
  const { page, faults } = await openExplorer(gateway.url);
  await page.getByText('PatientChart(').first().waitFor({ timeout: 30_000 });
  const names = EXAMPLE_OPERATIONS.map(({ name }) => name);
  for (const name of [...names.slice(1), ...names.toReversed().slice(1)]) {
    const button = page.locator('.graphiql-tab-button', { hasText: name });
    await button.scrollIntoViewIfNeeded();
    const tab = await button.boundingBox();
    if (tab === null) throw new Error(`no tab of ${name} is shown`);
    // As a mouse clicks: where the tab is drawn, whatever lies there.
    await page.mouse.click(tab.x + tab.width / 2, tab.y + tab.height / 2);
    await page.locator('.graphiql-tab-active', { hasText: name }).waitFor({ timeout: 5_000 });
    await expect.poll(() => shownOperation(page), { timeout: 5_000 }).toContain(name);
  }
  expect(faults).toEqual([]);
  await page.close();
});

test('an example that writes is answered, and the chart shows it', { timeout: 120_000 }, async () => {
  const { page } = await openExplorer(gateway.url);
  await page.getByText('PatientChart(').first().waitFor({ timeout: 30_000 });
  const run = async (name: string, expected: string) => {
    await page.locator('.graphiql-tab-button', { hasText: name }).click();
    await page.locator('.graphiql-tab-active', { hasText: name }).waitFor({ timeout: 5_000 });
    // GraphiQL reads the operation's name a moment after the tab is shown, and refuses to execute it before.
    const execute = async () => {
      await page.getByRole('button', { name: /execute query/i }).click();
      return page.locator('.graphiql-response').textContent();
    };
    await expect.poll(execute, { timeout: 30_000, interval: 500 }).toContain(expected);
  };
  await run('SaveDocument', '"doc-9001"');
  await run('PatientChart', '"doc-9001"');
  await run('DeleteDocument', '"redoxLogIds"');
  await page.close();
});

test('the example that is live shows a document as soon as it is filed', { timeout: 120_000 }, async () => {
  const { page } = await openExplorer(gateway.url);
  const exampleOf = (type: string) => EXAMPLE_OPERATIONS.find((example) => example.type === type);
  const [live, save] = [exampleOf('subscription'), exampleOf('mutation')];
  if (live === undefined || save === undefined) throw new Error('there is no example that is live');
  await page.getByText('PatientChart(').first().waitFor({ timeout: 30_000 });
  await page.locator('.graphiql-tab-button', { hasText: live.name }).click();
  await page.locator('.graphiql-tab-active', { hasText: live.name }).waitFor({ timeout: 5_000 });
  const subscribed = page.waitForResponse(
    (response) => response.headers()['content-type']?.startsWith('text/event-stream') ?? false,
    { timeout: 60_000 },
  );
  const isSubscribed = subscribed.then(() => true);
  // GraphiQL reads the operation's name a moment after the tab is shown: executed before, it is refused and may be executed again.
  const execute = async () => {
    const button = page.getByRole('button', { name: /execute query/i });
    if (await button.isVisible()) await button.click();
    return Promise.race([isSubscribed, page.waitForTimeout(500)]);
  };
  await expect.poll(execute, { timeout: 55_000, interval: 500 }).toBe(true);
  // Its variables name patients, and addresses reach histories and logs.
  expect((await subscribed).url()).toBe(gateway.url);
  const { consent } = save.variables as { consent: object };
  const saved = { ...consent, documentId: 'doc-live', clientMutationId: 'live-1' };
  await postOperation(gateway.url, { query: save.document, variables: { consent: saved } });
  await page.locator('.graphiql-response').getByText('"doc-live"').first().waitFor({ timeout: 30_000 });
  await page.close();
});

test('where introspection is off there is no such page', async () => {
  const closed = await startSandboxMode({ INTROSPECTION: 'false' });
  try {
    expect((await fetch(new URL('/explorer', closed.url))).status).toBe(404);
  } finally {
    await closed.close();
  }
});

test('where callers need tokens, the page opens without one and has a place for it', {
  timeout: 60_000,
}, async () => {
  const guarded = await startSandboxMode({
    AUTH_MODE: 'jwt',
    AUTH_ISSUER: 'https://issuer.example/',
    AUTH_AUDIENCE: 'media',
    AUTH_JWKS_FILE: await writeJwksFile(),
  });
  try {
    const page = await (await fetch(new URL('/explorer', guarded.url))).text();
    expect(page).toContain('Bearer TOKEN');
  } finally {
    await guarded.close();
  }
});

test('its assets are kept, the page is not, and other names are nothing', async () => {
  const response = await fetch(new URL('/explorer', gateway.url));
  expect(response.headers.get('cache-control')).toBe('private, no-store');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  const names = [...(await response.text()).matchAll(/(?:src|href)="(explorer\/[^"]+)"/g)].map(
    ([, name]) => name,
  );
  expect(names).toHaveLength(3);
  for (const name of names) {
    const asset = await fetch(new URL(`/${name}`, gateway.url));
    expect(asset.status).toBe(200);
    expect(asset.headers.get('cache-control')).toContain('immutable');
    await asset.arrayBuffer();
  }
  for (const name of ['explorer/other.js', 'explorer/..%2fpackage.json', 'explorer/__proto__']) {
    expect((await fetch(new URL(`/${name}`, gateway.url))).status).toBe(404);
  }
});
