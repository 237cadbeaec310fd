import { describe, expect, it } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';
import {
  anyQuery,
  noSignal,
  openClient,
  rejectionOf,
  sendJson,
  settingsFor,
  startUpstream,
} from './upstream.ts';

describe('an answer of status', () => {
  it.each([
    [400, 'UPSTREAM_REJECTED', false, true],
    [403, 'UPSTREAM_REJECTED', false, false],
    [404, 'UPSTREAM_REJECTED', false, false],
    [409, 'UPSTREAM_REJECTED', false, false],
    [413, 'UPSTREAM_REJECTED', false, true],
    [429, 'RATE_LIMITED', true, false],
    [500, 'UPSTREAM_UNAVAILABLE', true, false],
    [502, 'UPSTREAM_UNAVAILABLE', true, false],
    [503, 'UPSTREAM_UNAVAILABLE', true, false],
    [504, 'UPSTREAM_TIMEOUT', true, true],
    [204, 'UPSTREAM_PROTOCOL', false, false],
    [302, 'UPSTREAM_PROTOCOL', false, false],
  ])('%i is %s', async (status, code, retryable, splittable) => {
    const body = { Meta: { Logs: [{ ID: 'log-9' }], Errors: [{ Text: 'PATIENT-TEXT' }] } };
    const upstream = await startUpstream({ endpoint: (response) => sendJson(response, status, body) });
    const fault = await rejectionOf(
      openClient(settingsFor(upstream.url)).query('general', anyQuery, noSignal),
    );
    const logIds = status === 204 ? [] : ['log-9'];
    expect(fault).toMatchObject({ code, splittable });
    expect(fault).toHaveProperty('extensions', { code, retryable, redox: { logIds, status } });
    expect(JSON.stringify([fault, `${fault}`])).not.toContain('PATIENT-TEXT');
  });

  it.each<[number, object, boolean]>([
    [400, { Meta: { Errors: [{ Type: 'message', Module: 'Subscriptions' }] } }, false],
    [400, { Meta: { Errors: [{ Type: ' MESSAGE' }, { Type: 'message' }] } }, false],
    [400, { Meta: { Errors: { Type: 'Message' } } }, false],
    [400, { Errors: [{ Type: 'message' }] }, false],
    [400, { Meta: { Errors: [{ Type: 'message' }, { Type: 'transmission' }] } }, true],
    [400, { Meta: { Errors: [{ Type: 'transmission', Module: 'Send' }] } }, true],
    [400, { Meta: { Errors: [] } }, true],
    [400, { errorDetail: 'message' }, true],
    [413, { Meta: { Errors: [{ Type: 'message', Module: 'Size' }] } }, true],
  ])('%i with %j says whether a smaller query may pass: %s', async (status, body, splittable) => {
    const upstream = await startUpstream({ endpoint: (response) => sendJson(response, status, body) });
    const fault = await rejectionOf(
      openClient(settingsFor(upstream.url)).query('general', anyQuery, noSignal),
    );
    expect(fault).toMatchObject({ code: 'UPSTREAM_REJECTED', splittable });
  });

  it('200 with Meta.Errors is a refusal', async () => {
    const body = { Meta: { Logs: [{ ID: 'log-9' }], Errors: [{ ID: 1 }] }, Media: [{}] };
    const upstream = await startUpstream({ endpoint: (response) => sendJson(response, 200, body) });
    const fault = await rejectionOf(
      openClient(settingsFor(upstream.url)).query('general', anyQuery, noSignal),
    );
    expect(fault).toMatchObject({
      code: 'UPSTREAM_REJECTED',
      splittable: true,
      extensions: { retryable: false, redox: { logIds: ['log-9'], status: 200 } },
    });
  });

  it.each([
    ['12', 12],
    ['999999999', 3600],
    ['Wed, 04 Mar 2026 15:21:30 GMT', 90],
    ['Wed, 04 Mar 2026 15:00:00 GMT', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['2099-01-01', undefined],
    ['', undefined],
  ])('429 with Retry-After "%s" says to wait %s s', async (header, seconds) => {
    const upstream = await startUpstream({
      endpoint: (response) => sendJson(response, 429, {}, { 'retry-after': header }),
    });
    const client = openClient(settingsFor(upstream.url), new FakeClock(Date.UTC(2026, 2, 4, 15, 20)));
    const fault = await rejectionOf(client.query('general', anyQuery, noSignal));
    expect(fault).toHaveProperty('extensions', {
      code: 'RATE_LIMITED',
      retryable: true,
      redox: { logIds: [], status: 429 },
      ...(seconds !== undefined && { retryAfterSeconds: seconds }),
    });
  });
});
