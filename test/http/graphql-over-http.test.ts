/** GraphQL over HTTP: what the audits of graphql-http (test/conformance) leave open about statuses. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { post } from './servers.ts';

const JSON_TYPE = 'application/json';
const RESPONSE_TYPE = 'application/graphql-response+json';

let realMode: TestGateway;
beforeAll(async () => {
  realMode = await startTestGateway({ charts: [] });
});
afterAll(() => realMode.close());

describe('what GraphQL refuses', () => {
  const CANARY = 'canary-417';
  const DATED = 'query ($first: Int) { patient(identifiers: []) { media(first: $first) { totalCount } } }';
  const BY_ID = 'query ($id: ID!) { visit(visitNumber: $id) { id } }';
  const REFUSED: [string, Record<string, unknown>, string][] = [
    ['a document that does not parse', { query: `{ a(b: "${CANARY}` }, 'GRAPHQL_PARSE_FAILED'],
    ['a document that is not valid', { query: `{ media(id: "${CANARY}") }` }, 'GRAPHQL_VALIDATION_FAILED'],
    ['variables that do not fit', { query: DATED, variables: { first: CANARY } }, 'BAD_USER_INPUT'],
    ['a number that is no ID', { query: BY_ID, variables: { id: 2 ** 53 } }, 'BAD_USER_INPUT'],
    [
      'the name of no operation',
      { query: '{ __typename }', operationName: CANARY },
      'OPERATION_RESOLUTION_FAILURE',
    ],
  ];
  const ACCEPTED: [string, number, string][] = [
    [JSON_TYPE, 200, JSON_TYPE],
    ['application/json; charset=utf-8, text/plain, */*', 200, JSON_TYPE],
    [RESPONSE_TYPE, 400, RESPONSE_TYPE],
    [`${RESPONSE_TYPE}, application/json;q=0.9`, 400, RESPONSE_TYPE],
    ['*/*', 400, JSON_TYPE],
  ];
  const cases = REFUSED.flatMap(([what, body, code]) =>
    ACCEPTED.map(([accept, status, type]) => ({ what, body, code, accept, status, type })),
  );

  test.each(cases)('$what, to $accept: $status', async ({ body, code, accept, status, type }) => {
    const response = await post(realMode.url, body, { accept });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe(`${type}; charset=utf-8`);
    const text = await response.text();
    expect(text).not.toContain(CANARY);
    const answer = JSON.parse(text);
    expect(answer).not.toHaveProperty('data');
    expect(answer.errors).not.toEqual([]);
    for (const { extensions } of answer.errors) expect(extensions.code).toBe(code);
  });
});

test.each([
  ['no operation', { extensions: {} }],
  [
    'a hash of another document',
    {
      query: '{ __typename }',
      extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } },
    },
  ],
])('%s stays 400 to everybody', async (_, body) => {
  for (const accept of [JSON_TYPE, RESPONSE_TYPE]) {
    expect((await post(realMode.url, body, { accept })).status).toBe(400);
  }
});

test('a mutation by GET stays 405 to everybody', async () => {
  for (const accept of [JSON_TYPE, RESPONSE_TYPE]) {
    const headers = { accept, 'apollo-require-preflight': 'true' };
    expect((await fetch(`${realMode.url}?query=mutation{__typename}`, { headers })).status).toBe(405);
  }
});
