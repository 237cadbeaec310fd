import { describe, expect, it, onTestFinished } from 'vitest';
import { FakeClock } from '../../support/fake-clock.ts';
import { anyQuery, noSignal, openClient, sendJson, settingsFor, startUpstream } from '../upstream.ts';

const credentials = { kind: 'legacy', apiKey: 'api-key', secret: 'secret' } as const;

type TokenAnswer = NonNullable<Parameters<typeof startUpstream>[0]>['token'];

async function openLegacy(token: NonNullable<TokenAnswer>) {
  const upstream = await startUpstream({ token });
  const clock = new FakeClock();
  const client = openClient(settingsFor(upstream.url, { credentials }), clock);
  onTestFinished(() => client.close());
  const calls = () => upstream.tokenCalls.map(({ path, body }) => [path, JSON.parse(body)]);
  return { client, upstream, calls, clock };
}

const session = (count: number, seconds = 300) => ({
  accessToken: `access-${count}`,
  refreshToken: `refresh-${count}`,
  expires: new Date(Date.UTC(2026, 2, 4) + count * seconds * 1000).toISOString(),
});

describe('a legacy API key', () => {
  it('authenticates, then renews with the newest refresh token, believing `expires`', async () => {
    const { client, upstream, calls, clock } = await openLegacy((response, _, count) =>
      sendJson(response, 200, session(count)),
    );
    for (let call = 0; call < 3; call++) {
      await client.query('general', anyQuery, noSignal);
      await clock.advance(300_000);
    }
    expect(calls()).toEqual([
      ['/auth/authenticate', { apiKey: 'api-key', secret: 'secret' }],
      ['/auth/refreshToken', { apiKey: 'api-key', refreshToken: 'refresh-1' }],
      ['/auth/refreshToken', { apiKey: 'api-key', refreshToken: 'refresh-2' }],
    ]);
    expect(upstream.queries.at(-1)?.headers.authorization).toBe('Bearer access-3');
  });

  it('authenticates anew when the refresh token is refused', async () => {
    const { client, calls, clock } = await openLegacy((response, { path }, count) =>
      path.endsWith('/refreshToken')
        ? response.writeHead(401, { 'content-type': 'text/html' }).end('Invalid request')
        : sendJson(response, 200, session(count)),
    );
    await client.ready();
    await clock.advance(300_000);
    await client.query('general', anyQuery, noSignal);
    expect(calls().map(([path]) => path)).toEqual([
      '/auth/authenticate',
      '/auth/refreshToken',
      '/auth/authenticate',
    ]);
  });

  it('with bad credentials, which Redox answers in HTML, is rejected', async () => {
    const { client } = await openLegacy((response) =>
      response.writeHead(401, { 'content-type': 'text/html' }).end('Invalid request'),
    );
    await expect(client.query('general', anyQuery, noSignal)).rejects.toMatchObject({
      code: 'UPSTREAM_REJECTED',
      splittable: false,
      extensions: { retryable: false, redox: { logIds: [], status: 401 } },
    });
  });

  it('keeps no token whose `expires` cannot be read', async () => {
    const { client, upstream } = await openLegacy((response) =>
      sendJson(response, 200, { ...session(1), expires: 'tomorrow' }),
    );
    await expect(client.query('general', anyQuery, noSignal)).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
    expect(upstream.queries).toHaveLength(0);
  });

  it('works on when our clock is ahead of `expires`', async () => {
    const { client, clock } = await openLegacy((response, _, count) =>
      sendJson(response, 200, session(count)),
    );
    await clock.advance(3_600_000);
    await expect(client.query('general', anyQuery, noSignal)).resolves.toMatchObject({ items: [] });
  });
});
