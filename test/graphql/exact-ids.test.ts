/** No number is rounded on its way to an ID: the next one is another patient. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSchema } from '../../src/graphql/schema/schema.ts';
import { type GraphqlError, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { askWell, chartDocument } from '../support/own-chart.ts';
import { SAVE, saving } from '../writes/inputs.ts';

/** The first is what JSON.parse makes of the second. */
const NUMBERS = ['9007199254740992', '9007199254740993', '417', '1000', '-5', '0'];
const LONG = '900719925474099300000000000000000417';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({
    charts: [...NUMBERS, LONG].map((number) =>
      chartDocument('', {
        identifiers: [{ id: number, idType: 'MR' }],
        visitNumber: number,
        documentId: number,
      }),
    ),
  });
});
afterAll(() => gateway.close());

interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphqlError[];
}

/** `variables` are text: what is sent must not have been a number in JavaScript. */
async function post(query: string, variables: string) {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"variables": ${variables}, "query": ${JSON.stringify(query)}}`,
  });
  const { data, errors = [] } = (await response.json()) as Answer;
  return { status: response.status, data, errors };
}

async function get(query: string, variables: string) {
  const search = new URLSearchParams({ query, variables });
  const response = await fetch(`${gateway.url}?${search}`, { headers: { 'apollo-require-preflight': '1' } });
  const { data, errors = [] } = (await response.json()) as Answer;
  return { status: response.status, data, errors };
}

const BY_VISIT = 'query ($i: ID!) { visit(visitNumber: $i) { media { nodes { documentId } } } }';
const found = (documentId: string) => ({ visit: { media: { nodes: [{ documentId }] } } });

const NO_IDS = [
  '9007199254740993',
  '9007199254740992',
  '-9007199254740993',
  '1e21',
  '1e400',
  '1.5',
  '4503599627370497.5',
  '1000.00000000000000000001',
  '0.99999999999999999999999e3',
];

describe.each([
  ['POST', post],
  ['GET', get],
])('by %s', (_, send) => {
  test.each(NO_IDS)('the number %s is no ID', async (number) => {
    const calls = await gateway.countCalls(async () => {
      const { status, data, errors } = await send(BY_VISIT, `{"i":${number}}`);
      expect({ status, data }).toEqual({ status: 400, data: undefined });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: '$i' } }]);
    });
    expect(calls).toBe(0);
  });

  test.each([
    ['417', '417'],
    ['-5', '-5'],
    ['1000', '1000'],
    ['1e3', '1000'],
    ['1000.0', '1000'],
    ['417.000e0', '417'],
    ['0', '0'],
    ['-0', '0'],
    ['"9007199254740993"', '9007199254740993'],
    [`"${LONG}"`, LONG],
  ])('%s is the ID %s', async (json, id) => {
    expect(await send(BY_VISIT, `{"i":${json}}`)).toEqual({ status: 200, data: found(id), errors: [] });
  });

  test('a number that nothing declares is nothing', async () => {
    expect(await send(BY_VISIT, '{"i":"417","other":9007199254740993,"ratio":0.5}')).toEqual({
      status: 200,
      data: found('417'),
      errors: [],
    });
  });
});

describe('a rounded number is refused wherever an ID is taken', () => {
  const I = '9007199254740993';
  const search = 'query ($f: MediaSearchFilter!) { mediaSearch(filter: $f) { totalCount } }';
  test.each([
    [
      'identifiers',
      'query ($f: [IdentifierInput!]!) { patient(identifiers: $f) { id } }',
      `[{"value":${I},"idType":"MR"}]`,
    ],
    [
      'one identifier',
      'query ($f: IdentifierInput!) { patient(identifiers: [$f]) { id } }',
      `{"value":${I},"idType":"MR"}`,
    ],
    [
      'patients',
      'query ($f: [PatientInput!]!) { patients(patients: $f) { id } }',
      `[{"identifiers":[{"value":${I},"idType":"MR"}]}]`,
    ],
    ['visit numbers', search, `{"visitNumbers":["417",${I}]}`],
    ['document ids', search, `{"documentIds":${I}}`],
    ['patients of a filter', search, `{"patients":[{"identifiers":[{"value":${I},"idType":"MR"}]}]}`],
    ['a document id', 'query ($f: ID!) { media(documentId: $f) { id } }', I],
    ['a destination', 'query ($f: ID!) { media(documentId: "417", destination: $f) { id } }', I],
    ['an id', 'query ($f: ID!) { node(id: $f) { id } }', I],
    ['ids', 'query ($f: [ID!]!) { nodes(ids: $f) { id } }', `[${I}]`],
    [
      'a page',
      'query ($f: Int) { visit(visitNumber: "417") { media(first: $f) { totalCount } } }',
      '1.0000000000000000000001',
    ],
  ])('%s', async (_, query, json) => {
    const { data, errors } = await post(query, `{"f":${json}}`);
    expect(data).toBeUndefined();
    expect(errors.map(({ extensions }) => [extensions.code, extensions['argument']])).toEqual([
      ['BAD_USER_INPUT', '$f'],
    ]);
  });

  test.each([
    ['patient', { patient: { identifiers: [{ value: 'NUMBER', idType: 'MR' }] } }],
    ['document', { documentId: 'NUMBER' }],
    ['visit', { visit: { visitNumber: 'NUMBER' } }],
    ['account', { visit: { accountNumber: 'NUMBER' } }],
    ['provider', { provider: { id: 'NUMBER', idType: 'NPI' } }],
    ['order', { orders: [{ id: 'NUMBER' }] }],
    ['destination', { destinations: ['NUMBER'] }],
  ])('the %s of a write, which is not sent', async (_, change) => {
    const json = JSON.stringify(saving('417', change)).replace('"NUMBER"', I);
    expect(json).toContain(I);
    const calls = await gateway.countCalls(async () => {
      const { data, errors } = await post(SAVE, `{"input":${json}}`);
      expect(data).toBeUndefined();
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: '$input' } }]);
    });
    expect(calls).toBe(0);
  });
});

describe('in representations', () => {
  const ENTITIES = `query ($r: [_Any!]!) { _entities(representations: $r) {
    ... on Patient { media { nodes { documentId } } }
    ... on Visit { media { nodes { documentId } } }
    ... on Media { documentId fileType } } }`;
  const PATIENT = (value: string) =>
    `{"__typename":"Patient","destination":"general","identifier":{"value":${value},"idType":"MR"}}`;
  const VISIT = (number: string) => `{"__typename":"Visit","destination":"general","visitNumber":${number}}`;
  const MEDIA = (id: string) => `{"__typename":"Media","destination":"general","documentId":${id}}`;
  const nodes = (documentId: string) => ({ media: { nodes: [{ documentId }] } });

  test('a small whole number is an ID', async () => {
    const { data, errors } = await post(ENTITIES, `{"r":[${PATIENT('417')},${VISIT('1e3')},${MEDIA('-5')}]}`);
    expect({ data, errors }).toEqual({
      data: { _entities: [nodes('417'), nodes('1000'), { documentId: '-5', fileType: 'TXT' }] },
      errors: [],
    });
  });

  test.each(NO_IDS)('the number %s is none, and nulls its own entry only', async (number) => {
    const { status, data, errors } = await post(
      ENTITIES,
      `{"r":[${PATIENT(number)},${VISIT(number)},${MEDIA(number)},${PATIENT('417')}]}`,
    );
    expect({ status, data }).toEqual({ status: 200, data: { _entities: [null, null, null, nodes('417')] } });
    expect(errors.map(({ path, extensions }) => [path?.[1], extensions.code])).toEqual(
      [0, 1, 2].map((at) => [at, 'BAD_USER_INPUT']),
    );
  });

  test('a number is no type of an identifier', async () => {
    const { data } = await post(ENTITIES, `{"r":[${PATIENT('417').replace('"MR"', '5')}]}`);
    expect(data).toEqual({ _entities: [null] });
  });

  test.each(NUMBERS.concat(LONG))('the integer %s written in a document is exact', async (number) => {
    const representations = `[
      { __typename: "Patient", destination: "general", identifier: { value: ${number}, idType: "MR" } }
      { __typename: "Visit", destination: "general", visitNumber: ${number} }
      $r
      { __typename: "Media", destination: "general", documentId: $id }]`;
    const query = ENTITIES.replace('($r: [_Any!]!)', '($r: _Any!, $id: ID!)').replace(
      '$r)',
      `${representations})`,
    );
    const { data, errors } = await post(query, `{"r":${MEDIA(`"${number}"`)},"id":"417"}`);
    expect({ data, errors }).toEqual({
      data: {
        _entities: [
          nodes(number),
          nodes(number),
          { documentId: number, fileType: 'TXT' },
          { documentId: '417', fileType: 'TXT' },
        ],
      },
      errors: [],
    });
  });
});

test.each(NUMBERS.concat(LONG))(
  'the integer %s written in a document is exact, wherever an ID is taken',
  async (number) => {
    const identifiers = `identifiers: [{ value: ${number}, idType: "MR" }]`;
    const data = await askWell(
      gateway,
      `query ($default: ID! = ${number}) {
      patient(${identifiers}) { media(filter: { documentIds: [${number}] }) { nodes { documentId } } }
      visit(visitNumber: ${number}) { media { nodes { documentId } } }
      media(documentId: $default) { documentId }
      mediaSearch(filter: { patients: { ${identifiers} }, visitNumbers: ${number} }) { nodes { documentId } } }`,
    );
    const media = { nodes: [{ documentId: number }] };
    expect(data).toEqual({
      patient: { media },
      visit: { media },
      media: { documentId: number },
      mediaSearch: media,
    });
  },
);

/** What each ending makes of an integer; null: no integer. */
const ENDINGS: Readonly<Record<string, (integer: bigint) => bigint | null>> = {
  '': (integer) => integer,
  '.0': (integer) => integer,
  e0: (integer) => integer,
  '.5': () => null,
  '000': (integer) => integer * 1000n,
  e2: (integer) => integer * 100n,
  'E+30': (integer) => integer * 10n ** 30n,
  'e-1': (integer) => (integer % 10n === 0n ? integer / 10n : null),
};

test('any number is the ID that it is written as, or none', async () => {
  const number = fc
    .tuple(fc.maxSafeInteger(), fc.constantFrom(...Object.entries(ENDINGS)))
    // JSON has no leading zeros.
    .filter(([integer, [end]]) => integer !== 0 || !/^\d/.test(end));
  const query = 'query ($i: ID!) { visit(visitNumber: $i) { visitNumber } }';
  await fc.assert(
    fc.asyncProperty(number, async ([integer, [end, meaning]]) => {
      const exact = meaning(BigInt(integer));
      const isSafe = exact !== null && Number.isSafeInteger(Number(exact)) && BigInt(Number(exact)) === exact;
      const { data, errors } = await post(query, `{"i":${integer}${end}}`);
      expect(data).toEqual(isSafe ? { visit: { visitNumber: String(exact) } } : undefined);
      expect(errors).toHaveLength(isSafe ? 0 : 1);
    }),
  );
});

test('the schema knows no fractions, so that no number in variables need be one', () => {
  expect(Object.keys(createSchema().getTypeMap())).not.toContain('Float');
});
