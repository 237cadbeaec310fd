/** What a Media Query selects, what the reply looks like, and which queries are refused how. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChartDocument, type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import {
  byIdentifiers,
  documentIds,
  getToken,
  type JsonObject,
  mediaQuery,
  member,
  post,
  queryMedia,
  readJson,
} from './client.ts';

const ANNA = [
  { id: '1', idType: 'MR' },
  { id: 'e1', idType: 'EHRID' },
];
const BEN = [
  { id: '2', idType: 'MR' },
  { id: 'e1', idType: 'OTHER' },
];
const CHARTS: readonly ChartDocument[] = [
  { destination: 'general', identifiers: ANNA, visitNumber: 'V1', documentId: 'a1', documentType: 'Photo' },
  { destination: 'general', identifiers: BEN, visitNumber: 'V1', documentId: 'b1', documentType: 'Photo' },
  { destination: 'general', identifiers: ANNA, visitNumber: 'V2', documentId: 'a2', documentType: 'Memo' },
  { destination: 'general', identifiers: ANNA, documentId: 'a3', documentType: 'Memo', fileName: null },
  { destination: 'general', identifiers: BEN, visitNumber: 'V3', documentId: 'b2', documentType: 'Memo' },
  { destination: 'county', identifiers: ANNA, visitNumber: 'V1', documentId: 'c1', documentType: 'Photo' },
];

let sandbox: Sandbox;
let token: string;
beforeAll(async () => {
  sandbox = await startSandbox({ charts: CHARTS });
  token = await getToken(sandbox);
});
afterAll(() => sandbox.close());

const anna = byIdentifiers(['MR', '1']);
const ben = byIdentifiers(['MR', '2']);

describe('the filters', () => {
  const cases: [string, JsonObject, string[]][] = [
    ['one patient', { Patients: [anna] }, ['a1', 'a2', 'a3']],
    ['several patients: any of them', { Patients: [ben, anna] }, ['a1', 'b1', 'a2', 'a3', 'b2']],
    [
      'several identifiers: all of them',
      { Patients: [byIdentifiers(['MR', '1'], ['EHRID', 'e1'])] },
      ['a1', 'a2', 'a3'],
    ],
    ['identifiers of two people in one entry', { Patients: [byIdentifiers(['MR', '1'], ['MR', '2'])] }, []],
    ['the right id under another type', { Patients: [byIdentifiers(['MR', 'e1'])] }, []],
    ['another case', { Patients: [byIdentifiers(['mr', '1'])] }, []],
    ['an unknown patient among known ones', { Patients: [byIdentifiers(['MR', '?']), ben] }, ['b1', 'b2']],
    ['a patient named twice', { Patients: [ben, ben, byIdentifiers(['OTHER', 'e1'])] }, ['b1', 'b2']],
    ['several visits: any of them', { VisitNumbers: ['V3', 'V1'] }, ['a1', 'b1', 'b2']],
    ['several documents: any of them', { DocumentIDs: ['b2', 'a1', 'nope'] }, ['a1', 'b2']],
    ['patient and visits', { Patients: [anna], VisitNumbers: ['V1', 'V3'] }, ['a1']],
    ['patient and types', { Patients: [anna, ben], DocumentTypes: ['Memo', 'None'] }, ['a2', 'a3', 'b2']],
    ['visits and documents', { VisitNumbers: ['V1'], DocumentIDs: ['b1', 'b2'] }, ['b1']],
    [
      'all four kinds',
      { Patients: [anna, ben], VisitNumbers: ['V1'], DocumentTypes: ['Photo'], DocumentIDs: ['b1', 'a2'] },
      ['b1'],
    ],
    [
      'empty lists as no filter',
      { Patients: [ben], VisitNumbers: [], DocumentTypes: [], DocumentIDs: [] },
      ['b1', 'b2'],
    ],
    ['members it does not know', { Patients: [ben], Limit: 1 }, ['b1', 'b2']],
  ];
  it.each(cases)('%s', async (_name, filters, expected) => {
    expect(documentIds(await queryMedia(sandbox, token, 'general', filters))).toEqual(expected);
  });

  it('stay within the destination', async () => {
    expect(documentIds(await queryMedia(sandbox, token, 'county', { Patients: [anna] }))).toEqual(['c1']);
  });
});

describe('the reply', () => {
  it('names destination, source and log, repeats Test, and has the documents in Media', async () => {
    const response = await post(sandbox, token, mediaQuery(sandbox, 'county', { Patients: [anna] }));
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);
    expect(await response.json()).toEqual({
      Meta: {
        DataModel: 'Media',
        EventType: 'QueryResponse',
        EventDateTime: expect.stringMatching(/^\d{4}-.*Z$/),
        Test: true,
        Source: { ID: sandbox.credentials.sourceId, Name: expect.any(String) },
        Destinations: [{ ID: sandbox.destinations.county, Name: expect.any(String) }],
        Logs: [{ ID: uuid, AttemptID: uuid }],
      },
      Media: [
        {
          Patient: {
            Identifiers: [
              { ID: '1', IDType: 'MR' },
              { ID: 'e1', IDType: 'EHRID' },
            ],
          },
          Visit: { VisitNumber: 'V1' },
          DocumentID: 'c1',
          DocumentType: 'Photo',
        },
      ],
    });
  });

  it('leaves absent members out and sends nulls as null', async () => {
    const [item] = await queryMedia(sandbox, token, 'general', { DocumentIDs: ['a3'] });
    expect(item).toHaveProperty('FileName', null);
    expect(item).not.toHaveProperty('Visit');
    expect(item).not.toHaveProperty('FileContents');
  });

  it('gives every call its own log', async () => {
    const logs = [1, 2].map(async () => {
      const body = await readJson(
        await post(sandbox, token, mediaQuery(sandbox, 'general', { Patients: [ben] })),
      );
      return JSON.stringify(member(body, 'Meta')).match(/"Logs":.*?\]/)?.[0];
    });
    expect(new Set(await Promise.all(logs)).size).toBe(2);
  });

  it('is empty, not an error, when nothing matches', async () => {
    expect(await queryMedia(sandbox, token, 'general', { VisitNumbers: ['nope'] })).toEqual([]);
  });
});

describe('refusals', () => {
  const meta = (changes: JsonObject): JsonObject => {
    const query = mediaQuery(sandbox, 'general', { Patients: [anna] });
    return { ...query, Meta: { ...Object(member(query, 'Meta')), ...changes } };
  };
  const filters = (changes: JsonObject) => mediaQuery(sandbox, 'general', changes);
  const two = () => [{ ID: sandbox.destinations.general }, { ID: sandbox.destinations.county }];
  const cases: [string, () => unknown, number, string][] = [
    ['text that is no JSON', () => '{"Meta":', 400, 'Receive'],
    ['no body', () => '', 400, 'Receive'],
    ['no Meta', () => ({ Patients: [anna] }), 400, 'Validation'],
    ['another data model', () => meta({ DataModel: 'Notes' }), 403, 'DataModels'],
    ['no data model', () => meta({ DataModel: undefined }), 403, 'DataModels'],
    ['another event', () => meta({ EventType: 'QueryResponse' }), 403, 'DataModels'],
    ['no destination', () => meta({ Destinations: [] }), 403, 'Validation'],
    ['two destinations', () => meta({ Destinations: two() }), 400, 'Subscriptions'],
    ['an unknown destination', () => meta({ Destinations: [{ ID: 'nope' }] }), 400, 'Subscriptions'],
    ['a foreign source', () => meta({ Source: { ID: 'nope' } }), 400, 'Subscriptions'],
    ['no filter at all', () => filters({}), 400, 'Send'],
    ['empty filters only', () => filters({ Patients: [], VisitNumbers: [] }), 400, 'Send'],
    ['document types alone', () => filters({ DocumentTypes: ['Photo'] }), 400, 'Send'],
    ['a patient without identifiers', () => filters({ Patients: [{ Identifiers: [] }] }), 400, 'Validation'],
    [
      'a null id',
      () => filters({ Patients: [{ Identifiers: [{ ID: null, IDType: 'MR' }] }] }),
      400,
      'Validation',
    ],
    ['an id without type', () => filters({ Patients: [{ Identifiers: [{ ID: '1' }] }] }), 400, 'Validation'],
    ['a null list', () => filters({ Patients: [anna], VisitNumbers: null }), 400, 'Validation'],
    ['a visit number that is no text', () => filters({ VisitNumbers: [42] }), 400, 'Validation'],
  ];
  it.each(cases)('%s', async (_name, body, status, module) => {
    const response = await post(sandbox, token, body());
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({
      Meta: expect.objectContaining({
        Logs: [{ ID: expect.any(String), AttemptID: expect.any(String) }],
        Errors: [
          { ID: expect.any(Number), Text: expect.any(String), Type: expect.any(String), Module: module },
        ],
      }),
    });
  });

  it('says what is wrong with two destinations, and repeats the Meta it was sent', async () => {
    const response = await post(sandbox, token, meta({ Destinations: two() }));
    const body = await response.text();
    expect(body).toContain('more than one synchronous destination');
    expect(body).toContain(sandbox.destinations.county);
  });

  it('does not know other routes or verbs', async () => {
    expect((await fetch(`${sandbox.url}/endpoint`)).status).toBe(404);
    expect((await fetch(`${sandbox.url}/query`, { method: 'POST' })).status).toBe(404);
  });
});
