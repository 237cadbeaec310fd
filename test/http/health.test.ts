/** /livez and /readyz, as an orchestrator asks them. */
import { networkInterfaces } from 'node:os';
import { fastify } from 'fastify';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createSystemClock } from '../../src/clock.ts';
import { parseConfig } from '../../src/config/config.ts';
import { type Gateway, startGateway } from '../../src/gateway.ts';
import { addHealthRoutes } from '../../src/http/monitoring.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { privatePem, sendJson, startUpstream } from '../redox/upstream.ts';
import { postOperation } from '../support/gateway.ts';
import { beside, startSandboxMode } from './servers.ts';

describe('with a Redox that grants tokens', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startSandboxMode();
  });
  afterAll(() => gateway.close());

  test.each([
    ['/livez', { alive: true }],
    ['/readyz', { ready: true }],
  ])('%s says so, to GET and HEAD', async (path, body) => {
    const response = await fetch(beside(gateway.url, path));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(body);
    expect((await fetch(beside(gateway.url, path), { method: 'HEAD' })).status).toBe(200);
  });

  test('/readyz asks for no token beyond the one in use', async () => {
    const before = gateway.sandbox?.tokenCalls;
    for (let times = 0; times < 5; times += 1) await fetch(beside(gateway.url, '/readyz'));
    expect(gateway.sandbox?.tokenCalls).toBe(before);
    expect(gateway.sandbox?.callCount).toBe(0);
  });
});

test('a Redox that refuses its token: alive, not ready, and ready again when it grants one', async () => {
  let granting = false;
  const upstream = await startUpstream({
    token: (response) => {
      if (granting) sendJson(response, 200, { access_token: 'token', expires_in: 300 });
      else sendJson(response, 401, { error: 'invalid_client', error_description: 'canary' });
    },
  });
  const config = await parseConfig({
    PORT: '0',
    AUTH_MODE: 'none',
    GATEWAY_SECRET: 'a-secret-of-the-test-suite-long-enough',
    REDOX_API_URL: upstream.url,
    REDOX_CLIENT_ID: 'client',
    REDOX_KEY_ID: 'key',
    REDOX_PRIVATE_KEY: privatePem.trim(),
    REDOX_DESTINATIONS: 'general=5f1d6d4c-0f0e-4c59-9a3a-0c8a4c2b1e01',
  });
  const gateway = await startGateway(config, createSystemClock(), createLog('silent'));
  try {
    const refused = await fetch(beside(gateway.url, '/readyz'));
    expect(refused.status).toBe(503);
    expect(await refused.json()).toEqual({ ready: false, reason: 'no Redox token' });
    expect((await fetch(beside(gateway.url, '/livez'))).status).toBe(200);
    // What needs no call is still answered.
    const answer = await postOperation(gateway.url, { query: '{ destinations { id } }' });
    expect(answer).toEqual({ status: 200, data: { destinations: [{ id: 'general' }] }, errors: [] });

    granting = true;
    const granted = await fetch(beside(gateway.url, '/readyz'));
    expect(granted.status).toBe(200);
    expect(await granted.json()).toEqual({ ready: true });
  } finally {
    await gateway.close();
  }
});

test('an inbox that cannot record events is told, and the process stays ready: queries are answered without it', async () => {
  let canRecord = true;
  const app = fastify();
  addHealthRoutes(app, {
    isDraining: false,
    hasToken: async () => undefined,
    canAudit: async () => true,
    canRecordEvents: () => canRecord,
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => app.close());
  expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ ready: true });
  canRecord = false;
  const response = await fetch(`${url}/readyz`);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ ready: true, warning: 'events of Redox cannot be recorded' });
});

test('on an IPv6 loopback address they answer there, where the machine has one', async () => {
  const starting = startSandboxMode({ HOST: '::1' });
  const addresses = Object.values(networkInterfaces()).flatMap((all = []) =>
    all.map(({ address }) => address),
  );
  if (!addresses.includes('::1')) return expect(starting).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
  const gateway = await starting;
  expect(gateway.url).toMatch(/^http:\/\/\[::1\]:\d+\/graphql$/);
  expect((await fetch(beside(gateway.url, '/livez'))).status).toBe(200);
  await gateway.close();
});
