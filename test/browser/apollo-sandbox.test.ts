/**
 * Apollo Sandbox in a real browser. Its program comes from Apollo's site, which no test may need: only that site is put in
 * here, by a page that does what Sandbox does. The gateway, its page and its cross-origin rules are real.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gateway } from '../../src/gateway.ts';
import { EXAMPLE_OPERATIONS } from '../../src/graphql/schema/example-operations.ts';
import { writeJwksFile } from '../http/callers/issuer.ts';
import { startSandboxMode } from '../http/servers.ts';
import { launchChromium } from './chromium.ts';

const STUDIO = 'https://studio.apollographql.com/';

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

/** The types that a page of this address learns by introspection, or how its request failed. */
async function introspectFrom(address: string, url: string): Promise<unknown> {
  const context = await browser.newContext();
  // Chromium asks its user before a page of the internet may call this machine: yes.
  await context.grantPermissions(['local-network-access'], { origin: new URL(address).origin });
  const page = await context.newPage();
  await page.route(`${new URL(address).origin}/**`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>A page</title>' }),
  );
  await page.goto(address);
  const introspect = `fetch(${JSON.stringify(url)}, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ __schema { queryType { fields { name } } } }' }),
  }).then((answer) => answer.json(), (error) => error.name)`;
  const found: unknown = await page.evaluate(introspect);
  await context.close();
  return found;
}

test('introspection is reachable from Apollo’s site, and from no other', { timeout: 60_000 }, async () => {
  expect(await introspectFrom(STUDIO, gateway.url)).toMatchObject({
    data: { __schema: { queryType: { fields: expect.arrayContaining([{ name: 'patient' }]) } } },
  });
  expect(await introspectFrom('https://elsewhere.example/', gateway.url)).toBe('TypeError');
});

/** What the gateway's own page hands to Apollo's program, which is put in by one that keeps it. */
async function openLandingPage(url: string): Promise<Record<string, unknown>> {
  const page = await browser.newPage();
  await page.route(/^https:/, (route) =>
    route.request().url().includes('embeddable-sandbox')
      ? route.fulfill({
          contentType: 'text/javascript',
          body: 'window.EmbeddedSandbox = function (options) { window.handedOver = options; };',
        })
      : route.abort(),
  );
  await page.goto(url);
  await page.waitForFunction('window.handedOver');
  const options = (await page.evaluate('JSON.parse(JSON.stringify(window.handedOver))')) as Record<
    string,
    unknown
  >;
  await page.close();
  return options;
}

test('the page opens with the examples and asks this gateway', { timeout: 60_000 }, async () => {
  const options = await openLandingPage(gateway.url);
  const { document, variables } = options['initialState'] as { document: string; variables: object };
  for (const example of EXAMPLE_OPERATIONS) {
    expect(document).toContain(example.document);
    expect(variables).toMatchObject(example.variables);
  }
  expect(options['initialEndpoint']).toBe(gateway.url);
  expect(options['runTelemetry']).toBe(false);
});

test('where callers need tokens it opens without one, with a place for it', { timeout: 60_000 }, async () => {
  const guarded = await startSandboxMode({
    AUTH_MODE: 'jwt',
    AUTH_ISSUER: 'https://issuer.example/',
    AUTH_AUDIENCE: 'media',
    AUTH_JWKS_FILE: await writeJwksFile(),
  });
  try {
    const options = await openLandingPage(guarded.url);
    expect(options['initialState']).toMatchObject({ sharedHeaders: { authorization: 'Bearer TOKEN' } });
  } finally {
    await guarded.close();
  }
});

test('where its site cannot be reached, a link leads to the offline explorer', {
  timeout: 60_000,
}, async () => {
  const page = await browser.newPage();
  await page.route(/^https:/, (route) => route.abort());
  await page.goto(gateway.url);
  await page.getByRole('link', { name: 'Open the offline explorer' }).click();
  await page.waitForURL('**/explorer');
  await page.getByRole('button', { name: /execute query/i }).waitFor({ timeout: 30_000 });
  await page.close();
});
