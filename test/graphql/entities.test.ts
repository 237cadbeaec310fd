/** `_entities`: what a router asks, by every key; an entry at fault is null alone. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { askWell, chartDocument } from '../support/own-chart.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({
    charts: ['a', 'b'].map((name) => chartDocument(name, { documentId: `doc-${name}` })),
  });
});
afterAll(() => gateway.close());

const ENTITIES = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
  __typename
  ... on Patient { id identifier { value } media { nodes { documentId } } }
  ... on Visit { id visitNumber media { nodes { documentId } } }
  ... on Media { id documentId patient { identifier { value } } } } }`;

const BY_NATURAL_KEY = [
  { __typename: 'Patient', destination: 'general', identifier: { value: 'SYN-a', idType: 'MR' } },
  { __typename: 'Visit', destination: 'general', visitNumber: 'V-b' },
  { __typename: 'Media', destination: 'general', documentId: 'doc-a' },
  { __typename: 'Media', destination: 'general', documentId: 'doc-none' },
];
const FOUND = [
  {
    __typename: 'Patient',
    id: expect.any(String),
    identifier: { value: 'SYN-a' },
    media: { nodes: [{ documentId: 'doc-a' }] },
  },
  {
    __typename: 'Visit',
    id: expect.any(String),
    visitNumber: 'V-b',
    media: { nodes: [{ documentId: 'doc-b' }] },
  },
  {
    __typename: 'Media',
    id: expect.any(String),
    documentId: 'doc-a',
    patient: { identifier: { value: 'SYN-a' } },
  },
];

type Entities = { _entities: ({ id: string; __typename: string } | null)[] };

test('entities are found by their natural keys, then again by their ids, in the order asked', async () => {
  const { _entities } = await askWell<Entities>(gateway, ENTITIES, { representations: BY_NATURAL_KEY });
  expect(_entities).toEqual([...FOUND, null]);
  const representations = _entities.flatMap((one) =>
    one ? [{ __typename: one.__typename, id: one.id }] : [],
  );
  const again = await askWell<Entities>(gateway, ENTITIES, { representations: representations.reverse() });
  expect(again._entities).toEqual(_entities.slice(0, 3).reverse());
});

describe('a faulty representation', () => {
  const [patient] = BY_NATURAL_KEY;
  test.each<[string, unknown, RegExp]>([
    ['an unknown type', { __typename: 'CANARY', id: 'x' }, /__typename/],
    ['a type without a key', { __typename: 'Identifier', id: 'CANARY', idType: 'MR' }, /__typename/],
    ['an interface', { __typename: 'Node', kind: 'Patient', id: 'CANARY' }, /__typename/],
    ['a text', 'CANARY', /__typename/],
    ['no key', { __typename: 'Visit' }, /visitNumber|destination/],
    ['half a key', { __typename: 'Visit', destination: 'general' }, /visitNumber/],
    ['a blank document id', { __typename: 'Media', destination: 'general', documentId: ' ' }, /documentId/],
    ['no document id', { __typename: 'Media', destination: 'general', documentId: null }, /documentId/],
    [
      'an unknown destination',
      { __typename: 'Visit', destination: 'CANARY', visitNumber: 'V-a' },
      /destination/,
    ],
    ['no identifier', { __typename: 'Patient', destination: 'general' }, /identifier/],
    [
      'an identifier of another shape',
      { __typename: 'Patient', destination: 'general', identifier: ['CANARY'] },
      /identifier/,
    ],
    [
      'a fraction for an identifier',
      { __typename: 'Patient', destination: 'general', identifier: { value: 41.7, idType: 'MR' } },
      /identifier/,
    ],
    ['a foreign id', { __typename: 'Media', id: 'CANARY' }, /id/],
    ['an id that is no text', { __typename: 'Patient', id: { CANARY: 1 } }, /id/],
    ['no id and no other key', { __typename: 'Visit', id: null }, /destination/],
  ])('with %s nulls its own entry only, without a call for it', async (_, representation, argument) => {
    const calls = await gateway.countCalls(async () => {
      const { data, errors } = await gateway.ask(ENTITIES, {
        representations: [patient, representation, patient],
      });
      expect(data).toEqual({ _entities: [FOUND[0], null, FOUND[0]] });
      expect(errors).toHaveLength(1);
      expect(errors).toMatchObject([
        {
          path: ['_entities', 1],
          message: 'An argument of this field is not acceptable.',
          extensions: { code: 'BAD_USER_INPUT', argument: expect.stringMatching(argument) },
        },
      ]);
      expect(JSON.stringify(errors)).not.toContain('CANARY');
    });
    expect(calls).toBe(1);
  });

  test('with an id of another type is refused', async () => {
    const { _entities } = await askWell<Entities>(gateway, ENTITIES, {
      representations: BY_NATURAL_KEY.slice(0, 3),
    });
    const representations = _entities.map((one, at) => ({
      __typename: _entities[(at + 1) % 3]?.__typename,
      id: one?.id,
    }));
    const { data, errors } = await gateway.ask(ENTITIES, { representations });
    expect(data).toEqual({ _entities: [null, null, null] });
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(Array(3).fill('BAD_USER_INPUT'));
  });
});
