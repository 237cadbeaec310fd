/** N3: what callers send does not fill the memory: distinct documents, refused and accepted, and bodies that never end. */
import { request as open } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from '../http/callers/issuer.ts';
import { post } from '../http/servers.ts';
import { settingsFor } from '../support/settings.ts';
import { until } from '../support/until.ts';
import { SOAK_SECONDS, SOAK_TIMEOUT_MS } from './duration.ts';
import { startGatewayChild } from './gateway-child.ts';

/** As many as are sent in a minute; a short soak sends fewer. */
const DOCUMENTS = Math.min(6000, SOAK_SECONDS * 100);
const AT_ONCE = 16;
const BODIES = 100;
const HELD = 3;
const MEGABYTE = 1_000_000;
const SPACES = Buffer.alloc(MEGABYTE, ' ');
/** What is kept of documents and texts (28 MiB), and as much again as the warm-up left. */
const KEPT_MEGABYTES = 35;

test('N3: distinct documents of 250 kB and unfinished bodies of 13 MB', {
  timeout: SOAK_TIMEOUT_MS + 120_000,
}, async () => {
  const redox = await startSandbox({ charts: [] });
  onTestFinished(() => redox.close());
  const gateway = await startGatewayChild({
    ...settingsFor(redox),
    AUTH_MODE: 'jwt',
    AUTH_ISSUER: ISSUER,
    AUTH_AUDIENCE: AUDIENCE,
    AUTH_JWKS_FILE: await writeJwksFile(),
  });
  const bearer = async (sub: string) => {
    const token = await signToken({ claims: { sub, scope: 'media:read media:write' } });
    return { authorization: `Bearer ${token}` };
  };
  const headers = await bearer('reader');
  /** Statuses of so many documents, each another one. */
  const send = async (count: number, create: (at: number) => string) => {
    const statuses = new Set<number>();
    let at = 0;
    const client = async () => {
      while (at < count) {
        at += 1;
        const response = await post(gateway.url, { query: create(at) }, headers);
        statuses.add(response.status);
        await response.arrayBuffer();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, client));
    return [...statuses];
  };
  const long = (at: number) => `{ __typename } #${at} ${'x'.repeat(250_000)}`;
  const accepted = (at: number) => `{ __typename } #${at}\n${'#\n'.repeat(16_000)}`;

  // Code is compiled, and buffers of sockets are there.
  await send(500, (at) => `{ __typename } #${at}`);
  await send(200, long);
  await gateway.read();
  await sleep(1000);
  const before = await gateway.read();
  const grown = async () => ((await gateway.read()).peakRssBytes - before.peakRssBytes) / MEGABYTE;

  expect(await send(DOCUMENTS, long)).toEqual([400]);
  const byRefused = await grown();
  // Each of another caller, so that as many are held as the process allows.
  const writers = await Promise.all(Array.from({ length: BODIES }, (_, at) => bearer(`writer ${at}`)));
  const unfinished = writers.map((writer) => beginBody(gateway.url, writer));
  await until(() => unfinished.filter(({ status }) => status === 503).length === BODIES - HELD);
  await until(() => unfinished.filter(({ sent }) => sent === 12).length >= HELD);
  const byBodies = await grown();
  for (const { end } of unfinished) end();
  expect(await send(DOCUMENTS, accepted)).toEqual([200]);
  const { heapBytes } = await gateway.read();
  const byAccepted = (heapBytes - before.heapBytes) / MEGABYTE;
  process.stdout.write(`N3, megabytes: ${JSON.stringify({ byRefused, byBodies, byAccepted })}\n`);
  expect(Math.max(byRefused, byBodies)).toBeLessThanOrEqual(64);
  expect(byAccepted).toBeLessThanOrEqual(KEPT_MEGABYTES);
});

/** Sends 12 of 13 MB, or as much as it takes to be refused. */
function beginBody(url: string, headers: Readonly<Record<string, string>>) {
  const stated = { 'content-type': 'application/json', 'content-length': String(13 * MEGABYTE) };
  const request = open(url, { method: 'POST', agent: false, headers: { ...headers, ...stated } });
  const body = { status: 0, sent: 0, end: () => request.destroy() };
  const send = () => {
    if (body.status !== 0 || body.sent === 12) return;
    body.sent += 1;
    request.write(SPACES, send);
  };
  request.on('error', () => undefined);
  request.on('response', (response) => {
    body.status = response.statusCode ?? 0;
    response.resume();
  });
  send();
  return body;
}
