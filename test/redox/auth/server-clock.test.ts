/** Our clock is wrong: Redox refuses assertions for it, and its own `Date` mends that. */

import { jwtVerify } from 'jose';
import { expect, it } from 'vitest';
import { FakeClock } from '../../support/fake-clock.ts';
import { keys, openClient, sendJson, settingsFor, startUpstream } from '../upstream.ts';

const noSignal = new AbortController().signal;
const HOUR_MS = 3_600_000;

/** What everybody but us has for the time. */
const RIGHT_TIME = Date.UTC(2026, 2, 4);
const RIGHT_DATE = new Date(RIGHT_TIME).toUTCString();

/** Takes assertions that are good by the right time. */
async function startStrict() {
  const upstream = await startUpstream({
    token: (response, { body }, count) => {
      const assertion = new URLSearchParams(body).get('client_assertion') ?? '';
      jwtVerify(assertion, keys.publicKey, {
        currentDate: new Date(RIGHT_TIME),
        maxTokenAge: '5m',
        clockTolerance: 25,
      }).then(
        () => sendJson(response, 200, { access_token: `token-${count}`, expires_in: 20 }),
        () => sendJson(response, 400, { error: 'invalid_client' }, { date: RIGHT_DATE }),
      );
    },
  });
  return upstream;
}

it.each([
  ['an hour slow', -HOUR_MS],
  ['an hour fast', HOUR_MS],
])('%s, it is corrected from the answer, and stays so', async (_, wrongByMs) => {
  const upstream = await startStrict();
  const clock = new FakeClock(RIGHT_TIME + wrongByMs);
  const client = openClient(settingsFor(upstream.url), clock);
  await client.query('general', { documentIds: ['d'] }, noSignal);
  expect(upstream.tokenCalls).toHaveLength(2);
  await clock.advance(21_000);
  await client.query('general', { documentIds: ['d'] }, noSignal);
  expect(upstream.tokenCalls).toHaveLength(3);
});

it('a refusal that is not for the time costs no second call', async () => {
  const upstream = await startUpstream({
    token: (response) => sendJson(response, 400, { error: 'invalid_client' }),
  });
  const client = openClient(settingsFor(upstream.url));
  await expect(client.query('general', { documentIds: ['d'] }, noSignal)).rejects.toMatchObject({
    code: 'UPSTREAM_REJECTED',
  });
  expect(upstream.tokenCalls).toHaveLength(1);
});

it.each(['', 'yesterday', 'Thu, 01 Jan 1970 00:00:00 GMT'])(
  'with %j for a date, no more than one more try is made',
  async (date) => {
    const upstream = await startUpstream({
      token: (response) => sendJson(response, 401, {}, { date }),
    });
    const client = openClient(settingsFor(upstream.url));
    await expect(client.query('general', { documentIds: ['d'] }, noSignal)).rejects.toThrow();
    expect(upstream.tokenCalls.length).toBeLessThanOrEqual(2);
  },
);
