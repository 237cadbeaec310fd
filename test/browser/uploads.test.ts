/** Uploads from a page of another origin, by the very code that docs/writes.md shows; and what the page learns of a refusal. */
import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from '../http/callers/issuer.ts';
import { someBytes } from '../http/content/links.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { SAVE, saving } from '../writes/inputs.ts';
import { launchChromium } from './chromium.ts';
import { type PageServer, startPageServer } from './page-server.ts';

const FILE = Buffer.concat([Buffer.from('%PDF-1.7\n'), someBytes(2_000_000)]);

let browser: Browser;
let site: PageServer;
let gateway: TestGateway;
let token: string;
beforeAll(async () => {
  site = await startPageServer();
  [browser, gateway, token] = await Promise.all([
    launchChromium(),
    startTestGateway(
      { charts: [] },
      {
        AUTH_MODE: 'jwt',
        AUTH_ISSUER: ISSUER,
        AUTH_AUDIENCE: AUDIENCE,
        AUTH_JWKS_FILE: await writeJwksFile(),
        CORS_ORIGINS: site.origin,
        MAX_UPLOAD_BYTES: '4000000',
      },
    ),
    signToken({ claims: { scope: 'media:read content:read media:write' } }),
  ]);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
  site?.close();
});

/** A page with the function `upload` of the documentation, and a field in which a user chooses a file. */
async function openPage(): Promise<Page> {
  const text = await readFile(new URL('../../docs/writes.md', import.meta.url), 'utf8');
  const [, code = ''] = /```js\n(.*?)```/s.exec(text) ?? [];
  expect(code).toContain('http://localhost:4000/uploads');
  const own = code.replace('http://localhost:4000/uploads', new URL('/uploads', gateway.url).href);
  site.html = `<!doctype html><input id="chosen" type="file"><script>${own}</script>`;
  const page = await browser.newPage();
  await page.goto(site.origin);
  return page;
}

test('a file that a user chooses arrives with its name and type, and its document has it', {
  timeout: 60_000,
}, async () => {
  const page = await openPage();
  const name = 'Einverständnis "links" 日本.pdf';
  await page.setInputFiles('#chosen', { name, mimeType: 'application/pdf', buffer: FILE });
  const upload = await page.evaluate(`upload(chosen.files[0], ${JSON.stringify(token)})`);
  expect(gateway.redox.uploads.map(({ fileName, mediaType }) => [fileName, mediaType])).toEqual([
    [name, 'application/pdf'],
  ]);
  const headers = { authorization: `Bearer ${token}` };
  const saved = await gateway.ask(
    SAVE,
    { input: saving('a', { documentId: 'chosen', content: { upload } }) },
    headers,
  );
  expect(saved.errors).toEqual([]);
  const { data } = await gateway.ask<{ media: { content: { sha256: string } } }>(
    '{ media(documentId: "chosen") { content { sha256 } } }',
    {},
    headers,
  );
  expect(data?.media.content.sha256).toBe(hash('sha256', FILE));
  await page.close();
});

test('a recording without a name, as a blob', { timeout: 60_000 }, async () => {
  const page = await openPage();
  const blob = "new Blob(['%PDF-1.7 synthetic'], { type: 'application/pdf' })";
  expect(await page.evaluate(`upload(${blob}, ${JSON.stringify(token)})`)).toMatch(/^[\w-]{100,}$/);
  await page.close();
});

test.each([
  ['no token', "''", 1000, 'A valid bearer token is needed.'],
  ['too large a file', null, 20_000_000, 'The file is too large.'],
])('the page reads why it was refused: %s', { timeout: 60_000 }, async (_, given, bytes, sentence) => {
  const page = await openPage();
  const file = `new File([new Uint8Array(${bytes})], 'a.bin')`;
  const refused = page.evaluate(`upload(${file}, ${given ?? JSON.stringify(token)})`);
  await expect(refused).rejects.toThrow(sentence);
  await page.close();
});
