/** Malformed documents and bodies of every kind that we know, as fast-check makes them. */
import fc from 'fast-check';
import { EXAMPLE_OPERATIONS } from '../../src/graphql/schema/example-operations.ts';

export interface Attempt {
  readonly contentType: string;
  readonly body: string | Buffer;
}

const DOCUMENTS = [
  ...EXAMPLE_OPERATIONS.map(({ document }) => document),
  '{ destinations { id } ...F } fragment F on Query { patient(identifiers: [{ value: "SYN-a", idType: "MR" }]) { media { edges { cursor } } } }',
  'query A($a: [ID!]! = ["x"] @deprecated) { nodes(ids: $a) { __typename ... on Media @include(if: true) { content { base64(maxBytes: 1) } } } }',
  '{ __schema { types { name fields { name args { name type { name ofType { name } } } } } } _service { sdl } }',
];
const PIECES = [
  ...[
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    ':',
    '=',
    '!',
    '|',
    '&',
    '@',
    '...',
    '$',
    '"',
    '"""',
    '#',
    '\\',
    ',',
    '\u0000',
    '\ufeff',
    '\ud800',
  ],
  ...[
    'null',
    'true',
    'on',
    'fragment F on Query',
    'query',
    'mutation',
    'subscription',
    '__typename',
    '_entities',
    '@skip(if: $x)',
  ],
  ...[
    '-0',
    '1e999',
    '9'.repeat(400),
    '"\\u{110000}"',
    '"\\ud800"',
    '{a:{b:[{}]}}',
    'é',
    '💾',
    '...F ...F',
    'a:a:a',
  ],
];
const place = fc.nat({ max: 2000 });
const document = fc.constantFrom(...DOCUMENTS);
const piece = fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 12 }));
const replaced = fc
  .tuple(document, fc.array(fc.tuple(place, fc.nat({ max: 8 }), piece), { minLength: 1, maxLength: 4 }))
  .map(([text, changes]) =>
    changes.reduce(
      (of, [at, length, by]) => of.slice(0, at % of.length) + by + of.slice((at % of.length) + length),
      text,
    ),
  );
const cut = fc.tuple(document, place).map(([text, at]) => text.slice(0, at % text.length));
const joined = fc.tuple(document, document).map(([one, other]) => `${one}\n${other}`);
const bomb = fc
  .tuple(
    piece,
    fc.integer({ min: 1, max: 3000 }),
    fc.constantFrom('{', '{ destinations {', '{ nodes(ids: ', ''),
  )
  .map(([repeated, count, head]) => head + repeated.repeat(count));
const query = fc.oneof(replaced, replaced, cut, joined, bomb, document);

const variables = fc.oneof(
  fc.constantFrom(...EXAMPLE_OPERATIONS.map((example) => example.variables)),
  fc.dictionary(
    fc.constantFrom(
      'identifiers',
      'patients',
      'documentId',
      'visitNumber',
      'filter',
      'representations',
      '__proto__',
    ),
    fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      fc.constantFrom([{ identifiers: [{ value: 'SYN-a', idType: 'MR' }] }], 'x'.repeat(5000)),
    ),
  ),
);
const anything = fc.jsonValue({ maxDepth: 3 });
const operation = fc.record({ query, variables }).map((body) => JSON.stringify(body));
const wrongMembers = fc
  .record(
    {
      query: anything,
      variables: anything,
      operationName: anything,
      extensions: anything,
      documentId: anything,
    },
    { requiredKeys: [] },
  )
  .map((body) => JSON.stringify(body));
const brokenJson = fc.tuple(operation, place, piece).map(([text, at, by]) => {
  const where = at % text.length;
  return text.slice(0, where) + by + text.slice(where + 1);
});
const deep = fc
  .integer({ min: 1, max: 30_000 })
  .map((depth) => `{"query":"{a}","variables":{"v":${'['.repeat(depth)}${']'.repeat(depth)}}}`);
const bytes = fc.uint8Array({ maxLength: 300 }).map((body) => Buffer.from(body));

export const malformedRequests: fc.Arbitrary<Attempt> = fc.record({
  contentType: fc.oneof(
    { arbitrary: fc.constant('application/json'), weight: 9 },
    {
      arbitrary: fc.constantFrom(
        'text/plain',
        'application/json; charset=utf-16',
        'multipart/form-data',
        'x',
        '',
      ),
      weight: 1,
    },
  ),
  body: fc.oneof(
    { arbitrary: operation, weight: 6 },
    { arbitrary: brokenJson, weight: 2 },
    { arbitrary: wrongMembers, weight: 2 },
    { arbitrary: anything.map((value) => JSON.stringify(value)), weight: 1 },
    { arbitrary: bytes, weight: 1 },
    { arbitrary: deep, weight: 1 },
  ),
});
