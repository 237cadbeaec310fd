import { describe, expect, it } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';
import {
  anyQuery,
  EMPTY_REPLY,
  noSignal,
  openClient,
  sendJson,
  settingsFor,
  startUpstream,
} from './upstream.ts';

describe('a query', () => {
  it('is one POST to {apiUrl}/endpoint, with the token and without asking for compression', async () => {
    const upstream = await startUpstream();
    const client = openClient(settingsFor(upstream.url, { apiUrl: `${upstream.url}/base/` }));
    await client.query('general', anyQuery, noSignal);
    expect(upstream.queries).toHaveLength(1);
    const [sent] = upstream.queries;
    expect(sent?.path).toBe('/base/endpoint');
    expect(sent?.headers).toMatchObject({
      'content-type': 'application/json',
      authorization: 'Bearer token-1',
    });
  });

  it('says in Meta where it comes from and where it goes, and leaves empty filters out', async () => {
    const upstream = await startUpstream();
    const facilityCodes = new Map([
      ['general', 'F1'],
      ['county', 'F2'],
    ]);
    const settings = settingsFor(upstream.url, { sourceId: 'source-uuid', facilityCodes, test: false });
    const client = openClient(settings, new FakeClock(Date.UTC(2026, 2, 4, 15, 20)));
    const patients = [
      [{ id: 'SYN-1', idType: 'MR' }],
      [
        { id: 'SYN-2', idType: 'MR' },
        { id: 'e-2', idType: 'EHRID' },
      ],
    ];
    await client.query(
      'general',
      { patients, visitNumbers: [], documentTypes: ['Consent Form'], documentIds: [] },
      noSignal,
    );
    expect(JSON.parse(upstream.queries[0]?.body ?? '')).toEqual({
      Meta: {
        DataModel: 'Media',
        EventType: 'Query',
        EventDateTime: '2026-03-04T15:20:00.000Z',
        Test: false,
        Source: { ID: 'source-uuid' },
        Destinations: [{ ID: 'destination-uuid' }],
        FacilityCode: 'F1',
      },
      Patients: [
        { Identifiers: [{ ID: 'SYN-1', IDType: 'MR' }] },
        {
          Identifiers: [
            { ID: 'SYN-2', IDType: 'MR' },
            { ID: 'e-2', IDType: 'EHRID' },
          ],
        },
      ],
      DocumentTypes: ['Consent Form'],
    });
  });

  it('leaves Source and FacilityCode out when they are not set', async () => {
    const upstream = await startUpstream();
    await openClient(settingsFor(upstream.url)).query('general', anyQuery, noSignal);
    const { Meta } = JSON.parse(upstream.queries[0]?.body ?? '');
    expect(Object.keys(Meta)).toEqual(['DataModel', 'EventType', 'EventDateTime', 'Test', 'Destinations']);
  });

  it.each([
    ['nothing', {}],
    ['types alone', { documentTypes: ['Photo'] }],
    ['empty filters', { patients: [], visitNumbers: [], documentIds: [] }],
    ['a patient without identifiers', { patients: [[{ id: '1', idType: 'MR' }], []] }],
    ['a patient with a blank identifier', { patients: [[{ id: '', idType: 'MR' }]] }],
    ['a blank visit number', { visitNumbers: ['V-1', ''] }],
    ['a blank document id', { documentIds: [''] }],
  ])('for %s is never sent', async (_, query) => {
    const upstream = await startUpstream();
    const client = openClient(settingsFor(upstream.url));
    await expect(client.query('general', query, noSignal)).rejects.toMatchObject({
      code: 'INTERNAL_SERVER_ERROR',
    });
    expect(upstream.tokenCalls.length + upstream.queries.length).toBe(0);
  });

  it('to an unknown destination is never sent', async () => {
    const upstream = await startUpstream();
    const failure = openClient(settingsFor(upstream.url)).query('elsewhere', anyQuery, noSignal);
    await expect(failure).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
    expect(upstream.tokenCalls).toHaveLength(0);
  });

  it('gives the items and the log ids', async () => {
    const upstream = await startUpstream({
      endpoint: (response) =>
        sendJson(response, 200, {
          Meta: { EventType: 'Query', Logs: [{ ID: 'a-1' }, { ID: 7 }] },
          Media: [{ DocumentID: 'd-1' }],
        }),
    });
    const reply = await openClient(settingsFor(upstream.url)).query('general', anyQuery, noSignal);
    expect(reply.logIds).toEqual(['a-1', '7']);
    expect(reply.items.map((item) => item.documentId)).toEqual(['d-1']);
  });

  it('after a 401 is repeated once with a new token', async () => {
    const upstream = await startUpstream({
      endpoint: (response, { headers }) =>
        headers.authorization === 'Bearer token-1'
          ? sendJson(response, 401, {})
          : sendJson(response, 200, EMPTY_REPLY),
    });
    await openClient(settingsFor(upstream.url)).query('general', anyQuery, noSignal);
    expect(upstream.queries.map((sent) => sent.headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });

  it('refused with 401 again is given up', async () => {
    const upstream = await startUpstream({ endpoint: (response) => sendJson(response, 401, {}) });
    const failure = openClient(settingsFor(upstream.url)).query('general', anyQuery, noSignal);
    await expect(failure).rejects.toMatchObject({ code: 'UPSTREAM_REJECTED', splittable: false });
    expect([upstream.queries.length, upstream.tokenCalls.length]).toEqual([2, 2]);
  });
});

describe('ready', () => {
  it('resolves when a token can be had, and keeps it for the first query', async () => {
    const upstream = await startUpstream();
    const client = openClient(settingsFor(upstream.url));
    await client.ready();
    await client.query('general', anyQuery, noSignal);
    expect(upstream.tokenCalls).toHaveLength(1);
  });

  it('rejects when none can be had', async () => {
    const upstream = await startUpstream({ token: (response) => sendJson(response, 503, {}) });
    await expect(openClient(settingsFor(upstream.url)).ready()).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
  });
});
