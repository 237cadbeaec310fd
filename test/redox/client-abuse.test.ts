import { getEventListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
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
    const clock = new FakeClock();
    const dripping: { response?: ServerResponse } = {};
    const upstream = await startUpstream({
      endpoint: (response) => {
        dripping.response = response;
      },
    });
    const client = openClient(settingsFor(upstream.url, { timeoutMs: 300 }), clock);
    const rejection = rejectionOf(client.query('general', anyQuery, noSignal));
    await until(() => dripping.response !== undefined);
    for (let drop = 1; drop < 30; drop++) {
      dripping.response?.write(' ');
      await clock.advance(10);
    }
    await clock.advance(9);
    expect(dripping.response?.closed).toBe(false);
    await clock.advance(1);
    expect(await rejection).toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
      splittable: true,
      extensions: { retryable: true, redox: { logIds: [], status: null } },
    });
    await until(() => dripping.response?.closed === true);
  });

  it('holds for a token that does not come, which no smaller query would help', async () => {
    const clock = new FakeClock();
    const upstream = await startUpstream({ token: () => {} });
    const client = openClient(settingsFor(upstream.url, { timeoutMs: 200 }), clock);
    const rejection = rejectionOf(client.query('general', anyQuery, noSignal));
    await until(() => upstream.tokenCalls.length === 1);
    await clock.advance(200);
    expect(await rejection).toMatchObject({ code: 'UPSTREAM_TIMEOUT', splittable: false });
    expect(upstream.queries).toHaveLength(0);
  });

  it('holds for queries that wait for a connection', async () => {
    const clock = new FakeClock();
    const upstream = await startUpstream({ endpoint: () => {} });
    const client = openClient(settingsFor(upstream.url, { timeoutMs: 300, concurrency: 1 }), clock);
    // Two a slot, and eight for probes.
    const connections = 10;
    const queries = Array.from({ length: connections + 2 }, () =>
      client.query('general', anyQuery, noSignal),
    );
    const rejections = queries.map(rejectionOf);
    await until(() => upstream.queries.length === connections);
    await clock.advance(300);
    const faults = await Promise.all(rejections);
    expect(faults).toMatchObject(faults.map(() => ({ code: 'UPSTREAM_TIMEOUT' })));
    expect(upstream.queries).toHaveLength(connections);
  });
});

describe("the caller's signal", () => {
  it('ends the query with its own reason, and its connection, in the middle of an answer', async () => {
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
    await until(() => isOpen);
    const reason = Object.assign(new Error('the caller left'), { code: 'ECONNRESET' });
    controller.abort(reason);
    expect(await rejection).toBe(reason);
    await until(() => !isOpen);
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
    await turn();
    expect(warnings).toEqual([]);
  });
});
