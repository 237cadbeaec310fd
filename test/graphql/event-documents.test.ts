/** What of a subscription its events are executed by. */
import { buildSchema, parse, print } from 'graphql';
import { expect, test } from 'vitest';
import { EventDocuments } from '../../src/graphql/server/event-documents.ts';

const SCHEMA = buildSchema(`
  type Query { none: Int }
  input Filter { names: [String!] }
  type Subscription { changed(filter: Filter, after: String): Change }
  type Change { name(upper: Boolean): String, before(depth: Int): Change }
`);

const made = (text: string) => print(new EventDocuments().of(parse(text), SCHEMA));

test.each([
  [
    'arguments of the root field, and variables that nothing else uses',
    'subscription A($f: Filter, $n: String!) { changed(filter: $f, after: $n) { name } }',
    'subscription A { changed { name } }',
  ],
  [
    'arguments of the root field in fragments',
    `subscription ($f: Filter) { ... { ...F } }
     fragment F on Subscription { a: changed(filter: $f) @include(if: true) { name } }`,
    `subscription { ... { ...F } }
     fragment F on Subscription { a: changed @include(if: true) { name } }`,
  ],
])('%s are not part of it', (_, text, expected) => {
  expect(made(text)).toBe(print(parse(expected)));
});

test.each([
  [
    'arguments below the root field, and their variables',
    'subscription ($d: Int, $u: Boolean = true) { changed { before(depth: $d) { name(upper: $u) } } }',
  ],
  [
    'variables of directives',
    'subscription ($x: Boolean!, $y: Boolean!) { changed { name @skip(if: $x) ...F @include(if: $y) } } fragment F on Change { name }',
  ],
  ['other operations', 'subscription A { changed { name } } query B($x: Boolean!) { none @skip(if: $x) }'],
])('%s stay', (_, text) => {
  expect(made(text)).toBe(print(parse(text)));
});

test('a document that is sent again is not made again, and stays as it was itself', () => {
  const documents = new EventDocuments();
  const document = parse('subscription ($n: String) { changed(after: $n) { name } }');
  const before = print(document);
  expect(documents.of(document, SCHEMA)).toBe(documents.of(document, SCHEMA));
  expect(print(document)).toBe(before);
});
