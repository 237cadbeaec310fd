/** What browsers get: cross-origin rights for the origins of the settings, and Apollo Sandbox where introspection is on. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Gateway } from '../../src/gateway.ts';
import { EXAMPLE_OPERATIONS } from '../../src/graphql/schema/example-operations.ts';
import { postOperation, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { post, startSandboxMode } from './servers.ts';

const STUDIO = 'https://studio.apollographql.com';
const ELSEWHERE = 'https://elsewhere.example';
const QUERY = '{ destinations { id } }';
const INTROSPECTION = '{ __schema { queryType { name } } }';

let sandboxMode: Gateway;
let realMode: TestGateway;
beforeAll(async () => {
  [sandboxMode, realMode] = await Promise.all([startSandboxMode(), startTestGateway({ charts: [] })]);
});
afterAll(() => Promise.all([sandboxMode.close(), realMode.close()]));

const preflight = (url: string, origin: string) =>
  fetch(url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,authorization',
    },
  });

const openPage = (url: string) => fetch(url, { headers: { accept: 'text/html,application/xhtml+xml' } });

describe('cross-origin', () => {
  test('in sandbox mode Apollo Studio may call', async () => {
    const asked = await preflight(sandboxMode.url, STUDIO);
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe(STUDIO);
    expect(asked.headers.get('access-control-allow-methods')).toBe('GET, POST');
    expect(asked.headers.get('access-control-allow-headers')).toBe('content-type,authorization');
    expect(asked.headers.get('access-control-allow-credentials')).toBeNull();
    const sent = await post(sandboxMode.url, { query: QUERY }, { origin: STUDIO });
    expect(sent.headers.get('access-control-allow-origin')).toBe(STUDIO);
    expect(sent.headers.get('vary')).toContain('Origin');
  });

  test('OPTIONS that is no preflight is a method that is not allowed, as with no origins', async () => {
    for (const headers of [{}, { origin: STUDIO }, { 'access-control-request-method': 'POST' }]) {
      for (const [url, status, allow] of [
        [sandboxMode.url, 405, 'GET, POST'],
        [realMode.url, 405, 'GET, POST'],
        [new URL('/uploads', sandboxMode.url).href, 405, 'POST'],
        [new URL('/content/x', sandboxMode.url).href, 405, 'GET, HEAD'],
        [new URL('/nothing', sandboxMode.url).href, 404, null],
      ] as const) {
        const response = await fetch(url, { method: 'OPTIONS', headers });
        expect([response.status, response.headers.get('allow')]).toEqual([status, allow]);
        expect(await response.json()).toEqual({ errors: [expect.objectContaining({})] });
      }
    }
  });

  test('pages may say how old an answer may be, and read how old it is', async () => {
    const { headers } = await fetch(sandboxMode.url, {
      method: 'OPTIONS',
      headers: {
        origin: STUDIO,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'cache-control,content-type,pragma',
      },
    });
    expect(headers.get('access-control-allow-headers')).toBe('cache-control,content-type,pragma');
    const sent = await post(sandboxMode.url, { query: QUERY }, { origin: STUDIO });
    expect(sent.headers.get('access-control-expose-headers')?.split(', ')).toContain('age');
  });

  test('pages may read of a file which part it is, and of a refusal when to try again', async () => {
    const { headers } = await post(sandboxMode.url, { query: QUERY }, { origin: STUDIO });
    const exposed = headers.get('access-control-expose-headers')?.split(', ');
    for (const name of [
      'accept-ranges',
      'content-disposition',
      'content-length',
      'content-range',
      'etag',
      'retry-after',
    ])
      expect(exposed).toContain(name);
  });

  test.each(['http://localhost:5173', 'http://localhost', 'http://127.0.0.1:8080'])(
    'in sandbox mode a frontend in development may call: %s',
    async (origin) => {
      const asked = await preflight(sandboxMode.url, origin);
      expect(asked.headers.get('access-control-allow-origin')).toBe(origin);
      const sent = await post(realMode.url, { query: QUERY }, { origin });
      expect(sent.headers.get('access-control-allow-origin')).toBeNull();
    },
  );

  test.each([
    ['in sandbox mode another origin', () => sandboxMode.url, ELSEWHERE],
    ['in sandbox mode the origin null', () => sandboxMode.url, 'null'],
    ['with the real Redox Apollo Studio', () => realMode.url, STUDIO],
  ])('%s may not', async (_, url, origin) => {
    for (const response of [
      await preflight(url(), origin),
      await post(url(), { query: QUERY }, { origin }),
    ]) {
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test.each([
    'http://localhost.elsewhere.example',
    'https://localhost:5173',
    'http://localhost:5173.example',
    'http://127.0.0.1.example:80',
    'http://127x0.0.1:80',
    'http://evil-localhost:80',
  ])('what resembles this machine may not: %s', async (origin) => {
    const asked = await preflight(sandboxMode.url, origin);
    expect(asked.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('CORS_ORIGINS replaces the default', async () => {
    const gateway = await startSandboxMode({ CORS_ORIGINS: ELSEWHERE });
    const originFor = async (origin: string) =>
      (await preflight(gateway.url, origin)).headers.get('access-control-allow-origin');
    expect(await originFor(ELSEWHERE)).toBe(ELSEWHERE);
    expect(await originFor(STUDIO)).toBeNull();
    await gateway.close();
  });
});

describe('in sandbox mode', () => {
  test('a page shows Apollo Sandbox with an example operation', async () => {
    const response = await openPage(sandboxMode.url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    const page = await response.text();
    expect(page).toContain('EmbeddedSandbox');
    expect(page).toContain('query PatientChart(');
    expect(page).toContain('SYN-000417');
    // Where Apollo's site cannot be reached, its program does not replace this.
    expect(page).toContain('href="explorer"');
  });

  test('the example operation returns data', async () => {
    const [{ document, variables }] = EXAMPLE_OPERATIONS;
    const answer = await postOperation<{ patient: { visits: { media: { totalCount: number } }[] } }>(
      sandboxMode.url,
      { query: document, variables },
    );
    expect(answer.errors).toEqual([]);
    expect(answer.data?.patient.visits.map(({ media }) => media.totalCount)).toEqual([2, 3, 3]);
  });

  test('introspection answers', async () => {
    const answer = await postOperation(sandboxMode.url, { query: INTROSPECTION });
    expect(answer.data).toEqual({ __schema: { queryType: { name: 'Query' } } });
  });
});

describe('at /, without a chart viewer', () => {
  test('a browser gets a page that leads to the explorer, and a program what it gets at any unknown address', async () => {
    const plain = await startSandboxMode({ VIEWER: 'false' });
    const page = await openPage(new URL('/', plain.url).href);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page.text()).toContain('href="explorer"');
    const [here, elsewhere] = await Promise.all([
      fetch(new URL('/', plain.url)),
      fetch(new URL('/nowhere', plain.url)),
    ]);
    expect(here.status).toBe(404);
    expect(await here.text()).toBe(await elsewhere.text());
    await plain.close();
  });

  test('where introspection is off, the page leads to no explorer', async () => {
    const page = await (await openPage(new URL('/', realMode.url).href)).text();
    expect(page).toContain('Redox Media gateway');
    expect(page).not.toMatch(/href="(?:explorer|graphql)"/);
  });
});

describe('with the real Redox', () => {
  test('there is no page', async () => {
    const response = await openPage(realMode.url);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.text()).not.toMatch(/<html|SYN-/);
  });

  test('introspection is refused', async () => {
    const { status, data, errors } = await postOperation(realMode.url, { query: INTROSPECTION });
    expect(status).toBe(400);
    expect(data).toBeUndefined();
    expect(errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});
