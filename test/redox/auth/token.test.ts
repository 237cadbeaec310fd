import { describe, expect, it } from 'vitest';
import { FakeClock, settle } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import {
  anyQuery,
  EMPTY_REPLY,
  noSignal,
  openClient,
  rejectionOf,
  sendJson,
  settingsFor,
  startUpstream,
} from '../upstream.ts';

const grant = (value: string, expires_in: unknown = 300) => ({ access_token: value, expires_in });

describe('one token for all', () => {
  it('1,000 concurrent queries with an expired token cost one token call', async () => {
    const upstream = await startUpstream();
    const clock = new FakeClock();
    const client = openClient(settingsFor(upstream.url), clock);
    await client.ready();
    await clock.advance(301 * 1000);
    await Promise.all(Array.from({ length: 1000 }, () => client.query('general', anyQuery, noSignal)));
    expect(upstream.tokenCalls).toHaveLength(2);
    expect(new Set(upstream.queries.map((sent) => sent.headers.authorization))).toEqual(
      new Set(['Bearer token-2']),
    );
  });

  it('1,000 simultaneous 401s cost one renewal, and each query one repetition', async () => {
    const upstream = await startUpstream({
      endpoint: (response, { headers }) =>
        headers.authorization === 'Bearer token-1'
          ? sendJson(response, 401, {})
          : sendJson(response, 200, EMPTY_REPLY),
    });
    const client = openClient(settingsFor(upstream.url, { concurrency: 100, timeoutMs: 20_000 }));
    await client.ready();
    const visits = Array.from({ length: 1000 }, (_, index) => `V-${index}`);
    await Promise.all(visits.map((visit) => client.query('general', { visitNumbers: [visit] }, noSignal)));
    expect(upstream.tokenCalls).toHaveLength(2);
    const seen = upstream.queries.map(
      ({ headers, body }) => `${headers.authorization} ${JSON.parse(body).VisitNumbers}`,
    );
    const expected = visits.flatMap((visit) => [`Bearer token-1 ${visit}`, `Bearer token-2 ${visit}`]);
    expect(seen.toSorted()).toEqual(expected.toSorted());
  });

  it('is renewed for a 401 even when the service grants the same text again', async () => {
    const upstream = await startUpstream({
      token: (response) => sendJson(response, 200, grant('same')),
      endpoint: (response, _, count) => sendJson(response, count === 1 ? 401 : 200, EMPTY_REPLY),
    });
    await openClient(settingsFor(upstream.url)).query('general', anyQuery, noSignal);
    expect(upstream.tokenCalls).toHaveLength(2);
  });

  it("survives one caller's abort while it is being renewed", async () => {
    let release = () => {};
    const upstream = await startUpstream({
      token: (response) => {
        release = () => sendJson(response, 200, grant('late'));
      },
    });
    const client = openClient(settingsFor(upstream.url));
    const controller = new AbortController();
    const leaver = rejectionOf(client.query('general', anyQuery, controller.signal));
    const stayer = client.query('general', anyQuery, noSignal);
    await until(() => upstream.tokenCalls.length === 1);
    controller.abort(new Error('left'));
    expect(await leaver).toMatchObject({ message: 'left' });
    release();
    await expect(stayer).resolves.toMatchObject({ items: [] });
    expect(upstream.tokenCalls).toHaveLength(1);
  });
});

describe('early renewal', () => {
  it('at 80 % of its life a token is renewed in the background, once, and used meanwhile', async () => {
    let release = () => {};
    const upstream = await startUpstream({
      token: (response, _, count) => {
        release = () => sendJson(response, 200, grant(`token-${count}`));
        if (count === 1) release();
      },
    });
    const clock = new FakeClock();
    const client = openClient(settingsFor(upstream.url), clock);
    await client.ready();
    await clock.advance(239 * 1000);
    await client.query('general', anyQuery, noSignal);
    expect(upstream.tokenCalls).toHaveLength(1);
    await clock.advance(2 * 1000);
    await client.query('general', anyQuery, noSignal);
    await client.query('general', anyQuery, noSignal);
    await until(() => upstream.tokenCalls.length === 2);
    expect(upstream.queries.map((sent) => sent.headers.authorization)).toEqual(
      Array(3).fill('Bearer token-1'),
    );
    release();
    await until(async () => {
      await client.query('general', anyQuery, noSignal);
      return upstream.queries.at(-1)?.headers.authorization === 'Bearer token-2';
    });
    expect(upstream.tokenCalls).toHaveLength(2);
  });

  it('that fails leaves the old token in use until it expires, and is tried again after a pause', async () => {
    const upstream = await startUpstream({
      token: (response, _, count) => sendJson(response, count === 1 ? 200 : 503, grant('token-1')),
    });
    const clock = new FakeClock();
    const client = openClient(settingsFor(upstream.url), clock);
    await client.ready();
    await clock.advance(250 * 1000);
    await client.query('general', anyQuery, noSignal);
    await until(() => upstream.tokenCalls.length === 2);
    await settle();
    for (let call = 0; call < 5; call++) await client.query('general', anyQuery, noSignal);
    await clock.advance(49 * 1000);
    await client.query('general', anyQuery, noSignal);
    // The third call, and no more: there was none while it paused.
    await until(() => upstream.tokenCalls.length > 2);
    await clock.advance(2 * 1000);
    await expect(client.query('general', anyQuery, noSignal)).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
    expect(upstream.tokenCalls).toHaveLength(4);
    expect(upstream.queries).toHaveLength(7);
  });
});
