/** More than 500 representations: the operation is refused as a whole, before any of it runs. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postOperation, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ charts: [chartDocument('a', { documentId: 'doc-a' })] });
});
afterAll(() => gateway.close());

const LITERAL = '{ __typename: "Media", destination: "general", documentId: "CANARY" }';
const literals = (count: number) => `[${Array(count).fill(LITERAL).join()}]`;
const values = (count: number) =>
  Array.from({ length: count }, () => ({
    __typename: 'Media',
    destination: 'general',
    documentId: 'CANARY',
  }));

const FETCHED = '{ ... on Media { fileType } }';
const BESIDE = 'media(documentId: "doc-a") { fileType }';

type Operation = { query: string; variables?: Record<string, unknown>; operationName?: string };

/** Each with the number of representations given. */
const WAYS: [string, (count: number) => Operation][] = [
  [
    'in the document',
    (count) => ({ query: `{ ${BESIDE} _entities(representations: ${literals(count)}) ${FETCHED} }` }),
  ],
  [
    'in a variable',
    (count) => ({
      query: `query ($r: [_Any!]!) { ${BESIDE} _entities(representations: $r) ${FETCHED} }`,
      variables: { r: values(count) },
    }),
  ],
  [
    'in a default',
    (count) => ({
      query: `query ($r: [_Any!]! = ${literals(count)}) { ${BESIDE} _entities(representations: $r) ${FETCHED} }`,
    }),
  ],
  [
    'as variables, one by one',
    (count) => ({
      query: `query ($r: _Any!) { ${BESIDE} _entities(representations: [${Array(count).fill('$r').join()}]) ${FETCHED} }`,
      variables: { r: values(1)[0] },
    }),
  ],
  [
    'under an alias, in a fragment',
    (count) => ({
      query: `query ($r: [_Any!]!) { ${BESIDE} ...F } fragment F on Query { ... { x: _entities(representations: $r) ${FETCHED} } }`,
      variables: { r: values(count) },
    }),
  ],
  [
    'of one operation of two',
    (count) => ({
      query: `query One { destinations { id } } query Two($r: [_Any!]!) { ${BESIDE} _entities(representations: $r) ${FETCHED} }`,
      variables: { r: values(count) },
      operationName: 'Two',
    }),
  ],
  [
    'where no more than the key is asked',
    (count) => ({
      query: `query ($r: [_Any!]!) { ${BESIDE} _entities(representations: $r) { __typename } }`,
      variables: { r: values(count) },
    }),
  ],
];

describe.each(WAYS)('%s', (_, operation) => {
  test.each(['application/json', 'application/graphql-response+json', '*/*'])(
    '501 are refused with 400 to those who accept %s, and nothing runs',
    async (accept) => {
      const calls = await gateway.countCalls(async () => {
        const { status, data, errors } = await postOperation(gateway.url, operation(501), { accept });
        expect(status).toBe(400);
        expect(data).toBeUndefined();
        expect(errors).toEqual([
          {
            message: 'An argument of this field is not acceptable.',
            extensions: {
              code: 'BAD_USER_INPUT',
              argument: 'representations',
              problem: 'has too many entries',
              retryable: false,
            },
          },
        ]);
      });
      expect(calls).toBe(0);
    },
  );

  test('500 are answered', async () => {
    const { status, data, errors } = await postOperation(gateway.url, operation(500));
    expect({ status, errors }).toEqual({ status: 200, errors: [] });
    expect(data).toMatchObject({ media: { fileType: 'TXT' } });
  });
});

describe('501 do not count', () => {
  test.each<[string, string, Record<string, unknown>]>([
    ['where they are skipped', '_entities(representations: $r) @skip(if: $flag)', { flag: true }],
    ['where they are not included', '_entities(representations: $r) @include(if: $flag)', { flag: false }],
  ])('%s', async (_, field, variables) => {
    const query = `query ($r: [_Any!]!, $flag: Boolean!) { ${BESIDE} ${field} ${FETCHED} }`;
    const { status, data } = await postOperation(gateway.url, {
      query,
      variables: { ...variables, r: values(501) },
    });
    expect({ status, data }).toEqual({ status: 200, data: { media: { fileType: 'TXT' } } });
  });
});

describe('representations that are no list', () => {
  const ask = (r: unknown) =>
    gateway.ask(`query ($r: [_Any!]!) { _entities(representations: $r) ${FETCHED} }`, { r });

  test.each([
    ['null', null],
    ['a list of null', [null]],
  ])('but %s do not fit their variable', async (_, r) => {
    const { status, errors } = await ask(r);
    expect(status).toBe(400);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: '$r' } }]);
  });

  test('but a text are one, a faulty one', async () => {
    const { data, errors } = await ask('CANARY');
    expect(data).toEqual({ _entities: [null] });
    expect(errors).toMatchObject([{ path: ['_entities', 0], extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(JSON.stringify(errors)).not.toContain('CANARY');
  });
});
