/** What goes along with every request to Redox, and what of every answer helps its support and its callers. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { RedoxClient } from '../../src/redox/client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import {
  anyQuery,
  EMPTY_REPLY,
  noSignal,
  openClient,
  rejectionOf,
  sendJson,
  settingsFor,
  startUpstream,
} from './upstream.ts';

const EVENT = { type: 'Delete', patient: {}, media: {} } as const;
const write = (client: RedoxClient, destinations = ['general']) =>
  client.write(destinations, EVENT, noSignal);

function upload(client: RedoxClient, fileName = 'note.txt', mediaType = 'text/plain') {
  async function* bytes() {
    yield Buffer.from('synthetic');
  }
  return client.upload({ bytes: bytes(), byteLength: 9, fileName, mediaType }, noSignal);
}

/** A Redox that takes uploads where it gives tokens. */
function startWithUploads(status = 201, headers = {}) {
  return startUpstream({
    token: (response, { path }, count) =>
      path === '/upload'
        ? sendJson(response, status, { URI: 'https://blob.example/1' }, headers)
        : sendJson(response, 200, { access_token: `token-${count}`, expires_in: 300 }),
  });
}

describe('every request', () => {
  it('says what client it is from, and that nothing is to be compressed', async () => {
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
    const upstream = await startWithUploads();
    const client = openClient(settingsFor(upstream.url));
    await client.query('general', anyQuery, noSignal, { headers: { traceparent: '00-1-2-01' } });
    await write(client);
    await upload(client);
    const sent = [...upstream.queries, ...upstream.tokenCalls];
    expect(sent.map(({ path }) => path)).toEqual(['/endpoint', '/endpoint', '/v2/auth/token', '/upload']);
    for (const { headers } of sent) {
      expect(headers).toMatchObject({
        'accept-encoding': 'identity',
        'user-agent': `redox-media-gateway/${version}`,
      });
    }
    expect(upstream.queries[0]?.headers).toHaveProperty('traceparent', '00-1-2-01');
  });

  it('does so with a legacy key, too', async () => {
    const upstream = await startUpstream({
      token: (response) => sendJson(response, 200, { accessToken: 'token', expires: '2026-03-05T00:00:00Z' }),
    });
    const credentials = { kind: 'legacy', apiKey: 'key', secret: 'secret' } as const;
    const client = openClient(settingsFor(upstream.url, { credentials }), new FakeClock());
    await client.query('general', anyQuery, noSignal);
    expect(upstream.tokenCalls.map(({ headers }) => headers['accept-encoding'])).toEqual(['identity']);
  });
});

describe('an upload', () => {
  it.each([
    ['consent form.pdf', 'application/pdf', 'consent form.pdf'],
    ['Röntgen 骨.jpg', 'image/jpeg', 'Röntgen 骨.jpg'],
    ['a"b.txt', 'text/plain', 'a%22b.txt'],
    ['x\r\ncontent-type: text/html\r\n\r\n.txt', 'text/plain', 'x content-type: text/html .txt'],
    ['\uD800half\u0000', 'text/plain', '\uFFFDhalf'],
    [' \n ', 'text/plain', 'file'],
    ['n'.repeat(300), 'text/plain', 'n'.repeat(255)],
  ])('carries the name %j and the type %s', async (fileName, mediaType, sent) => {
    const upstream = await startWithUploads();
    await upload(openClient(settingsFor(upstream.url)), fileName, mediaType);
    const { body = '', headers = {} } = upstream.tokenCalls.at(-1) ?? {};
    const [, boundary = ''] = /boundary=(\S+)$/.exec(headers['content-type'] ?? '') ?? [];
    expect(body).toBe(
      `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${sent}"\r\n` +
        `content-type: ${mediaType}\r\n\r\nsynthetic\r\n--${boundary}--\r\n`,
    );
    expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
  });

  it('names its source where one is set, and none where none is', async () => {
    const upstream = await startWithUploads();
    await upload(openClient(settingsFor(upstream.url, { sourceId: 'source-uuid' })));
    await upload(openClient(settingsFor(upstream.url)));
    const uploads = upstream.tokenCalls.filter(({ path }) => path === '/upload');
    expect(uploads.map(({ headers }) => headers['redox-source-id'])).toEqual(['source-uuid', undefined]);
  });
});

describe('Redox-Trace-Id', () => {
  const TRACE = 'f1e7c2d0-5b4a-4d55-9a1e-3c6f0a2b7d18';
  const traced = (status: number, body: unknown, id = TRACE) =>
    startUpstream({ endpoint: (response) => sendJson(response, status, body, { 'redox-trace-id': id }) });

  it('is kept of an answered query and of an accepted write', async () => {
    const upstream = await traced(200, EMPTY_REPLY);
    const client = openClient(settingsFor(upstream.url));
    expect(await client.query('general', anyQuery, noSignal)).toMatchObject({ traceId: TRACE });
    expect(await write(client)).toEqual({ logIds: ['log-1'], traceId: TRACE });
  });

  it.each<[string, number, unknown]>([
    ['a refusal', 400, { Meta: { Logs: [{ ID: 'log-9' }] } }],
    ['a refusal without logs', 403, '<html>'],
    ['a fault', 500, {}],
    ['Meta.Errors', 200, { Meta: { Errors: [{ ID: 1 }] } }],
    ['what is no message of Redox', 200, 'nonsense'],
    ['a message that is too long', 200, 'x'.repeat(2_000_000)],
  ])('is in the error of %s, for queries and writes', async (_, status, body) => {
    const upstream = await traced(status, body);
    const client = openClient(settingsFor(upstream.url));
    for (const fail of [() => client.query('general', anyQuery, noSignal), () => write(client)]) {
      expect(await rejectionOf(fail())).toMatchObject({ details: { redox: { status, traceId: TRACE } } });
    }
  });

  it('is in the error of a refused token and of a refused upload', async () => {
    const headers = { 'redox-trace-id': TRACE };
    const refusing = await startUpstream({ token: (response) => sendJson(response, 403, {}, headers) });
    const client = openClient(settingsFor(refusing.url));
    const redox = { logIds: [], status: 403, traceId: TRACE };
    expect(await rejectionOf(client.query('general', anyQuery, noSignal))).toMatchObject({
      details: { redox },
    });
    const upstream = await startWithUploads(403, headers);
    expect(await rejectionOf(upload(openClient(settingsFor(upstream.url))))).toMatchObject({
      details: { redox },
    });
  });

  it.each([
    ['too long', 'x'.repeat(129)],
    ['blank', ' '],
    ['words', 'Jane Doe'],
    ['markup', '<b>'],
    ['empty', ''],
  ])('is not kept where it is %s', async (_, id) => {
    const upstream = await traced(400, {}, id);
    const fault = await rejectionOf(
      openClient(settingsFor(upstream.url)).query('general', anyQuery, noSignal),
    );
    expect(fault).toHaveProperty('extensions.redox', { logIds: [], status: 400 });
  });
});

describe('the log ids of a write', () => {
  const destinations = new Map(Array.from({ length: 14 }, (_, at) => [`d${at}`, `uuid-${at}`]));
  const Logs = Array.from({ length: 14 }, (_, at) => ({ ID: `log-${at}` }));

  it.each<[string, number, object]>([
    ['that was accepted', 200, { Meta: { Logs } }],
    ['that was refused in its Meta', 200, { Meta: { Logs, Errors: [{ ID: 1 }] } }],
    ['that was refused', 400, { Meta: { Logs } }],
    ['whose outcome is not known', 500, { Meta: { Logs } }],
  ])('%s are one for each destination', async (_, status, body) => {
    const upstream = await startUpstream({ endpoint: (response) => sendJson(response, status, body) });
    const client = openClient(settingsFor(upstream.url, { destinations }));
    const logIds = await write(client, [...destinations.keys()]).then(
      (receipt) => receipt.logIds,
      (error) => error.details.redox.logIds,
    );
    expect(logIds).toEqual(Logs.map(({ ID }) => ID));
  });
});

describe('a 429 with X-RateLimit-Limit and no Retry-After', () => {
  const limited = { 'x-ratelimit-limit': '7500' };

  it('tells callers to wait for what is left of the window, and asks the gateway for no pause', async () => {
    let status = 200;
    const upstream = await startUpstream({
      endpoint: (response) =>
        status === 200 ? sendJson(response, 200, EMPTY_REPLY) : sendJson(response, 429, {}, limited),
    });
    const clock = new FakeClock();
    const client = openClient(settingsFor(upstream.url), clock);
    await client.query('general', anyQuery, noSignal);
    status = 429;
    await clock.advance(100_000);
    for (const [secondsLater, retryAfterSeconds] of [
      [0, 200],
      [199.5, 1],
      // The window is over: the request itself begins the next.
      [0.5, 300],
      [10, 290],
    ] as const) {
      await clock.advance(secondsLater * 1000);
      const fault = await rejectionOf(client.query('general', anyQuery, noSignal));
      expect(fault).toMatchObject({
        code: 'RATE_LIMITED',
        details: { retryable: true, retryAfterSeconds },
        requestedPauseSeconds: undefined,
      });
    }
  });

  it('of an upload or a token says so, too', async () => {
    const uploads = await startWithUploads(429, limited);
    expect(await rejectionOf(upload(openClient(settingsFor(uploads.url))))).toMatchObject({
      details: { retryAfterSeconds: 300 },
    });
    const tokens = await startUpstream({ token: (response) => sendJson(response, 429, {}, limited) });
    const client = openClient(settingsFor(tokens.url));
    expect(await rejectionOf(client.query('general', anyQuery, noSignal))).toMatchObject({
      details: { retryAfterSeconds: 300 },
    });
  });

  it('says nothing where Redox names no limit', async () => {
    const upstream = await startUpstream({ endpoint: (response) => sendJson(response, 429, {}) });
    const fault = await rejectionOf(
      openClient(settingsFor(upstream.url)).query('general', anyQuery, noSignal),
    );
    expect(fault).not.toHaveProperty('details.retryAfterSeconds');
  });

  it('goes by Retry-After where both are there', async () => {
    const headers = { ...limited, 'retry-after': '7' };
    const upstream = await startUpstream({ endpoint: (response) => sendJson(response, 429, {}, headers) });
    const fault = await rejectionOf(
      openClient(settingsFor(upstream.url)).query('general', anyQuery, noSignal),
    );
    expect(fault).toMatchObject({ details: { retryAfterSeconds: 7 }, requestedPauseSeconds: 7 });
  });
});
