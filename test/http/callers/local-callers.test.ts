/** Without tokens, and with the real Redox: a page of the web whose name leads to this machine (DNS rebinding) gets nothing. */
import { once } from 'node:events';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { chartDocument } from '../../support/own-chart.ts';
import { startSandboxMode } from '../servers.ts';

const QUERY = JSON.stringify({ query: '{ media(documentId: "one") { documentId } }' });

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway(
    { charts: [chartDocument('a', { documentId: 'one' })] },
    { PUBLIC_URL: 'https://charts.example/media' },
  );
});
afterAll(() => gateway.close());

/** As a browser that was told that the page's host is here. */
async function send(url: string, host: string, path = '/graphql') {
  const sent = request(new URL(path, url), {
    method: 'POST',
    headers: { host, 'content-type': path === '/graphql' ? 'application/json' : 'text/plain' },
  });
  sent.end(QUERY);
  const [response] = await once(sent, 'response');
  return { status: response.statusCode, body: JSON.stringify(await json(response)) };
}

test.each([
  'rebound.example',
  'rebound.example:4000',
  'REBOUND.example.',
  'localhost.rebound.example',
  '127.0.0.1.rebound.example',
  'charts.example.rebound.example',
])('%s is refused as a caller without a token, before Redox is asked', async (host) => {
  const calls = await gateway.countCalls(async () => {
    for (const path of ['/graphql', '/uploads']) {
      const { status, body } = await send(gateway.url, host, path);
      expect(status).toBe(401);
      expect(body).not.toContain('one');
    }
  });
  expect(calls).toBe(0);
  expect(gateway.redox.uploads).toEqual([]);
});

test.each([
  'localhost',
  'LOCALHOST:4000',
  'viewer.localhost:4000',
  '127.0.0.1:4000',
  '127.1.2.3',
  '[::1]:4000',
  '[::ffff:127.0.0.1]',
  'gateway:4000',
  // As PUBLIC_URL says that it is reached.
  'charts.example',
  'charts.example:8443',
])('%s is a name of this machine, or the gateway’s own', async (host) => {
  expect(await send(gateway.url, host)).toEqual({ status: 200, body: expect.stringContaining('"one"') });
});

test('synthetic charts are there for all', async () => {
  const sandbox = await startSandboxMode();
  expect((await send(sandbox.url, 'trial.example')).status).toBe(200);
  await sandbox.close();
});
