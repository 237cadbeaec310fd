/** What an operation asks of files, seen from a field above them: as graphql-js itself hands it to resolvers. */
import { buildSchema, execute, type GraphQLResolveInfo, graphql, parse } from 'graphql';
import { expect, test } from 'vitest';
import { findContentsMode } from '../../src/graphql/inputs/contents-mode.ts';

const schema = buildSchema(`
  type Query { media: Media }
  interface Node { id: ID }
  type Media implements Node { id: ID  patient: Patient  content: Content }
  type Patient { media: Media }
  type Content { sha256: String  url: String  base64(maxBytes: Int = 1000000): String }
`);

async function askedBy(query: string, variableValues: Record<string, unknown> = {}, keepsForLinks = false) {
  const seen: unknown[] = [];
  const media = (_: unknown, __: unknown, info: GraphQLResolveInfo) => {
    seen.push(findContentsMode(info, 5_000_000, keepsForLinks));
    return null;
  };
  const { errors } = await graphql({ schema, source: query, variableValues, rootValue: { media } });
  expect(errors).toBeUndefined();
  return seen;
}

test.each<[string, unknown]>([
  ['{ media { id } }', 'skip'],
  ['{ media { content { __typename } } }', 'digest'],
  ['{ media { content { sha256 } } }', 'digest'],
  ['{ media { content { url } } }', 'digest'],
  ['{ media { patient { media { patient { media { content { url } } } } } } }', 'digest'],
  ['{ media { content { base64 } } }', { keepBytes: 1_000_000 }],
  ['{ media { content { base64(maxBytes: null) } } }', { keepBytes: 1_000_000 }],
  ['{ media { content { base64(maxBytes: 7) } } }', { keepBytes: 7 }],
  ['{ media { content { base64(maxBytes: -7) } } }', { keepBytes: 0 }],
  ['{ media { content { base64(maxBytes: 6000000) } } }', { keepBytes: 5_000_000 }],
  ['{ media { content { a: base64(maxBytes: 7) b: base64(maxBytes: 9) sha256 } } }', { keepBytes: 9 }],
  [
    '{ media { content { sha256 } patient { media { content { base64(maxBytes: 3) } } } } }',
    { keepBytes: 3 },
  ],
  ['{ media { ...F } } fragment F on Media { content { ...G } } fragment G on Content { sha256 }', 'digest'],
  ['{ media { ... on Node { ... on Media { ... { content { url } } } } } }', 'digest'],
  ['{ media { content @skip(if: true) { url } } }', 'skip'],
  ['{ media { content { base64 @include(if: false) url } } }', 'digest'],
  ['{ media { ...F @skip(if: true) } } fragment F on Media { content { url } }', 'skip'],
])('%s asks %j', async (query, expected) => {
  expect(await askedBy(query)).toEqual([expected]);
});

test.each<[string, unknown]>([
  ['{ media { content { url } } }', 'link'],
  ['{ media { patient { media { content { sha256 link: url } } } } }', 'link'],
  ['{ media { content { url base64(maxBytes: 7) } } }', { keepBytes: 7, isForLinks: true }],
  ['{ media { ...F } } fragment F on Media { content { ...G } } fragment G on Content { url }', 'link'],
  ['{ media { content { sha256 } } }', 'digest'],
  ['{ media { content { base64(maxBytes: 7) } } }', { keepBytes: 7 }],
  ['{ media { content { sha256 url @include(if: false) } } }', 'digest'],
  ['{ media { content @skip(if: true) { url } } }', 'skip'],
])('where files are kept for links, %s asks %j', async (query, expected) => {
  expect(await askedBy(query, {}, true)).toEqual([expected]);
});

test('aliases each ask their own; one field written twice asks the most of both', async () => {
  expect(await askedBy('{ a: media { id } b: media { content { url } } }')).toEqual(['skip', 'digest']);
  expect(await askedBy('{ media { id } media { content { url } } }')).toEqual(['digest']);
});

test('variables are heeded, anew each time the operation runs', async () => {
  const query = `query ($shown: Boolean!, $most: Int) { media { content @include(if: $shown) { base64(maxBytes: $most) } } }`;
  expect(await askedBy(query, { shown: true, most: 12 })).toEqual([{ keepBytes: 12 }]);
  expect(await askedBy(query, { shown: true })).toEqual([{ keepBytes: 1_000_000 }]);
  expect(await askedBy(query, { shown: false, most: 12 })).toEqual(['skip']);
});

test.each([
  'query ($shown: Boolean!) { media { id ...F @include(if: $shown) } } fragment F on Media { content { url } }',
  'query ($shown: Boolean!) { media { id content @include(if: $shown) { url } } }',
])('%s: of a document that is kept, each operation asks by its own variables', async (text) => {
  const document = parse(text);
  const seen: unknown[] = [];
  const fieldResolver = (_: unknown, __: unknown, ___: unknown, info: GraphQLResolveInfo) => {
    seen.push(findContentsMode(info, 5_000_000));
    return null;
  };
  for (const shown of [false, true, false, true]) {
    await execute({ schema, document, variableValues: { shown }, fieldResolver });
  }
  expect(seen).toEqual(['skip', 'digest', 'skip', 'digest']);
});

test('fragments that spread each other at every level are walked once', async () => {
  const levels = Array.from({ length: 60 }, (_, at) => {
    return `fragment F${at} on Media { a${at}: patient { media { ...F${at + 1} } } b${at}: patient { media { ...F${at + 1} } } }`;
  });
  const query = `{ media { ...F0 } } ${levels.join(' ')} fragment F60 on Media { content { url } }`;
  expect(await askedBy(query)).toEqual(['digest']);
});
