/** The chart viewer on bad days: tokens that end, rights that are narrow, Redox away, charts and files that are large, odd or broken. */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from '../http/callers/issuer.ts';
import { startTestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { launchChromium } from './chromium.ts';
import { openViewer, picture, SOON, waitForPictures } from './viewer-page.ts';

const browser: Browser = await launchChromium();
afterAll(() => browser.close());

const JWKS_FILE = await writeJwksFile();
const GUARDED = {
  VIEWER: 'true',
  AUTH_MODE: 'jwt',
  AUTH_ISSUER: ISSUER,
  AUTH_AUDIENCE: AUDIENCE,
  AUTH_JWKS_FILE: JWKS_FILE,
};
const ALL_SCOPES = { scope: 'media:read content:read media:write' };
const PHOTO = readFileSync(new URL('../../sandbox/assets/everyday/scrape.jpg', import.meta.url));

const CHARTS = [
  chartDocument('a', { documentId: 'doc-a', documentDescription: 'A note', serviceDateTime: '2026-01-05' }),
  chartDocument('b', { documentId: 'doc-b', documentDescription: 'Of another patient' }),
];

const tilesOf = (page: Page) => page.getByRole('region', { name: 'Documents' }).getByRole('listitem');

async function find(page: Page, value: string): Promise<void> {
  await page.getByLabel('Identifier', { exact: true }).fill(value);
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByRole('heading', { name: value, level: 1 }).waitFor();
}

async function enterToken(page: Page, token: string): Promise<void> {
  await page.getByLabel('Bearer token').fill(token);
  await page.getByRole('button', { name: 'Open the viewer' }).click();
}

test('a token is asked for, stays in memory, and is asked for again when it ends', {
  timeout: 120_000,
}, async () => {
  await using gateway = await startTestGateway({ charts: CHARTS }, { ...GUARDED, CONTENT_LINKS: 'bearer' });
  const { page } = await openViewer(browser, gateway.url);
  await page.getByLabel('Bearer token').waitFor();
  await picture(page, 'door');
  const expired = await signToken({ claims: { ...ALL_SCOPES, exp: 1_700_000_000 } });
  await enterToken(page, expired);
  await page.getByText('The token is not valid any more.').waitFor();
  await picture(page, 'token-expired');
  await enterToken(page, await signToken({ claims: ALL_SCOPES }));
  await find(page, 'SYN-a');
  await expect.poll(() => tilesOf(page).count(), SOON).toBe(1);
  // Links need the token too: the page fetches the file with it.
  await tilesOf(page).getByRole('button').click();
  await expect
    .poll(() => page.getByRole('complementary').getByRole('textbox').inputValue(), SOON)
    .toContain('of a');
  await picture(page, 'bearer-links');
  expect(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]')).toEqual([
    0,
    0,
    '',
  ]);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Bearer token').waitFor();
  // The next caller sees nothing of what this one opened.
  await enterToken(page, await signToken({ claims: { ...ALL_SCOPES, redox_patients: [] } }));
  await page.getByLabel('Identifier', { exact: true }).waitFor();
  expect(await page.getByText('SYN-a').count()).toBe(0);
  await page.close();
});

test('rights to one patient: the other one is refused in words, and nothing of it is shown', {
  timeout: 120_000,
}, async () => {
  await using gateway = await startTestGateway({ charts: CHARTS }, GUARDED);
  const { page } = await openViewer(browser, gateway.url);
  const claims = { ...ALL_SCOPES, redox_patients: ['MR|SYN-a'] };
  await enterToken(page, await signToken({ claims }));
  await find(page, 'SYN-a');
  await expect.poll(() => tilesOf(page).count(), SOON).toBe(1);
  await find(page, 'SYN-b');
  await page.getByText('Your rights do not cover this.').waitFor();
  expect(await page.getByText('Of another patient').count()).toBe(0);
  expect(await page.getByText('A note').count()).toBe(0);
  await picture(page, 'rights-to-one');
  await page.close();
});

test('Redox away: it is said that documents may be missing, and trying again shows them', {
  timeout: 120_000,
}, async () => {
  await using gateway = await startTestGateway({ charts: CHARTS }, { VIEWER: 'true', INTROSPECTION: 'true' });
  gateway.redox.answer = () => ({ status: 503, body: '' });
  const { page } = await openViewer(browser, gateway.url);
  await find(page, 'SYN-a');
  await page.getByText('Redox cannot be reached.').waitFor();
  // A chart that could not be read must not look like an empty one.
  expect(await page.getByText('This chart has no documents').count()).toBe(0);
  await picture(page, 'redox-away');
  gateway.redox.answer = undefined;
  await expect
    .poll(
      async () => {
        const retry = page.getByRole('button', { name: 'Try again' });
        if ((await retry.count()) > 0) await retry.click();
        await page.waitForTimeout(500);
        return tilesOf(page).count();
      },
      { timeout: 60_000 },
    )
    .toBe(1);
  // A chart that is on screen stays there, with what is wrong above it.
  gateway.redox.answer = () => ({ status: 503, body: '' });
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.getByText('Redox cannot be reached.').waitFor();
  expect(await tilesOf(page).count()).toBe(1);
  await picture(page, 'redox-away-later');
  await page.close();
});

test('a chart of 2,000 documents: pages follow one another, and what the timeline leaves out is said', {
  timeout: 120_000,
}, async () => {
  const charts = Array.from({ length: 2000 }, (_, at) =>
    chartDocument('a', {
      documentId: `doc-${at}`,
      documentDescription: `Note ${at}`,
      documentType: ['Note', 'Letter', 'Photo'][at % 3],
      visitNumber: `V-${at % 40}`,
      serviceDateTime: new Date(Date.UTC(2026, 0, 1) - at * 86_400_000).toISOString(),
    }),
  );
  await using gateway = await startTestGateway({ charts }, { VIEWER: 'true', INTROSPECTION: 'true' });
  const { page, faults } = await openViewer(browser, gateway.url);
  const calls = await gateway.countCalls(async () => {
    await find(page, 'SYN-a');
    await page.getByText('2,000 documents in 40 visits').waitFor();
    await page.getByText('60 of 2,000 shown').waitFor();
    await page.getByText('the newest 1,000 of 2,000').waitFor();
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByText('120 of 2,000 shown').waitFor();
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByText('180 of 2,000 shown').waitFor();
  });
  expect(calls).toBe(1);
  const titles = await tilesOf(page).allInnerTexts();
  expect(new Set(titles).size).toBe(180);
  await picture(page, 'two-thousand');
  await page.getByRole('button', { name: 'Show more' }).scrollIntoViewIfNeeded();
  await picture(page, 'two-thousand-end');
  expect(faults).toEqual([]);
  await page.close();
});

test('files: one of 29 MB, broken ones, none, and words that are no file', { timeout: 120_000 }, async () => {
  const large = Buffer.alloc(29_000_000, PHOTO);
  PHOTO.copy(large);
  const charts = [
    chartDocument('a', {
      documentDescription: 'Large photo',
      documentId: 'large',
      fileType: 'JPG',
      fileContents: large.toString('base64'),
    }),
    chartDocument('a', {
      documentDescription: 'Broken photo',
      documentId: 'broken',
      fileType: 'JPG',
      fileContents: PHOTO.subarray(0, 300).toString('base64'),
    }),
    chartDocument('a', {
      documentDescription: 'Broken paper',
      documentId: 'paper',
      fileType: 'PDF',
      fileContents: Buffer.from('%PDF-1.7 and nothing more').toString('base64'),
    }),
    chartDocument('a', {
      documentDescription: 'Words',
      documentId: 'words',
      fileType: 'PDF',
      fileContents: 'Base64-encoded_file',
    }),
    chartDocument('a', { documentDescription: 'Nothing', documentId: 'none', fileContents: null }),
    chartDocument('a', {
      documentDescription: 'A scan with a name that never ends '.repeat(6),
      documentId: 'long',
      fileName: `${'x'.repeat(180)}.dcm`,
      fileType: 'DCM',
    }),
  ];
  await using gateway = await startTestGateway({ charts }, { VIEWER: 'true', INTROSPECTION: 'true' });
  const { page } = await openViewer(browser, gateway.url);
  await find(page, 'SYN-a');
  await expect.poll(() => tilesOf(page).count(), SOON).toBe(6);
  await waitForPictures(page);
  await page.getByText('JPG, not shown').waitFor();
  await page.getByText('File broken').waitFor();
  await picture(page, 'odd-files');
  const open = async (name: string | RegExp, sentence: string | RegExp, shot: string) => {
    await tilesOf(page).getByRole('button', { name }).click();
    await page.getByRole('complementary').getByText(sentence).first().waitFor();
    await picture(page, shot);
    await page.keyboard.press('Escape');
  };
  await open('Large photo', '29.0 MB', 'large-file');
  await open('Broken photo', 'This file cannot be shown.', 'broken-photo');
  await open('Words', 'The file is broken.', 'no-file');
  await open('Nothing', 'The health system sent no file with this document.', 'without-file');
  await open(/A scan/, 'xxxxxxxxxx', 'long-name');
  await page.close();
});

test('a change while more pages are shown: they stay, in order, and the opened document stays open', {
  timeout: 120_000,
}, async () => {
  const charts = Array.from({ length: 150 }, (_, at) =>
    chartDocument('a', {
      documentId: `doc-${at}`,
      documentDescription: `Note ${at}`,
      serviceDateTime: new Date(Date.UTC(2026, 0, 1) - at * 86_400_000).toISOString(),
    }),
  );
  await using gateway = await startTestGateway({ charts }, { VIEWER: 'true', INTROSPECTION: 'true' });
  const { page, faults } = await openViewer(browser, gateway.url);
  await find(page, 'SYN-a');
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByText('120 of 150 shown').waitFor();
  await tilesOf(page).getByRole('button', { name: 'Note 100' }).click();
  const input = {
    patient: { identifiers: [{ value: 'SYN-a', idType: 'MR' }] },
    provider: { id: 'SYN-provider' },
    documentId: 'newest',
    documentType: 'Letter',
    documentDescription: 'The newest',
    fileName: 'letter',
    fileType: 'TXT',
    serviceDateTime: '2026-01-09',
    content: { base64: Buffer.from('synthetic').toString('base64') },
  };
  const saved = await gateway.ask(
    'mutation ($input: SaveMediaInput!) { saveMedia(input: $input) { accepted } }',
    { input },
  );
  expect(saved.errors).toEqual([]);
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.getByText('of 151 shown').waitFor();
  await page.getByText('120 of 151 shown').waitFor();
  const titles = (await tilesOf(page).allInnerTexts()).map((text) => /(The newest|Note \d+)/.exec(text)?.[0]);
  expect(titles).toEqual(['The newest', ...Array.from({ length: 119 }, (_, at) => `Note ${at}`)]);
  expect(await page.getByRole('complementary').getByRole('heading', { name: 'Note 100' }).count()).toBe(1);
  expect(faults).toEqual([]);
  await page.close();
});
