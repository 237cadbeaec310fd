/** Arguments at fault: BAD_USER_INPUT by the argument's name, no upstream call, and the value never comes back. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { askWell, byRecordNumber, chartDocument } from '../support/own-chart.ts';
import { expectRefusal, VARIABLE_TYPES } from '../support/refusal.ts';

let gateway: TestGateway;
beforeAll(async () => {
  const charts = ['a', 'b'].map((name) => chartDocument(name, { documentId: `doc-${name}` }));
  gateway = await startTestGateway({ charts });
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.redox.calls.length = 0;
});

const A = 'identifiers: [{ value: "SYN-a", idType: "MR" }]';
const many = (count: number) => Array.from({ length: count }, (_, at) => `CANARY-${at}`);

describe('refused', () => {
  test.each([
    ['patient(identifiers: []) { id }', 'identifiers'],
    ['patient(identifiers: [{ value: "", idType: "CANARY" }]) { id }', 'identifiers[0].value'],
    [
      'patient(identifiers: [{ value: "CANARY", idType: "MR" }, { value: "CANARY", idType: " \\t\\n" }]) { id }',
      'identifiers[1].idType',
    ],
    [`patient(${A}, destination: "CANARY") { id }`, 'destination'],
    [`patient(${A}, destination: "") { id }`, 'destination'],
    [`patient(${A}, destination: "General") { id }`, 'destination'],
    ['patients(patients: [], destination: "CANARY") { id }', 'destination'],
    [
      'patients(patients: [{ identifiers: [{ value: " ", idType: "MR" }] }]) { id }',
      'patients[0].identifiers[0].value',
    ],
    ['visit(visitNumber: "") { id }', 'visitNumber'],
    ['visit(visitNumber: "CANARY", destination: "CANARY") { id }', 'destination'],
    [`patient(${A}) { visit(visitNumber: "\\u00a0") { id } }`, 'visitNumber'],
    ['media(documentId: "  ") { id }', 'documentId'],
    ['media(documentId: "CANARY", destination: "CANARY") { id }', 'destination'],
    ['mediaSearch(filter: {}) { totalCount }', 'filter'],
    [
      'mediaSearch(filter: { documentTypes: ["CANARY"], fileTypes: ["CANARY"], patients: null }) { totalCount }',
      'filter',
    ],
    ['mediaSearch(filter: { documentIds: ["CANARY"] }, destination: "CANARY") { totalCount }', 'destination'],
    [
      'mediaSearch(filter: { patients: [{ identifiers: [] }] }) { totalCount }',
      'filter.patients[0].identifiers',
    ],
    [
      'mediaSearch(filter: { patients: [{ identifiers: [{ value: "CANARY", idType: "" }] }] }) { totalCount }',
      'filter.patients[0].identifiers[0].idType',
    ],
    ['node(id: "CANARY") { id }', 'id'],
    ['node(id: "") { id }', 'id'],
    ['nodes(ids: ["CANARY"]) { id }', 'ids[0]'],
  ])('%s', (field, argument) => expectRefusal(gateway, field, argument));
});

/** The three fields that make connections. */
const CONNECTIONS: [string, (args: string) => string][] = [
  ['Patient.media', (args) => `patient(${A}) { media(${args}) { totalCount } }`],
  ['Visit.media', (args) => `visit(visitNumber: "V-a") { media(${args}) { totalCount } }`],
  [
    'Query.mediaSearch',
    (args) =>
      `mediaSearch(${args.includes('filter:') ? args.replace('filter: {', 'filter: { documentIds: ["x"]') : `filter: { documentIds: ["x"] }, ${args}`}) { totalCount }`,
  ],
];

describe.each(CONNECTIONS)('%s refuses', (_, field) => {
  test.each([
    ['first: -1', 'first'],
    ['first: 1001', 'first'],
    ['last: -1', 'last'],
    ['last: 1001', 'last'],
    ['first: 1, last: 1', 'last'],
    ['first: 0, last: 0', 'last'],
    ['after: "CANARY"', 'after'],
    ['before: "CANARY"', 'before'],
    ['after: ""', 'after'],
    ['filter: { created: { from: "CANARY" } }', 'filter.created.from'],
    ['filter: { created: { to: "2026-02-30" } }', 'filter.created.to'],
    ['filter: { serviced: { from: "2026-3-4" } }', 'filter.serviced.from'],
    ['filter: { serviced: { to: "" } }', 'filter.serviced.to'],
    ['filter: { created: { from: "2026" } }', 'filter.created.from'],
    ['filter: { created: { to: "20260304" } }', 'filter.created.to'],
    ['filter: { created: { to: "2026-03-04T24:00Z" } }', 'filter.created.to'],
    ['filter: { created: { from: "2026-03-05", to: "2026-03-04" } }', 'filter.created'],
    ['filter: { created: { from: "2026-03-05", to: "2026-03-04T23:59:59-05:00" } }', 'filter.created'],
    [
      'filter: { serviced: { from: "2026-03-04T00:00:00Z", to: "2026-03-04T01:00:00+02:00" } }',
      'filter.serviced',
    ],
    ['filter: { visitNumbers: ["CANARY", ""] }', 'filter.visitNumbers[1]'],
    ['filter: { documentTypes: [" "] }', 'filter.documentTypes[0]'],
    ['filter: { fileTypes: ["CANARY", "\\n"] }', 'filter.fileTypes[1]'],
  ])('%s', (args, argument) => expectRefusal(gateway, field(args), argument));
});

describe('501 entries are refused, 500 are not, of', () => {
  test.each<[string, string, Record<string, unknown>]>([
    ['patients', 'patients(patients: $patients) { id }', { patients: many(501).map(byRecordNumber) }],
    ['nodes', 'nodes(ids: $ids) { id }', { ids: many(501) }],
    [
      'identifiers',
      'patients(patients: $patients) { id }',
      { patients: [{ identifiers: many(501).map((value) => ({ value, idType: 'MR' })) }] },
    ],
    [
      'searched patients',
      'mediaSearch(filter: $search) { totalCount }',
      { search: { patients: many(501).map(byRecordNumber) } },
    ],
    [
      'searched documents',
      'mediaSearch(filter: $search) { totalCount }',
      { search: { documentIds: many(501) } },
    ],
    [
      'visits',
      `patient(${A}) { media(filter: $filter) { totalCount } }`,
      { filter: { visitNumbers: many(501) } },
    ],
    [
      'document types',
      `patient(${A}) { media(filter: $filter) { totalCount } }`,
      { filter: { documentTypes: many(501) } },
    ],
    [
      'file types',
      `patient(${A}) { media(filter: $filter) { totalCount } }`,
      { filter: { fileTypes: many(501) } },
    ],
  ])('%s', async (_, field, variables) => {
    const { status, errors, data } = await gateway.ask(
      `query ($v: ${VARIABLE_TYPES[Object.keys(variables)[0] ?? '']}) { ${field.replace(/\$\w+/, '$v')} }`,
      { v: Object.values(variables)[0] },
    );
    expect(status).toBe(400);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: '$v' } }]);
    expect(JSON.stringify({ errors, data })).not.toContain('CANARY');
    expect(gateway.redox.calls).toEqual([]);
  });

  test('each', async () => {
    const patients = many(500).map(byRecordNumber);
    const data = await askWell<{ patients: unknown[] }>(
      gateway,
      'query ($patients: [PatientInput!]!) { patients(patients: $patients) { __typename } }',
      { patients },
    );
    expect(data.patients).toHaveLength(500);
  });
});
