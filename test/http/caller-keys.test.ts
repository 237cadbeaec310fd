/** Issuer's keys that come from a URL: fetched once, found again after a change, and what callers see without them. */

import { expect, onTestFinished, test } from 'vitest';
import { createSystemClock } from '../../src/clock.ts';
import { parseConfig } from '../../src/config/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { AUDIENCE, ISSUER, serveJwks, signToken } from './issuer.ts';
import { post } from './servers.ts';

/** In sandbox mode with callers' tokens, its reports of missing keys collected. */
async function startWith(jwksUrl: string) {
  const reports: unknown[] = [];
  const config = await parseConfig({
    PORT: '0',
    AUTH_MODE: 'jwt',
    AUTH_ISSUER: ISSUER,
    AUTH_AUDIENCE: AUDIENCE,
    AUTH_JWKS_URL: jwksUrl,
  });
  const log = { ...createLog('silent'), callerKeysUnavailable: (event: unknown) => reports.push(event) };
  const gateway = await startGateway(config, createSystemClock(), log);
  onTestFinished(() => gateway.close());
  const ask = async (token: string) =>
    post(gateway.url, { query: '{ destinations { id } }' }, { authorization: `Bearer ${token}` });
  return { ask, reports };
}

test('keys are fetched when first needed, and once for many callers', async () => {
  const issuer = await serveJwks();
  const { ask } = await startWith(issuer.url);
  expect(issuer.requests).toBe(0);
  const token = await signToken();
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask(token)));
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
  expect(issuer.requests).toBe(1);
});

test('tokens of unknown keys do not make the gateway fetch over and over', async () => {
  const issuer = await serveJwks();
  const { ask } = await startWith(issuer.url);
  const token = await signToken({ kid: 'unknown' });
  for (let times = 0; times < 5; times += 1) expect((await ask(token)).status).toBe(401);
  expect(issuer.requests).toBe(1);
});

test('keys out of reach are nothing that a caller did wrong: 503, in fixed words, until they are back', async () => {
  const issuer = await serveJwks(500);
  const { ask, reports } = await startWith(issuer.url);
  const token = await signToken();
  const refused = await ask(token);
  expect(refused.status).toBe(503);
  expect(refused.headers.get('www-authenticate')).toBeNull();
  expect(await refused.json()).toEqual({
    errors: [
      {
        message: 'The gateway is busy; try again later.',
        extensions: { code: 'OVERLOADED', retryable: true },
      },
    ],
  });
  expect(reports).toHaveLength(1);
  issuer.status = 200;
  expect((await ask(token)).status).toBe(200);
  expect(reports).toHaveLength(1);
});

test('an issuer that nobody answers for is the same', async () => {
  const { ask } = await startWith('http://127.0.0.1:9/jwks.json');
  expect((await ask(await signToken())).status).toBe(503);
  // What is no token at all needs no key.
  expect((await ask('garbage')).status).toBe(401);
});
