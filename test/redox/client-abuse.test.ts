import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  anyQuery,
  noSignal,
  openClient,
  rejectionOf,
  sendJson,
  settingsFor,
  startUpstream,
} from './upstream.ts';

describe('a bad connection', () => {
  it('that is reset is UPSTREAM_UNAVAILABLE, and the next query passes', async () => {
    const upstream = await startUpstream({
      endpoint: (response, _, count) =>
        count === 1 ? response.socket?.resetAndDestroy() : sendJson(response, 200, { Meta: {} }),
    });
    const client = openClient(settingsFor(upstream.url));
    const fault = await rejectionOf(client.query('general', anyQuery, noSignal));
    expect(fault).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', cause: expect.stringMatching(/^[A-Z_]+$/) });
    await expect(client.query('general', anyQuery, noSignal)).resolves.toMatchObject({ items: [] });
  });

  it('that is refused is UPSTREAM_UNAVAILABLE', async () => {
    const { url } = await startUpstream();
    const client = openClient(settingsFor(url, { apiUrl: 'http://127.0.0.1:1' }));
    await expect(client.query('general', anyQuery, noSignal)).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      cause: 'ECONNREFUSED',
    });
  });

  it('is UPSTREAM_UNAVAILABLE once the client is closed', async () => {
    const upstream = await startUpstream();
    const client = openClient(settingsFor(upstream.url));
    await client.query('general', anyQuery, noSignal);
    await client.close();
    await expect(client.query('general', anyQuery, noSignal)).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
  });
});

describe('the time limit', () => {
  it('ends a body that drips, and its connection', async () => {
    let isOpen = true;
    const upstream = await startUpstream({
      endpoint: (response) => {
        const drip = setInterval(() => response.write(' '), 20);
        response.on('close', () => {
          isOpen = false;
          clearInterval(drip);
        });
      },
    });
    const started = performance.now();
    const client = openClient(settingsFor(upstream.url, { timeoutMs: 300 }));
    const fault = await rejectionOf(client.query('general', anyQuery, noSignal));
    expect(performance.now() - started).toBeLessThan(1500);
    expect(fault).toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
      smallerMayPass: true,
      extensions: { retryable: true, redox: { logIds: [], status: null } },
    });
    await vi.waitFor(() => expect(isOpen).toBe(false));
  });

  it('holds for a token that does not come, which no smaller query would help', async () => {
    const upstream = await startUpstream({ token: () => {} });
    const client = openClient(settingsFor(upstream.url, { timeoutMs: 200 }));
    await expect(client.query('general', anyQuery, noSignal)).rejects.toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
      smallerMayPass: false,
    });
    expect(upstream.queries).toHaveLength(0);
  });

  it('holds for queries that wait for a connection', async () => {
    const upstream = await startUpstream({ endpoint: () => {} });
    const client = openClient(settingsFor(upstream.url, { timeoutMs: 300, concurrency: 1 }));
    const faults = await Promise.all(
      [1, 2, 3].map(() => rejectionOf(client.query('general', anyQuery, noSignal))),
    );
    expect(faults).toMatchObject(faults.map(() => ({ code: 'UPSTREAM_TIMEOUT' })));
  });
});

describe("the caller's signal", () => {
  it('ends the query with its own reason, and its connection promptly', async () => {
    const controller = new AbortController();
    let isOpen = false;
    const upstream = await startUpstream({
      endpoint: (response) => {
        isOpen = true;
        response.on('close', () => {
          isOpen = false;
        });
        response.write('{"Media":');
      },
    });
    const client = openClient(settingsFor(upstream.url));
    const rejection = rejectionOf(client.query('general', anyQuery, controller.signal));
    await vi.waitFor(() => expect(isOpen).toBe(true));
    const reason = Object.assign(new Error('the caller left'), { code: 'ECONNRESET' });
    const started = performance.now();
    controller.abort(reason);
    expect(await rejection).toBe(reason);
    await vi.waitFor(() => expect(isOpen).toBe(false), { interval: 5 });
    expect(performance.now() - started).toBeLessThan(500);
  });

  it('that has fired already costs no call', async () => {
    const upstream = await startUpstream();
    const reason = new Error('gone');
    const failure = openClient(settingsFor(upstream.url)).query(
      'general',
      anyQuery,
      AbortSignal.abort(reason),
    );
    expect(await rejectionOf(failure)).toBe(reason);
    expect(upstream.tokenCalls).toHaveLength(0);
  });

  it('may outlive many queries without collecting listeners or warnings', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    onTestFinished(() => void process.off('warning', onWarning));
    const upstream = await startUpstream();
    const client = openClient(settingsFor(upstream.url));
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 50 }, () => client.query('general', anyQuery, signal)));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    await sleep(0);
    expect(warnings).toEqual([]);
  });
});
