import { jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import {
  anyQuery,
  keys,
  noSignal,
  openClient,
  rejectionOf,
  sendJson,
  settingsFor,
  startUpstream,
} from '../upstream.ts';

const grant = (value: string, expires_in: unknown = 300) => ({ access_token: value, expires_in });

describe('the assertion', () => {
  it('is signed RS384 with kid, for the token URL, short-lived, and new for every request', async () => {
    const upstream = await startUpstream();
    const clock = new FakeClock();
    const settings = settingsFor(upstream.url);
    const client = openClient(settings, clock);
    for (let call = 0; call < 3; call++) {
      await client.ready();
      await clock.advance(301 * 1000);
    }
    const jtis = new Set<unknown>();
    for (const { headers, body, path } of upstream.tokenCalls) {
      expect(path).toBe('/v2/auth/token');
      expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
      const form = new URLSearchParams(body);
      expect(form.get('grant_type')).toBe('client_credentials');
      expect(form.get('client_assertion_type')).toBe(
        'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      );
      const assertion = form.get('client_assertion') ?? '';
      const currentDate = new Date(Date.UTC(2026, 2, 4) + jtis.size * 301_000);
      const { payload, protectedHeader } = await jwtVerify(assertion, keys.publicKey, { currentDate });
      expect(protectedHeader).toEqual({ alg: 'RS384', kid: 'key-1', typ: 'JWT' });
      expect(payload).toMatchObject({ iss: 'client-1', sub: 'client-1', aud: settings.tokenUrl });
      expect(payload.iat).toBe(currentDate.getTime() / 1000);
      expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeLessThanOrEqual(300);
      jtis.add(payload.jti);
    }
    expect(jtis.size).toBe(3);
  });
});

describe('a failure', () => {
  it('is reported for each attempt to get a token', async () => {
    const upstream = await startUpstream({ token: (response) => sendJson(response, 401, {}) });
    const failures: unknown[] = [];
    const client = openClient(
      settingsFor(upstream.url),
      new FakeClock(),
      (error) => void failures.push(error),
    );
    await Promise.all([rejectionOf(client.ready()), rejectionOf(client.ready())]);
    await rejectionOf(client.ready());
    // The first two waited for one attempt.
    expect(failures).toMatchObject([
      { details: { redox: { status: 401 } } },
      { details: { redox: { status: 401 } } },
    ]);
  });
});

describe('what the token service answers', () => {
  it.each([
    ['expires_in', 300, 241],
    ['a numeric string', '300', 241],
    ['no expires_in, so 300 s', null, 241],
    ['a huge one, cut to a day', 1e12, 0.8 * 86_400 + 1],
    ['a tiny one, raised to 10 s', 0.001, 9],
  ])('is kept for 80 %% of %s', async (_, expiresIn, renewedAfterSeconds) => {
    const upstream = await startUpstream({
      token: (response, _received, count) => sendJson(response, 200, grant(`t-${count}`, expiresIn)),
    });
    const clock = new FakeClock();
    const client = openClient(settingsFor(upstream.url), clock);
    await client.ready();
    await clock.advance((renewedAfterSeconds - 2) * 1000);
    await client.ready();
    expect(upstream.tokenCalls).toHaveLength(1);
    await clock.advance(2 * 1000);
    await client.ready();
    await until(() => upstream.tokenCalls.length === 2);
  });

  it.each([
    ['HTML', '<html></html>'],
    ['no token', '{"expires_in":300}'],
    ['an empty token', JSON.stringify(grant(''))],
    ['a token that breaks the header', JSON.stringify(grant('a\r\nx-evil: 1'))],
    ['a token beyond reason', JSON.stringify(grant('x'.repeat(9000)))],
    ['an object for a token', '{"access_token":{},"expires_in":300}'],
    ['a negative life', JSON.stringify(grant('t', -1))],
    ['no life at all', JSON.stringify(grant('t', 0))],
    ['a life in words', JSON.stringify(grant('t', 'long'))],
    ['10 MB', JSON.stringify(grant('t')).padEnd(10_000_000)],
  ])('is not kept when it is %s', async (_, body) => {
    const upstream = await startUpstream({
      token: (response, _received, count) =>
        count === 1 ? response.writeHead(200).end(body) : sendJson(response, 200, grant('good')),
    });
    const client = openClient(settingsFor(upstream.url));
    expect(await rejectionOf(client.query('general', anyQuery, noSignal))).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      extensions: { retryable: true, redox: { logIds: [], status: 200 } },
    });
    await client.query('general', anyQuery, noSignal);
    expect(upstream.queries.map((sent) => sent.headers.authorization)).toEqual(['Bearer good']);
  });

  it.each([
    [400, 'UPSTREAM_REJECTED', false],
    [401, 'UPSTREAM_REJECTED', false],
    [429, 'RATE_LIMITED', true],
    [302, 'UPSTREAM_UNAVAILABLE', true],
    [502, 'UPSTREAM_UNAVAILABLE', true],
    [504, 'UPSTREAM_TIMEOUT', true],
  ])('with status %i is %s, whatever the size of the query', async (status, code, retryable) => {
    const upstream = await startUpstream({
      token: (response) => sendJson(response, status, { error: 'invalid_client' }),
    });
    const fault = await rejectionOf(
      openClient(settingsFor(upstream.url)).query('general', anyQuery, noSignal),
    );
    expect(fault).toMatchObject({ code, splittable: false });
    expect(fault).toHaveProperty('extensions', { code, retryable, redox: { logIds: [], status } });
    expect(upstream.queries).toHaveLength(0);
  });
});
