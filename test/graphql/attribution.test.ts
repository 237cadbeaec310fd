/** Documents that leave out, or name otherwise, what they were asked by: the same answer alone and beside anything, or an error. */
import { describe, expect, test } from 'vitest';
import { toRedoxItem } from '../../sandbox/charts/chart.ts';
import type { AnswerHook, ChartDocument, RawItem } from '../../sandbox/sandbox.ts';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from '../http/callers/issuer.ts';
import { countArrivals } from '../support/arrivals.ts';
import { settle } from '../support/fake-clock.ts';
import { Gate } from '../support/gate.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { until } from '../support/until.ts';

const MR = (id: string) => ({ ID: id, IDType: 'MR' });
const EHRID = (id: string) => ({ ID: id, IDType: 'EHRID' });

const said = (document: ChartDocument, changes: object): RawItem => {
  const item = toRedoxItem(document);
  return { raw: { ...(typeof item === 'object' ? item : {}), ...changes } };
};
const naming = (document: ChartDocument, ...Identifiers: unknown[]) =>
  said(document, { Patient: { Identifiers } });

const charts = ['a', 'b'].flatMap((name) => [
  chartDocument(name, { documentId: `${name}-1` }),
  chartDocument(name, { documentId: `${name}-2`, documentType: 'Consent Form' }),
]);

/** What these fields are in one operation: the number of documents, or the code of the error. */
async function askFields(gateway: TestGateway, fields: Readonly<Record<string, string>>, headers = {}) {
  const text = Object.entries(fields).map(([alias, field]) => `${alias}: ${field}`);
  const { data, errors } = await gateway.ask(`{ ${text.join('\n')} }`, {}, headers);
  return Object.fromEntries(
    Object.keys(fields).map((alias) => {
      const error = errors.find(({ path }) => path?.[0] === alias);
      return [alias, error ? error.extensions.code : countIn(data?.[alias])];
    }),
  );
}

function countIn(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const [first] = Object.values(value);
  return countIn(first);
}

const patient = (name: string, below: string) =>
  `patient(identifiers: [{ value: "SYN-${name}", idType: "MR" }]) { ${below} }`;
const ALL = 'media { totalCount }';
const photos = 'media(filter: { documentTypes: ["Photo"] }) { totalCount }';

describe('a field is alone what it is beside others though documents leave out', () => {
  test.each<[string, object, Record<string, string>]>([
    [
      'their patient',
      { Patient: undefined },
      {
        ofPatient: patient('a', `visit(visitNumber: "V-a") { ${ALL} }`),
        visit: `visit(visitNumber: "V-a") { ${ALL} }`,
        all: patient('a', ALL),
        other: patient('b', ALL),
      },
    ],
    [
      'their visit',
      { Visit: undefined },
      {
        all: patient('a', ALL),
        visit: patient('a', `visit(visitNumber: "V-a") { ${ALL} }`),
        other: patient('b', `visit(visitNumber: "V-b") { ${ALL} }`),
      },
    ],
    [
      'their type',
      { DocumentType: undefined },
      { all: patient('a', ALL), photos: patient('a', photos), other: patient('b', photos) },
    ],
    [
      'their id',
      { DocumentID: undefined },
      {
        all: patient('a', ALL),
        one: patient('a', 'media(filter: { documentIds: ["a-1"] }) { totalCount }'),
        two: patient('a', 'media(filter: { documentIds: ["a-2"] }) { totalCount }'),
      },
    ],
  ])('%s', async (_, changes, fields) => {
    const answer: AnswerHook = (_query, documents) => documents.map((one) => said(one, changes));
    await using gateway = await startTestGateway({ charts, answer });
    const alone: Record<string, unknown> = {};
    for (const [alias, field] of Object.entries(fields)) {
      Object.assign(alone, await askFields(gateway, { [alias]: field }));
    }
    expect(Object.values(alone)).not.toContain(0);
    await using fresh = await startTestGateway({ charts, answer });
    expect(await askFields(fresh, fields)).toEqual(alone);
    // And again, by what is remembered of the first time.
    expect(await askFields(fresh, fields)).toEqual(alone);
  });

  test('their patient, while another caller asks for the whole visit', async () => {
    const without: AnswerHook = (_, documents) => documents.map((one) => said(one, { Patient: undefined }));
    using gate = new Gate();
    const answer: AnswerHook = (...asked) => gate.passed.then(() => without(...asked));
    await using gateway = await startTestGateway({ charts, answer });
    const visit = askFields(gateway, { visit: `visit(visitNumber: "V-a") { ${ALL} }` });
    await until(() => gateway.redox.inFlight === 1);
    using arrivals = countArrivals(gateway.url);
    const own = askFields(gateway, { own: patient('a', `visit(visitNumber: "V-a") { ${ALL} }`) });
    await until(() => arrivals.count === 1);
    await settle();
    // It waits for the visit's call, which does not tell what is its own.
    expect(gateway.redox.inFlight).toBe(1);
    gate.open();
    expect(await visit).toEqual({ visit: 2 });
    expect(await own).toEqual({ own: 2 });
  });
});

test('fields of one shape that a broader one leaves open share a call, and have calls of their own at once from then on', async () => {
  const answer: AnswerHook = (_, documents) => [
    ...documents,
    // Of no visit: of the calls that filter by visits, it is in none.
    ...documents.slice(0, 1).map((one) => said(one, { Visit: undefined, DocumentID: 'x' })),
  ];
  const unfiltered: AnswerHook = (query, documents) =>
    query.visitNumbers === null ? answer(query, documents) : undefined;
  await using gateway = await startTestGateway({ charts, answer: unfiltered });
  const fields = {
    a: patient('a', ALL),
    b: patient('b', ALL),
    visitOfA: patient('a', `visit(visitNumber: "V-a") { ${ALL} }`),
    visitOfB: patient('b', `visit(visitNumber: "V-b") { ${ALL} }`),
  };
  const expected = { a: 3, b: 2, visitOfA: 2, visitOfB: 2 };
  const ask = async () => expect(await askFields(gateway, fields)).toEqual(expected);
  expect(await gateway.countCalls(ask)).toBe(2);
  expect(await gateway.countCalls(ask)).toBe(2);
});

const nameless: [string, (document: ChartDocument) => RawItem][] = [
  ['a renamed IDType', (one) => naming(one, { ID: one.identifiers[0]?.id, IDType: 'MRN' })],
  ['a padded ID', (one) => naming(one, MR(`00${one.identifiers[0]?.id}`))],
  ['the EHR’s id only', (one) => naming(one, EHRID(one.identifiers[1]?.id ?? ''))],
  ['the survivor of a merge', (one) => naming(one, MR('SYN-survivor'), EHRID(one.identifiers[1]?.id ?? ''))],
  ['an ID without a type', (one) => naming(one, { ID: one.identifiers[0]?.id, IDType: null })],
];

describe('a chart that comes under', () => {
  test.each(nameless)(
    '%s is UNATTRIBUTED, not empty; alone and beside another patient',
    async (_, change) => {
      const answer: AnswerHook = (_query, documents) =>
        documents.map((one) => (one.documentId?.startsWith('a-') ? change(one) : one));
      await using gateway = await startTestGateway({ charts, answer });
      const [a, b] = [patient('a', ALL), patient('b', ALL)];
      expect(await askFields(gateway, { a })).toEqual({ a: 'UNATTRIBUTED' });
      expect(await askFields(gateway, { a, b })).toEqual({ a: 'UNATTRIBUTED', b: 2 });
      expect(await askFields(gateway, { b })).toEqual({ b: 2 });
    },
  );

  test('one of two identifiers that were asked', async () => {
    const answer: AnswerHook = (_, documents) => documents.map((one) => naming(one, MR('SYN-a')));
    await using gateway = await startTestGateway({ charts, answer });
    const both = `patient(identifiers: [{ value: "SYN-a", idType: "MR" }, { value: "e-a", idType: "EHRID" }]) { ${ALL} }`;
    expect(await askFields(gateway, { both })).toEqual({ both: 'UNATTRIBUTED' });
  });

  test('other types beside its own is half a chart, and UNATTRIBUTED; another patient’s beside it is dropped', async () => {
    const [first, second] = charts;
    if (!first || !second) throw new Error('there are charts');
    const answers: Record<string, AnswerHook> = {
      half: () => [first, naming(second, EHRID('e-a'))],
      others: () => [first, naming(second, MR('SYN-c'))],
      unreadable: () => [first, naming(second, { ID: 'SYN-c', IDType: null })],
    };
    const outcomes: Record<string, unknown> = {};
    for (const [name, answer] of Object.entries(answers)) {
      await using gateway = await startTestGateway({ charts, answer });
      Object.assign(outcomes, await askFields(gateway, { [name]: patient('a', ALL) }));
    }
    expect(outcomes).toEqual({ half: 'UNATTRIBUTED', others: 1, unreadable: 1 });
  });

  test('another name, of one of several that are searched for together', async () => {
    const answer: AnswerHook = (_, documents) =>
      documents.map((one) => (one.documentId?.startsWith('b-') ? naming(one, MR('SYN-survivor')) : one));
    await using gateway = await startTestGateway({ charts, answer });
    const of = (...names: string[]) => {
      const patients = names.map((name) => `{ identifiers: [{ value: "SYN-${name}", idType: "MR" }] }`);
      return `mediaSearch(filter: { patients: [${patients.join()}] }) { totalCount }`;
    };
    expect(await askFields(gateway, { both: of('a', 'b') })).toEqual({ both: 'UNATTRIBUTED' });
    expect(await askFields(gateway, { a: of('a') })).toEqual({ a: 2 });
  });
});

test('a document whose patient cannot be read is shown to no caller, whatever its rights', async () => {
  const answer: AnswerHook = (_, documents) => [
    ...documents.slice(0, 1),
    ...documents.slice(1).map((one) => naming(one, { ID: 'SYN-b', IDType: null })),
  ];
  const settings = { AUTH_MODE: 'jwt', AUTH_ISSUER: ISSUER, AUTH_AUDIENCE: AUDIENCE };
  await using gateway = await startTestGateway(
    { charts, answer },
    { ...settings, AUTH_JWKS_FILE: await writeJwksFile() },
  );
  const fields = {
    chart: patient('a', ALL),
    visit: `visit(visitNumber: "V-a") { ${ALL} }`,
    document: 'media(documentId: "a-1") { documentId }',
  };
  for (const claims of [{ redox_patients: ['MR|SYN-a'] }, {}]) {
    const authorization = `Bearer ${await signToken({ claims })}`;
    const expected = { chart: 1, visit: 1, document: 'a-1' };
    expect(await askFields(gateway, fields, { authorization })).toEqual(expected);
  }
});

test('a visit, a type or a document id that the destination writes otherwise is the asked one', async () => {
  const answer: AnswerHook = (_, documents) =>
    documents.map((one) =>
      said(one, { Visit: { VisitNumber: '42' }, DocumentType: 'PHOTO', DocumentID: 'A-1 ' }),
    );
  await using gateway = await startTestGateway({
    charts: [],
    answer: (query) => answer(query, charts.slice(0, 1)),
  });
  const below = 'media { nodes { visit { visitNumber } } }';
  const { data } = await gateway.ask(`{
    visit(visitNumber: "0042") { visitNumber ${below} }
    document: media(documentId: "a-1") { documentId }
    photos: ${patient('a', photos)}
  }`);
  expect(data).toEqual({
    // The visit stays what it was reached as.
    visit: { visitNumber: '0042', media: { nodes: [{ visit: { visitNumber: '0042' } }] } },
    document: { documentId: 'A-1 ' },
    photos: { media: { totalCount: 1 } },
  });
});

test('replies that leave everything open cause no more calls than the budget has', async () => {
  const names = Array.from({ length: 400 }, (_, at) => `n${at}`);
  const stray = naming(chartDocument('x'), { ID: 'SYN-x', IDType: 'MRN' });
  await using gateway = await startTestGateway({ charts: [], answer: () => [stray] });
  const patients = names.map((name) => ({ identifiers: [{ value: `SYN-${name}`, idType: 'MR' }] }));
  const calls = await gateway.countCalls(async () => {
    const query = `query ($patients: [PatientInput!]!) { patients(patients: $patients) { ${ALL} } }`;
    const { errors } = await gateway.ask(query, { patients });
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(names.map(() => 'UNATTRIBUTED'));
    // Some were asked alone, in vain; the others may be asked again when the budget has filled.
    expect(new Set(errors.map(({ extensions }) => extensions['retryable']))).toEqual(new Set([false, true]));
  });
  expect(calls).toBeGreaterThan(100);
  expect(calls).toBeLessThan(200);
});
