/** The chart viewer as HTTP sees it: its page, its assets, and who gets them. What people see is in test/browser. */
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Gateway } from '../../../src/gateway.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { writeJwksFile } from '../callers/issuer.ts';
import { beside, startSandboxMode } from '../servers.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startSandboxMode();
});
afterAll(() => gateway.close());

interface PageConfig {
  readonly needsToken: boolean;
  readonly filesNeedToken: boolean;
  readonly patients: readonly { destination: string; identifiers: readonly unknown[] }[];
}

async function readConfig(url: string): Promise<PageConfig> {
  const page = await (await fetch(beside(url, '/'))).text();
  const [, text = ''] = /<script type="application\/json" id="page-config">(.*?)<\/script>/.exec(page) ?? [];
  return JSON.parse(text);
}

async function assetNames(): Promise<string[]> {
  const page = await (await fetch(beside(gateway.url, '/'))).text();
  return [...page.matchAll(/(?:src|href)="\.\/(viewer\/[^"]+)"/g)].map(([, name]) => name ?? '');
}

describe('the page', () => {
  test('runs nothing but its own files, and is in no frame', async () => {
    const { status, headers } = await fetch(beside(gateway.url, '/'));
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = headers.get('content-security-policy')?.split('; ') ?? [];
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ])
      expect(policy).toContain(rule);
    expect(policy.join()).not.toContain('unsafe');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  test('is revalidated by its ETag', async () => {
    const first = await fetch(beside(gateway.url, '/'));
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    const etag = first.headers.get('etag') ?? '';
    const again = await fetch(beside(gateway.url, '/'), { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const other = await fetch(beside(gateway.url, '/'), { headers: { 'if-none-match': '"other"' } });
    expect(other.status).toBe(200);
  });

  test('lists the patients of the sandbox, each once, and needs no token there', async () => {
    const { needsToken, filesNeedToken, patients } = await readConfig(gateway.url);
    expect([needsToken, filesNeedToken]).toEqual([false, false]);
    expect(patients[0]).toEqual({
      destination: 'general',
      identifiers: [{ value: 'SYN-000417', idType: 'MR' }],
    });
    expect(new Set(patients.map((one) => JSON.stringify(one))).size).toBe(patients.length);
    expect(new Set(patients.map(({ destination }) => destination))).toEqual(new Set(['general', 'county']));
  });

  test('is told which tokens it has to ask for', async () => {
    await using guarded = await startTestGateway(
      {},
      {
        VIEWER: 'true',
        CONTENT_LINKS: 'bearer',
        AUTH_MODE: 'jwt',
        AUTH_ISSUER: 'https://issuer.example/',
        AUTH_AUDIENCE: 'media',
        AUTH_JWKS_FILE: await writeJwksFile(),
      },
    );
    // Of a Redox that is no sandbox, no patient is known.
    expect(await readConfig(guarded.url)).toEqual({ needsToken: true, filesNeedToken: true, patients: [] });
  });
});

describe('its assets', () => {
  test.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const)('come as %s, and are the same', async (coding, decompress) => {
    const names = await assetNames();
    expect(names).toHaveLength(2);
    for (const name of names) {
      const plain = await fetch(beside(gateway.url, name), { headers: { 'accept-encoding': 'identity' } });
      expect(plain.headers.get('content-encoding')).toBeNull();
      const coded = await fetch(beside(gateway.url, name), { headers: { 'accept-encoding': coding } });
      expect(coded.headers.get('content-encoding')).toBe(coding);
      // `fetch` has decompressed it.
      const bytes = Buffer.from(await plain.arrayBuffer());
      expect(Buffer.from(await coded.arrayBuffer()).equals(bytes)).toBe(true);
      expect(() => decompress(bytes)).toThrow();
    }
  });

  test('are kept for good, by each coding, and by each origin that may read them', async () => {
    const [name = ''] = await assetNames();
    const origin = 'http://localhost:3000';
    const { headers } = await fetch(beside(gateway.url, name), { headers: { origin } });
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(headers.get('vary')).toBe('Origin, accept-encoding');
  });

  test('a coding that is refused by its weight is not sent', async () => {
    const [name = ''] = await assetNames();
    const { headers } = await fetch(beside(gateway.url, name), {
      headers: { 'accept-encoding': 'br;q=0, gzip;q=0.5' },
    });
    expect(headers.get('content-encoding')).toBe('gzip');
  });

  test.each(['viewer/other.js', 'viewer/..%2findex.html', 'viewer/__proto__', 'viewer/'])(
    'there is nothing at %s',
    async (path) => {
      expect((await fetch(beside(gateway.url, path))).status).toBe(404);
    },
  );
});

test('where VIEWER is off there is none', async () => {
  await using closed = await startTestGateway({ charts: [] });
  const [name = ''] = await assetNames();
  expect((await fetch(beside(closed.url, name))).status).toBe(404);
  expect(await (await fetch(beside(closed.url, '/'))).text()).not.toContain('page-config');
});
