/** What a token's claims let its bearer see, from outside: FORBIDDEN at the field, and all else of the operation answered. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { patientsIn } from '../support/core.ts';
import { holdAnswers } from '../support/gate.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { byRecordNumber, chartDocument } from '../support/own-chart.ts';
import { until } from '../support/until.ts';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from './callers/issuer.ts';

const CHARTS = [
  chartDocument('a', { documentId: 'a-1', visitNumber: 'V-shared' }),
  chartDocument('a', { documentId: 'a-2' }),
  chartDocument('b', { documentId: 'b-1', visitNumber: 'V-shared' }),
  chartDocument('', { documentId: 'n-1', visitNumber: 'V-shared', identifiers: [] }),
  chartDocument('a', { documentId: 'c-1', destination: 'county' }),
];

let gateway: TestGateway;
beforeAll(async () => {
  const settings = { AUTH_MODE: 'jwt', AUTH_ISSUER: ISSUER, AUTH_AUDIENCE: AUDIENCE };
  gateway = await startTestGateway(
    { charts: CHARTS },
    { ...settings, AUTH_JWKS_FILE: await writeJwksFile(), AUTH_PATIENT_ID_TYPE: 'EHRID' },
  );
});
afterAll(() => gateway.close());

async function askAs(claims: Record<string, unknown>, query: string, variables = {}) {
  const authorization = `Bearer ${await signToken({ claims })}`;
  const { status, data, errors } = await gateway.ask(query, variables, { authorization });
  expect(status).toBe(200);
  return { data, refused: errors.map(({ path, extensions }) => `${path?.join('.')} ${extensions.code}`) };
}

const MEDIA = 'media { nodes { documentId } }';
const OF_PATIENTS = `query ($patients: [PatientInput!]!) { patients(patients: $patients) { ${MEDIA} } }`;
const nodes = (...ids: string[]) => ({ media: { nodes: ids.map((documentId) => ({ documentId })) } });
const [A, B] = ['a', 'b'].map(byRecordNumber);

describe('limited to a patient', () => {
  const claims = { redox_patients: ['MR|SYN-a'] };

  test('others are refused at their field, and cost no call', async () => {
    const answer = await askAs(claims, OF_PATIENTS, { patients: [B, A] });
    expect(answer.data).toEqual({ patients: [{ media: null }, nodes('a-1', 'a-2')] });
    expect(answer.refused).toEqual(['patients.0.media FORBIDDEN']);
    const calls = await gateway.countCalls(() => askAs(claims, OF_PATIENTS, { patients: [B] }));
    expect(calls).toBe(0);
  });

  test('the same patient by another identifier is refused; together with the allowed one it is answered', async () => {
    const [mr, ehr] = [
      { value: 'SYN-a', idType: 'MR' },
      { value: 'e-a', idType: 'EHRID' },
    ];
    const other = await askAs(claims, OF_PATIENTS, { patients: [{ identifiers: [ehr] }] });
    expect(other.refused).toEqual(['patients.0.media FORBIDDEN']);
    const both = await askAs(claims, OF_PATIENTS, { patients: [{ identifiers: [ehr, mr] }] });
    expect(both).toEqual({ data: { patients: [nodes('a-1', 'a-2')] }, refused: [] });
  });

  test('by visit or document, what is of others is as if it were not there', async () => {
    const query = `{
      visit(visitNumber: "V-shared") { patient { identifier { value } } ${MEDIA} }
      own: media(documentId: "a-1") { documentId }
      others: media(documentId: "b-1") { documentId }
      nobodys: media(documentId: "n-1") { documentId }
      mediaSearch(filter: { visitNumbers: ["V-shared"] }) { totalCount nodes { documentId } }
    }`;
    expect(await askAs(claims, query)).toEqual({
      data: {
        visit: { patient: { identifier: { value: 'SYN-a' } }, ...nodes('a-1') },
        own: { documentId: 'a-1' },
        others: null,
        nobodys: null,
        mediaSearch: { totalCount: 1, nodes: [{ documentId: 'a-1' }] },
      },
      refused: [],
    });
  });

  test('ids that others were given open nothing more', async () => {
    const query = '{ media(documentId: "b-1") { id patient { id } visit { id } } }';
    const { data } = await askAs({}, query);
    const { media } = data as { media: { id: string; patient: { id: string }; visit: { id: string } } };
    const ids = [media.id, media.patient.id, media.visit.id];
    const open = `query ($ids: [ID!]!) { nodes(ids: $ids) {
      ... on Media { documentId } ... on Patient { media { totalCount } } ... on Visit { media { totalCount } } } }`;
    const answer = await askAs(claims, open, { ids });
    expect(answer.data).toEqual({ nodes: [null, null, null] });
    expect(answer.refused.sort()).toEqual([0, 1, 2].map((at) => `nodes.${at} FORBIDDEN`));
    expect(await gateway.countCalls(() => askAs(claims, open, { ids }))).toBe(0);
    // Where the rights name patients by another type of identifiers than the id holds, the document itself decides.
    const byType = await askAs({ redox_patients: ['EHRID|e-b'] }, open, { ids: [media.id] });
    expect(byType).toEqual({ data: { nodes: [{ documentId: 'b-1' }] }, refused: [] });
    const others = await askAs({ redox_patients: ['EHRID|e-a'] }, open, { ids: [media.id] });
    expect(others.data).toEqual({ nodes: [null] });
  });

  test('ids that others were given tell nothing of what they hold, to a caller without rights to it', async () => {
    const { data } = await askAs(
      {},
      `{ media(documentId: "b-1") { patient { id } visit { id } }
         patient(identifiers: [{ value: "SYN-b", idType: "MR" }]) { id } }`,
    );
    const { media, patient } = data as {
      media: { patient: { id: string }; visit: { id: string } };
      patient: { id: string };
    };
    const tell = `query ($ids: [ID!]!) { nodes(ids: $ids) {
      ... on Patient { all: identifiers { value } } ... on Visit { patient { all: identifiers { value } } } } }`;
    const ids = [media.patient.id, patient.id, media.visit.id];
    const all = await askAs(claims, tell, { ids });
    expect(all.data).toEqual({ nodes: [null, null, null] });
    expect(all.refused.sort()).toEqual([0, 1, 2].map((at) => `nodes.${at} FORBIDDEN`));
    const first = `query ($ids: [ID!]!) { nodes(ids: $ids) {
      ... on Patient { identifier { value } } ... on Visit { visitNumber } } }`;
    const one = await askAs(claims, first, { ids });
    expect(one.data).toEqual({ nodes: [null, null, null] });
    expect(one.refused.sort()).toEqual([0, 1, 2].map((at) => `nodes.${at} FORBIDDEN`));
    const known = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }';
    expect((await askAs(claims, known, { ids })).data).toEqual({ nodes: [null, null, null] });
    const unscoped = await askAs({ scope: 'content:read' }, known, { ids });
    expect(unscoped.data).toEqual({ nodes: [null, null, null] });
    const own = await askAs({ redox_patients: ['EHRID|e-b'] }, first, {
      ids: [media.patient.id, media.visit.id],
    });
    expect(own).toEqual({
      data: { nodes: [{ identifier: { value: 'SYN-b' } }, { visitNumber: 'V-shared' }] },
      refused: [],
    });
  });

  test('a token without media:read gets no id of a patient or a visit', async () => {
    const query = `query ($of: [_Any!]!) {
      patient(identifiers: [{ value: "SYN-a", idType: "MR" }]) { id }
      patients(patients: [{ identifiers: [{ value: "SYN-a", idType: "MR" }] }]) { id }
      visit(visitNumber: "V-shared") { id }
      _entities(representations: $of) { ... on Patient { id } ... on Visit { id } } }`;
    const of = [
      { __typename: 'Patient', destination: 'general', identifier: { value: 'SYN-a', idType: 'MR' } },
      { __typename: 'Visit', destination: 'general', visitNumber: 'V-shared' },
    ];
    const { data, refused } = await askAs({ scope: 'content:read media:write' }, query, { of });
    expect(data).toEqual({ patient: null, patients: [null], visit: null, _entities: [null, null] });
    expect(refused).toHaveLength(5);
    expect(refused.every((one) => one.endsWith('FORBIDDEN'))).toBe(true);
  });

  test('entities are held to it too', async () => {
    const query = `query ($of: [_Any!]!) { _entities(representations: $of) {
      ... on Patient { ${MEDIA} } ... on Media { documentType } } }`;
    const patient = (id: string) => ({
      __typename: 'Patient',
      destination: 'general',
      identifier: { value: id, idType: 'MR' },
    });
    const document = (documentId: string) => ({ __typename: 'Media', destination: 'general', documentId });
    const of = [patient('SYN-b'), patient('SYN-a'), document('b-1'), document('a-1')];
    expect(await askAs(claims, query, { of })).toEqual({
      data: { _entities: [{ media: null }, nodes('a-1', 'a-2'), null, { documentType: 'Photo' }] },
      refused: ['_entities.0.media FORBIDDEN'],
    });
  });

  test('an empty list covers no patient', async () => {
    const answer = await askAs({ redox_patients: [] }, OF_PATIENTS, { patients: [A] });
    expect(answer.refused).toEqual(['patients.0.media FORBIDDEN']);
  });
});

describe("SMART's patient, an ID of the configured type", () => {
  const BY_EHRID = { patients: [{ identifiers: [{ value: 'e-a', idType: 'EHRID' }] }, A] };

  test('covers that patient by that identifier', async () => {
    const answer = await askAs({ patient: 'e-a' }, OF_PATIENTS, BY_EHRID);
    expect(answer.data).toEqual({ patients: [nodes('a-1', 'a-2'), { media: null }] });
  });

  test('beside a list of patients covers what both do', async () => {
    const claims = { patient: 'e-a', redox_patients: ['MR|SYN-a', 'EHRID|e-b'] };
    const answer = await askAs(claims, OF_PATIENTS, BY_EHRID);
    expect(answer.data).toEqual({ patients: [{ media: null }, { media: null }] });
  });
});

describe('limited to a destination', () => {
  const claims = { redox_destinations: ['county', 'unknown-elsewhere'] };

  test('others are refused, and not among the destinations', async () => {
    const query = `{ destinations { id }
      here: media(documentId: "c-1", destination: "county") { documentId }
      there: media(documentId: "a-1", destination: "general") { documentId }
      default: media(documentId: "a-1") { documentId } }`;
    expect(await askAs(claims, query)).toEqual({
      data: { destinations: [{ id: 'county' }], here: { documentId: 'c-1' }, there: null, default: null },
      refused: ['there FORBIDDEN', 'default FORBIDDEN'],
    });
  });
});

describe('scopes', () => {
  const QUERY = '{ media(documentId: "a-1") { documentId content { byteLength } } destinations { id } }';

  test('without content:read, metadata but no contents', async () => {
    expect(await askAs({ scope: 'media:read' }, QUERY)).toMatchObject({
      data: { media: { documentId: 'a-1', content: null } },
      refused: ['media.content FORBIDDEN'],
    });
  });

  test.each([
    ['with content:read', 'media:read content:read'],
    ['as a list', ['content:read', 'media:read']],
    ['among others', 'openid media:read profile  content:read'],
  ])('%s, contents too', async (_, scope) => {
    expect(await askAs({ scope }, QUERY)).toMatchObject({
      data: { media: { content: { byteLength: 19 } } },
      refused: [],
    });
  });

  test.each([
    ['no scope', undefined],
    ['an empty one', ''],
    ['another', 'media:write content:read'],
    ['one that only begins like it', 'media:readonly media:read2'],
  ])('with %s nothing is read, and no call is made', async (_, scope) => {
    const calls = await gateway.countCalls(async () => {
      const answer = await askAs({ scope }, QUERY);
      expect(answer.data).toEqual({ media: null, destinations: [{ id: 'general' }, { id: 'county' }] });
      expect(answer.refused).toEqual(['media FORBIDDEN']);
    });
    expect(calls).toBe(0);
  });
});

test('operations of callers with equal rights share a call, those of others do not', async () => {
  /** One caller asks for A; while that call is in flight, another asks for A and B: its call tells what it did not share. */
  const askBoth = async (rights: readonly string[], otherRights: readonly string[]) => {
    gateway.redox.calls.length = 0;
    using gate = holdAnswers(gateway.redox);
    const first = askAs({ redox_patients: rights }, OF_PATIENTS, { patients: [A] });
    await until(() => gateway.redox.inFlight === 1);
    const second = askAs({ redox_patients: otherRights }, OF_PATIENTS, { patients: [A, B] });
    await until(() => gateway.redox.inFlight === 2);
    gate.open();
    const answers = await Promise.all([first, second]);
    gateway.redox.answer = undefined;
    expect(answers.flatMap(({ refused }) => refused)).toEqual([]);
    return gateway.redox.calls.map(patientsIn);
  };
  const both = ['MR|SYN-a', 'MR|SYN-b'];
  expect(await askBoth(both, both.toReversed())).toEqual([['a'], ['b']]);
  expect(await askBoth(both.slice(0, 1), both)).toEqual([['a'], ['a', 'b']]);
});
