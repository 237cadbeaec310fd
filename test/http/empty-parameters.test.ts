/** A parameter that is empty says nothing, as forms and some clients send it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { post } from './servers.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ charts: [] });
});
afterAll(() => gateway.close());

const QUERY = 'query A($n: ID! = "V-1") { visit(visitNumber: $n) { visitNumber } }';
const DATA = { data: { visit: { visitNumber: 'V-1' } } };
const TWO = `${QUERY} query B { destinations { id } }`;

async function get(parameters: string) {
  const response = await fetch(`${gateway.url}?${parameters}`, {
    headers: { 'apollo-require-preflight': '1' },
  });
  const body: unknown = await response.json();
  return { status: response.status, body };
}
async function send(body: object) {
  const response = await post(gateway.url, body);
  const answer: unknown = await response.json();
  return { status: response.status, body: answer };
}
const searchWith = (parameters: Record<string, string>) =>
  `${new URLSearchParams({ query: QUERY, ...parameters })}`;
const answered = { status: 200, body: DATA };
const refused = { status: 400, body: { errors: [expect.anything()] } };

describe('by GET', () => {
  test.each(['operationName', 'variables', 'extensions', 'documentId'])(
    'an empty %s is none',
    async (name) => {
      expect(await get(searchWith({ [name]: '' }))).toEqual(answered);
      // Without an equals sign, too, and more than once.
      expect(await get(`${searchWith({})}&${name}`)).toEqual(answered);
      expect(await get(`${name}=&${searchWith({})}&${name}=`)).toEqual(answered);
    },
  );

  test('all of them at once are none', async () => {
    expect(
      await get(searchWith({ operationName: '', variables: '', extensions: '', documentId: '' })),
    ).toEqual(answered);
  });

  test('what is not empty counts', async () => {
    expect(await get(searchWith({ operationName: 'A', variables: '{"n":"V-2"}' }))).toMatchObject({
      body: { data: { visit: { visitNumber: 'V-2' } } },
    });
    expect(await get(searchWith({ operationName: 'B' }))).toMatchObject(refused);
    for (const faulty of ['x', '[]', '"x"', '7', ' ']) {
      expect(await get(searchWith({ variables: faulty }))).toMatchObject(refused);
      expect(await get(searchWith({ extensions: faulty }))).toMatchObject(refused);
    }
    expect(await get(searchWith({ documentId: 'x' }))).toMatchObject(refused);
  });

  test('null for variables and extensions is what it was', async () => {
    expect(await get(searchWith({ variables: 'null' }))).toMatchObject(refused);
  });

  test('what is said twice is refused, also when it is empty once', async () => {
    expect(await get(`${searchWith({})}&variables=%7B%7D&variables=`)).toMatchObject(refused);
    expect(await get(`${searchWith({})}&operationName=A&operationName=A`)).toMatchObject(refused);
  });

  test('of several operations, none is meant by an empty name', async () => {
    expect(await get(`${new URLSearchParams({ query: TWO, operationName: '' })}`)).toMatchObject(refused);
  });

  test('characters that a URL encodes arrive as they are', async () => {
    const number = 'V&1=+ %2B"ü😀';
    const variables = JSON.stringify({ n: number });
    expect(await get(searchWith({ variables, operationName: '' }))).toMatchObject({
      body: { data: { visit: { visitNumber: number } } },
    });
  });
});

describe('by POST', () => {
  test.each<[string, object]>([
    ['an empty operationName', { operationName: '' }],
    ['null for operationName', { operationName: null }],
    ['null for variables', { variables: null }],
    ['null for extensions', { extensions: null }],
    ['null for documentId', { documentId: null }],
    ['null for all of them', { operationName: null, variables: null, extensions: null, documentId: null }],
  ])('%s is none', async (_, parameters) => {
    expect(await send({ query: QUERY, ...parameters })).toEqual(answered);
  });

  test('a documentId that is no text is not taken for none', async () => {
    for (const documentId of ['', 0, false, {}, ['x']]) {
      expect(await send({ query: QUERY, documentId })).toMatchObject(refused);
    }
  });
});
