/** `/redox/events` over HTTP: who is let in, the challenge, and that an authentic sender never gets what would block its feed. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pushed, pushedAgain, SETTINGS, TOKEN } from '../events/pushed.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { until } from '../support/until.ts';
import { beside } from './servers.ts';

const NEXT_TOKEN = 'the-next-verification-token-of-the-tests';
const RIGHT = { 'verification-token': TOKEN };
const BODY = JSON.stringify(pushed('New'));
let gateway: TestGateway;
let url: string;
beforeAll(async () => {
  const settings = { ...SETTINGS, REDOX_EVENTS_TOKEN: `${TOKEN},${NEXT_TOKEN}` };
  gateway = await startTestGateway({}, settings);
  url = beside(gateway.url, '/redox/events');
});
afterAll(() => gateway.close());

function post(body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: 'POST', headers, body });
}

/** How many events there were, by kind and outcome. */
async function counted(): Promise<Record<string, number>> {
  const metrics = [...(await readMetrics(gateway.url))];
  return Object.fromEntries(metrics.filter(([name]) => name.startsWith('events_total')));
}

async function newlyCounted(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await counted();
  await work();
  const after = Object.entries(await counted());
  const added = after.map(([name, count]): [string, number] => [name, count - (before[name] ?? 0)]);
  return Object.fromEntries(added.filter(([, count]) => count > 0));
}

describe('verification', () => {
  const challenge = '0a1b2c3d-7110-461e-a875-3beb089e79f3';

  test.each([TOKEN, NEXT_TOKEN])('the challenge of a POST is sent back', async (token) => {
    const body = JSON.stringify({ 'verification-token': token, challenge });
    const headers = { 'content-type': 'application/json', 'application-name': 'RedoxEngine' };
    for (const stated of [{}, { 'verification-token': token }]) {
      const response = await post(body, { ...headers, ...stated });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(await response.text()).toBe(challenge);
    }
  });

  test('the challenge behind a byte order mark is sent back, and a token that is null is none', async () => {
    const body = `\ufeff${JSON.stringify({ 'verification-token': TOKEN, challenge })}`;
    expect(await (await post(body)).text()).toBe(challenge);
    const without = JSON.stringify({ 'verification-token': null, challenge });
    expect(await (await post(without, RIGHT)).text()).toBe(challenge);
  });

  test('the challenge of a GET is sent back', async () => {
    const response = await fetch(`${url}?challenge=${challenge}&verification-token=${TOKEN}`);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(challenge);
    const headers = { authorization: `Bearer ${NEXT_TOKEN}` };
    expect(await (await fetch(`${url}?challenge=${challenge}`, { headers })).text()).toBe(challenge);
  });

  test('a replayed challenge is sent back again, and nothing is recorded', async () => {
    const body = JSON.stringify({ 'verification-token': TOKEN, challenge });
    const added = await newlyCounted(async () => {
      for (let times = 0; times < 3; times += 1) expect(await (await post(body)).text()).toBe(challenge);
    });
    expect(added).toEqual({});
  });

  test.each([
    ['a wrong token in the body', 'POST', '', {}, { 'verification-token': 'wrong', challenge }],
    ['no token', 'POST', '', {}, { challenge }],
    ['a token that is no text', 'POST', '', {}, { 'verification-token': [TOKEN], challenge }],
    [
      'a wrong token in the header',
      'POST',
      '',
      { 'verification-token': 'wrong' },
      { 'verification-token': TOKEN, challenge },
    ],
    ['a wrong token beside a right one', 'POST', '', RIGHT, { 'verification-token': 'wrong', challenge }],
    [
      'a token that is no text beside a right one',
      'POST',
      '',
      RIGHT,
      { 'verification-token': [TOKEN], challenge },
    ],
    ['a blank token beside a right one', 'POST', '', RIGHT, { 'verification-token': ' ', challenge }],
    [
      'two tokens in the query beside a right one',
      'GET',
      `?challenge=c&verification-token=${TOKEN}&verification-token=${TOKEN}`,
      RIGHT,
      null,
    ],
    ['a wrong token in the query', 'GET', `?challenge=c&verification-token=${TOKEN}x`, {}, null],
    [
      'two tokens in the query',
      'GET',
      `?challenge=c&verification-token=${TOKEN}&verification-token=${TOKEN}`,
      {},
      null,
    ],
    ['no token in the query', 'GET', '?challenge=c', {}, null],
    [
      'a wrong token in the query beside a right one',
      'GET',
      '?challenge=c&verification-token=wrong',
      RIGHT,
      null,
    ],
    ['both tokens at once', 'GET', `?challenge=c&verification-token=${TOKEN},${NEXT_TOKEN}`, {}, null],
  ])('%s: 401', async (_, method, query, headers: Record<string, string>, body) => {
    const added = await newlyCounted(async () => {
      const sent = body === null ? {} : { body: JSON.stringify(body) };
      const response = await fetch(`${url}${query}`, { method, headers, ...sent });
      expect(response.status).toBe(401);
      expect(await response.text()).not.toContain(challenge);
    });
    expect(added).toEqual({ 'events_total{kind="unknown",outcome="refused"}': 1 });
  });
});

describe('an event', () => {
  test('is recorded by the token in its own header, and by a bearer token', async () => {
    const message = pushed('New', { DocumentID: 'SYN-D-77' });
    const added = await newlyCounted(async () => {
      expect((await post(JSON.stringify(message), RIGHT)).status).toBe(200);
      const again = await post(JSON.stringify(pushedAgain(message)), {
        authorization: `bearer ${NEXT_TOKEN}`,
      });
      expect(again.status).toBe(200);
    });
    expect(added).toEqual({
      'events_total{kind="SAVED",outcome="recorded"}': 1,
      'events_total{kind="SAVED",outcome="repeated"}': 1,
    });
    const lag = (await readMetrics(gateway.url)).get('event_lag_seconds_count');
    expect(lag).toBeGreaterThan(0);
  });

  test.each([
    ['no token', {}],
    ['a wrong token', { 'verification-token': 'wrong' }],
    ['an empty token', { 'verification-token': '' }],
    ['a token of another length', { 'verification-token': `${TOKEN}x` }],
    ['a wrong bearer token', { authorization: 'Bearer wrong' }],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
    [
      'a wrong token beside a right bearer token',
      { 'verification-token': 'x', authorization: `Bearer ${TOKEN}` },
    ],
  ])('with %s is 401, and nothing is recorded', async (_, headers: Record<string, string>) => {
    const added = await newlyCounted(async () => {
      const response = await post(BODY, headers);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
    });
    expect(added).toEqual({ 'events_total{kind="unknown",outcome="refused"}': 1 });
  });

  test('without a token is 401 before its body is sent, where that is longer than a verification', async () => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write(`POST /redox/events HTTP/1.1\r\nHost: x\r\nContent-Length: 40000000\r\n\r\n{"Meta":`);
    const [response] = await once(socket, 'data');
    expect(String(response)).toMatch(/^HTTP\/1\.1 401 /);
    socket.destroy();
  });

  test.each([
    ['no Content-Type', {}, 'garbage'],
    ['a Content-Type that is none', { 'content-type': '; ;' }, '{'],
    ['a Content-Type of a form', { 'content-type': 'multipart/form-data' }, '--x'],
    ['a coding', { 'content-encoding': 'gzip' }, '\u001f\u008b'],
    [
      'another model',
      {},
      JSON.stringify({ ...pushed('New'), Meta: { DataModel: 'Notes', EventType: 'New' } }),
    ],
    ['nothing', {}, ''],
  ])('of an authentic sender with %s is 200', async (_, headers: Record<string, string>, body) => {
    const added = await newlyCounted(async () => {
      expect((await post(body, { ...RIGHT, ...headers })).status).toBe(200);
    });
    expect(Object.values(added)).toEqual([1]);
    expect(Object.keys(added)[0]).toContain('kind="UNREADABLE"');
  });

  test('that breaks off is not counted as taken', async () => {
    const { hostname, port } = new URL(url);
    const added = await newlyCounted(async () => {
      const socket = connect(Number(port), hostname);
      socket.write(
        `POST /redox/events HTTP/1.1\r\nHost: x\r\nverification-token: ${TOKEN}\r\nContent-Length: 4000\r\n\r\n{"Meta":`,
      );
      await until(async () => (await counted()) !== null);
      socket.destroy();
      await until(async () =>
        (await readMetrics(gateway.url)).has('events_total{kind="unknown",outcome="incomplete"}'),
      );
    });
    expect(added).toEqual({ 'events_total{kind="unknown",outcome="incomplete"}': 1 });
  });

  test('that is too large is 200, and unreadable', async () => {
    const added = await newlyCounted(async () => {
      const body = JSON.stringify(pushed('New', { FileContents: 'A'.repeat(44_000_000) }));
      expect((await post(body, RIGHT)).status).toBe(200);
    });
    expect(added).toEqual({ 'events_total{kind="UNREADABLE",outcome="recorded"}': 1 });
    expect((await readMetrics(gateway.url)).get('events_unreadable_total{reason="too-large"}')).toBe(1);
  });

  test('with an expectation that the gateway does not know is recorded all the same', async () => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    const head = `POST /redox/events HTTP/1.1\r\nHost: x\r\nverification-token: ${TOKEN}\r\nExpect: a-surprise`;
    const answered = once(socket, 'data');
    socket.write(`${head}\r\nConnection: close\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`);
    expect(String((await answered)[0])).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
  });

  test('can be sent by POST alone', async () => {
    const response = await fetch(url, { method: 'PUT', headers: RIGHT, body: BODY });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, POST');
  });
});

test('a gateway that stops takes the event that is arriving, and closes then', async () => {
  const stopping = await startTestGateway({}, SETTINGS);
  const { hostname, port } = new URL(stopping.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST /redox/events HTTP/1.1\r\nHost: x\r\nverification-token: ${TOKEN}\r\nContent-Length: ${BODY.length}\r\n\r\n`,
  );
  socket.write(BODY.slice(0, 100));
  await until(async () => (await readMetrics(stopping.url)).get('inbox_up') === 1);
  const closed = stopping.close();
  const ready = beside(stopping.url, '/readyz');
  await until(async () => (await fetch(ready)).status === 503);
  const answered = once(socket, 'data');
  socket.write(BODY.slice(100));
  expect(String((await answered)[0])).toMatch(/^HTTP\/1\.1 200 /);
  await closed;
});

test('without REDOX_EVENTS_TOKEN there is nothing at /redox/events', async () => {
  await using without = await startTestGateway();
  const address = beside(without.url, '/redox/events');
  expect((await fetch(address, { method: 'POST', headers: RIGHT, body: BODY })).status).toBe(404);
});
