/** References of which no more is asked than they say themselves cost no call; documents that are asked for cost one. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { askWell, chartDocument } from '../support/own-chart.ts';

let gateway: TestGateway;
let idOfA = '';
beforeAll(async () => {
  gateway = await startTestGateway({
    charts: ['a', 'b'].map((name) => chartDocument(name, { documentId: `doc-${name}` })),
  });
  const { media } = await askWell<{ media: { id: string } }>(
    gateway,
    '{ media(documentId: "doc-a") { id } }',
  );
  idOfA = media.id;
});
afterAll(() => gateway.close());

type Entities = { _entities: Record<string, unknown>[] };

const byDocumentId = (documentId: string) => ({ __typename: 'Media', destination: 'general', documentId });

/** Asks `selection` of `representations`, with what it costs. */
async function resolve(
  selection: string,
  representations: readonly unknown[],
  { fragments = '', flag = true }: { fragments?: string; flag?: boolean } = {},
): Promise<{ found: Entities['_entities']; calls: number }> {
  const query = `query ($representations: [_Any!]!, $flag: Boolean!, $off: Boolean! = false) {
    _entities(representations: $representations) { ${selection} }
    destinations @include(if: $flag) { id }
    again: destinations @include(if: $off) { id } }
    ${fragments}`;
  let found: Entities['_entities'] = [];
  const calls = await gateway.countCalls(async () => {
    const data = await askWell<Entities>(gateway, query, { representations, flag });
    found = data._entities;
  });
  return { found, calls };
}

const KEY = { destination: 'general', documentId: 'doc-a' };

describe('a Media costs nothing where only its key is asked', () => {
  test.each<[string, string, Record<string, unknown>, { fragments?: string; flag?: boolean }?]>([
    ['its type', '__typename', { __typename: 'Media' }],
    ['its key', '... on Media { __typename destination documentId }', { __typename: 'Media', ...KEY }],
    [
      'under aliases',
      '... on Media { id: documentId content: destination }',
      { id: 'doc-a', content: 'general' },
    ],
    [
      'beside more of other types',
      '... on Patient { media { totalCount } } ... on Media { documentId } ... on Visit { id }',
      {
        documentId: 'doc-a',
      },
    ],
    [
      'in named and nested fragments',
      '...A',
      KEY,
      {
        fragments:
          'fragment A on Media { documentId ...B } fragment B on _Entity { ... { ... on Media { destination } } }',
      },
    ],
    [
      'where more is skipped',
      '... on Media { documentId fileType @skip(if: $flag) }',
      { documentId: 'doc-a' },
    ],
    [
      'where more is not included',
      '... on Media { documentId fileType @include(if: false) }',
      { documentId: 'doc-a' },
    ],
    [
      'where more is not included by default',
      '... on Media { documentId fileType @include(if: $off) }',
      {
        documentId: 'doc-a',
      },
    ],
    [
      'where a fragment with more is skipped',
      '... on Media { documentId ...A @skip(if: $flag) }',
      { documentId: 'doc-a' },
      {
        fragments: 'fragment A on Media { fileType }',
      },
    ],
    [
      'where its fragment is skipped once',
      '...A @skip(if: $flag) ...A',
      { documentId: 'doc-a' },
      {
        fragments: 'fragment A on Media { documentId }',
      },
    ],
  ])('%s', async (_, selection, expected, options) => {
    expect(await resolve(selection, [byDocumentId('doc-a')], options)).toEqual({
      found: [expected],
      calls: 0,
    });
  });

  test('also by its id, which is given back', async () => {
    const selection = '... on Node { id } ... on Media { __typename destination documentId }';
    expect(await resolve(selection, [{ __typename: 'Media', id: idOfA }])).toEqual({
      found: [{ __typename: 'Media', id: idOfA, ...KEY }],
      calls: 0,
    });
  });

  test('whether there is such a document or not', async () => {
    const { found, calls } = await resolve(
      '... on Media { documentId }',
      ['doc-none', 'doc-a'].map(byDocumentId),
    );
    expect({ found, calls }).toEqual({
      found: [{ documentId: 'doc-none' }, { documentId: 'doc-a' }],
      calls: 0,
    });
  });

  test('with Patient and Visit, whatever their number', async () => {
    const representations = Array.from(
      { length: 500 },
      (_, at) =>
        [
          byDocumentId(`doc-${at}`),
          { __typename: 'Visit', destination: 'general', visitNumber: `V-${at}` },
          { __typename: 'Patient', destination: 'general', identifier: { value: `SYN-${at}`, idType: 'MR' } },
        ][at % 3],
    );
    const selection = `__typename ... on Media { documentId destination } ... on Visit { id visitNumber destination }
      ... on Patient { id destination identifier { value idType } }`;
    const { found, calls } = await resolve(selection, representations);
    expect(calls).toBe(0);
    expect(found).toMatchObject(representations);
  });
});

describe('a Media is fetched where more is asked', () => {
  test.each<[string, string, Record<string, unknown>, { fragments?: string; flag?: boolean }?]>([
    ['its id', '... on Media { id }', { id: expect.any(String) }],
    ['its id, as a Node', '... on Node { id }', { id: expect.any(String) }],
    ['in the disguise of its key', '... on Media { documentId: fileType }', { documentId: 'TXT' }],
    [
      'in one of two fragments',
      '... on Media { documentId } ... on Media { fileType }',
      {
        documentId: 'doc-a',
        fileType: 'TXT',
      },
    ],
    [
      'deep in fragments',
      '...A',
      { fileType: 'TXT' },
      {
        fragments: 'fragment A on _Entity { ...B } fragment B on Node { ... on Media { fileType } }',
      },
    ],
    [
      'where more is not skipped',
      '... on Media { documentId fileType @skip(if: $off) }',
      {
        documentId: 'doc-a',
        fileType: 'TXT',
      },
    ],
    ['where more is included', '... on Media { fileType @include(if: $flag) }', { fileType: 'TXT' }],
  ])('%s', async (_, selection, expected, options) => {
    expect(await resolve(selection, [byDocumentId('doc-a')], options)).toEqual({
      found: [expected],
      calls: 1,
    });
  });

  test('in one call for all, where an unknown one is null alone', async () => {
    const { found, calls } = await resolve(
      '... on Media { documentId fileName fileType }',
      ['doc-a', 'doc-none', 'doc-b'].map(byDocumentId),
    );
    expect(calls).toBe(1);
    expect(found).toEqual([
      { documentId: 'doc-a', fileName: null, fileType: 'TXT' },
      null,
      { documentId: 'doc-b', fileName: null, fileType: 'TXT' },
    ]);
  });

  test('for one _entities and not for another of the operation, under an alias', async () => {
    const query = `query ($representations: [_Any!]!) {
      keys: _entities(representations: $representations) { ... on Media { documentId } }
      files: _entities(representations: $representations) { ... on Media { fileType } } }`;
    const data = await askWell(gateway, query, { representations: ['doc-none', 'doc-b'].map(byDocumentId) });
    expect(data).toEqual({
      keys: [{ documentId: 'doc-none' }, { documentId: 'doc-b' }],
      files: [null, { fileType: 'TXT' }],
    });
  });
});

test('a key that is faulty is refused, though nothing would be fetched', async () => {
  const faulty = [
    { __typename: 'Media', destination: 'CANARY', documentId: 'doc-a' },
    { __typename: 'Media', destination: 'general', documentId: 41.7 },
    { __typename: 'Media', id: `${idOfA}CANARY` },
  ];
  const query = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on Media { __typename documentId } } }`;
  const { data, errors } = await gateway.ask(query, { representations: [...faulty, byDocumentId('doc-a')] });
  expect(data).toEqual({ _entities: [null, null, null, { __typename: 'Media', documentId: 'doc-a' }] });
  expect(errors.map(({ path, extensions }) => [path?.[1], extensions.code])).toEqual(
    [0, 1, 2].map((at) => [at, 'BAD_USER_INPUT']),
  );
  expect(JSON.stringify(errors)).not.toContain('CANARY');
});

test('fragments that spread each other twice do not multiply', async () => {
  const fragments = Array.from(
    { length: 60 },
    (_, at) => `fragment F${at} on Media { ...F${at + 1} ...F${at + 1} }`,
  );
  const { found } = await resolve('...F0', Array(500).fill(byDocumentId('doc-a')), {
    fragments: `${fragments.join('\n')} fragment F60 on Media { documentId }`,
  });
  expect(found).toEqual(Array(500).fill({ documentId: 'doc-a' }));
});
