/** What graphql-js and Apollo refuse: still without a value of the caller's in any message. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postOperation, startTestGateway, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ charts: [] });
});
afterAll(() => gateway.close());

/** Sends what must be refused as a whole, and returns why; no value in it may come back, nothing may go upstream. */
async function refusalOf(body: unknown) {
  const before = gateway.redox.callCount;
  const answer = await postOperation(gateway.url, body);
  expect(gateway.redox.callCount).toBe(before);
  expect(JSON.stringify(answer)).not.toMatch(/CANARY|4171234567890/);
  expect(answer.data ?? null).toBeNull();
  return answer;
}

describe('a variable of the wrong type is BAD_USER_INPUT by its name', () => {
  test.each<[string, string, Record<string, unknown>, string]>([
    ['a text for a list', '$v: [PatientInput!]!', { v: 'CANARY' }, '$v'],
    ['a missing member', '$v: [PatientInput!]!', { v: [{ identifiers: [{ value: 'CANARY' }] }] }, '$v'],
    ['an unknown member', '$v: [PatientInput!]!', { v: [{ identifiers: [], CANARY: 'CANARY' }] }, '$v'],
    [
      'an object for an id',
      '$v: [PatientInput!]!',
      { v: [{ identifiers: [{ value: { CANARY: 1 }, idType: 'MR' }] }] },
      '$v',
    ],
    [
      'a list for a type',
      '$v: [PatientInput!]!',
      { v: [{ identifiers: [{ value: 'CANARY', idType: ['CANARY'] }] }] },
      '$v',
    ],
    ['null', '$v: [PatientInput!]!', { v: null }, '$v'],
    ['nothing', '$v: [PatientInput!]!', {}, '$v'],
    ['a text for a number', '$v: [PatientInput!]! = [], $first: Int', { first: 'CANARY' }, '$first'],
    ['a number too great', '$v: [PatientInput!]! = [], $first: Int', { first: 4171234567890 }, '$first'],
    ['a fraction', '$v: [PatientInput!]! = [], $first: Int', { first: 4171234567890.5 }, '$first'],
    [
      'a number for a date',
      '$v: [PatientInput!]! = [], $filter: MediaFilter',
      { filter: { created: { from: 4171234567890 } } },
      '$filter',
    ],
    [
      'an unknown enum value',
      '$v: [PatientInput!]! = [], $order: MediaOrder',
      { order: { field: 'CANARY' } },
      '$order',
    ],
  ])('%s', async (_, declared, variables, argument) => {
    const uses = ['first', 'filter', 'order'].filter((name) => declared.includes(`$${name}`));
    const args = uses.map((name) => `${name === 'order' ? 'orderBy' : name}: $${name}`);
    const { errors } = await refusalOf({
      query: `query (${declared}) { patients(patients: $v) { media${args.length > 0 ? `(${args})` : ''} { totalCount } } }`,
      variables,
    });
    expect(errors.length).toBeGreaterThan(0);
    for (const { message, extensions } of errors) {
      expect(message).toBe('An argument of this field is not acceptable.');
      expect(extensions).toEqual({
        code: 'BAD_USER_INPUT',
        argument,
        problem: expect.stringMatching(/^(does not fit its type|holds a number that is not a safe integer)$/),
        retryable: false,
      });
    }
  });

  test('hundreds of faults at once', async () => {
    const v = Array.from({ length: 300 }, () => ({ identifiers: 'CANARY' }));
    const { errors } = await refusalOf({
      query: 'query ($v: [PatientInput!]!) { patients(patients: $v) { id } }',
      variables: { v },
    });
    expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['BAD_USER_INPUT']));
  });

  test('null where only its absence means the default', async () => {
    const query = `query ($direction: OrderDirection) {
      mediaSearch(filter: { documentIds: ["CANARY"] }, orderBy: { field: FILE_NAME, direction: $direction }) { totalCount } }`;
    const { errors } = await gateway.ask(query, { direction: null });
    expect(errors).toMatchObject([
      {
        path: ['mediaSearch'],
        message: 'An argument of this field is not acceptable.',
        extensions: { code: 'BAD_USER_INPUT', argument: 'orderBy', problem: 'does not fit its type' },
      },
    ]);
  });
});

describe('a document that is not valid', () => {
  const search = (filter: string) => `{ mediaSearch(filter: ${filter}) { totalCount } }`;
  test.each([
    ['a number for a text', '{ patient(identifiers: [{ id: "x", idType: 4171234567890 }]) { id } }'],
    ['a boolean for an id', search('{ documentIds: [true], visitNumbers: ["CANARY"] }')],
    ['a text for a number', '{ patient(identifiers: []) { media(first: "CANARY") { totalCount } } }'],
    [
      'a block text for a number',
      '{ patient(identifiers: []) { media(first: """x\n, found CANARY\nCANARY""") { totalCount } } }',
    ],
    ['a number too great', '{ patient(identifiers: []) { media(first: 4171234567890) { totalCount } } }'],
    ['a fraction', '{ patient(identifiers: []) { media(first: 4171234567890.5) { totalCount } } }'],
    ['an enum value', '{ patient(identifiers: []) { media(orderBy: { field: CANARY }) { totalCount } } }'],
    [
      'a text for an enum value',
      '{ patient(identifiers: []) { media(orderBy: { field: "CANARY" }) { totalCount } } }',
    ],
    [
      'an object for an enum value',
      '{ patient(identifiers: []) { media(orderBy: { field: { a: "CANARY" } }) { totalCount } } }',
    ],
    ['a list for a text', search('{ documentIds: [["CANARY"]] }')],
    ['a text for an object', search('"CANARY"')],
    ['a number for a date', search('{ documentIds: ["x"], created: { from: 4171234567890 } }')],
    ['an object for a date', search('{ documentIds: ["x"], created: { from: { a: "CANARY" } } }')],
    ['a text for a condition', '{ destinations @include(if: "CANARY") { id } }'],
    ['null with other values', search('{ documentIds: [null, "CANARY"] }')],
    [
      'a default of a wrong type',
      'query ($first: Int = "CANARY") { patient(identifiers: []) { media(first: $first) { totalCount } } }',
    ],
    ['conflicting arguments', '{ media(documentId: "CANARY") { id } media(documentId: "CANARY2") { id } }'],
    ['an unknown argument', '{ media(documentId: "CANARY", mrn: "CANARY") { id } }'],
    ['an unknown member', search('{ documentIds: ["CANARY"], mrn: "CANARY" }')],
  ])('(%s) says where, and no value', async (_, query) => {
    const { errors, status } = await refusalOf({ query });
    expect(status).toBe(400);
    for (const { extensions, locations } of errors) {
      expect(extensions).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED' });
      expect(locations?.length).toBeGreaterThan(0);
    }
    expect(errors.length).toBeGreaterThan(0);
  });

  test('keeps what helps: the names of the schema', async () => {
    const { errors } = await refusalOf({
      query: '{ patient(identifiers: []) { media(first: "CANARY") { total } } }',
    });
    expect(errors.map(({ message }) => message).sort()).toEqual([
      'Cannot query field "total" on type "MediaConnection".',
      'Int cannot represent this value.',
    ]);
  });
});

test.each([
  ['an open text', '{ media(documentId: "CANARY'],
  ['a stray word', '{ media(documentId: CANARY CANARY "x") { id } }'],
  ['a stray text', 'query { "CANARY" }'],
  ['a stray number', '{ 4171234567890 }'],
  ['a bad escape', '{ media(documentId: "\\CANARY") { id } }'],
  ['a bad unicode escape', '{ media(documentId: "\\uCANARY") { id } }'],
  ['no GraphQL', 'CANARY'],
])('a document that does not parse (%s) is answered in fixed words', async (_, query) => {
  const { errors } = await refusalOf({ query });
  expect(errors).toMatchObject([
    {
      message: 'Syntax Error: the document is not GraphQL at this place.',
      extensions: { code: 'GRAPHQL_PARSE_FAILED' },
    },
  ]);
});

test.each([
  ['an unknown operation', { query: 'query One { destinations { id } }', operationName: 'CANARY' }],
  ['variables that are no object', { query: '{ destinations { id } }', variables: 'CANARY' }],
  ['variables that are a list', { query: '{ destinations { id } }', variables: ['CANARY'] }],
  ['a query that is no text', { query: { CANARY: 1 } }],
  ['an unknown persisted query', { extensions: { persistedQuery: { version: 1, sha256Hash: 'CANARY' } } }],
  ['a list of operations', [{ query: '{ media(documentId: "CANARY") { id } }' }]],
  ['nothing', { CANARY: 'CANARY' }],
])('%s is refused without a value', async (_, body) => {
  const { errors } = await refusalOf(body);
  expect(errors.length).toBeGreaterThan(0);
});

test('a subscription of a client that accepts no stream is refused, and not as a fault of ours', async () => {
  const { errors } = await refusalOf({ query: 'subscription CANARY { mediaChanged { kind } }' });
  expect(errors?.map(({ extensions }) => extensions?.['code'])).toEqual(['BAD_REQUEST']);
});
