/** Ids, cursors and links that this gateway did not seal, of any kind: none opens, each is refused by name. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fuzz } from '../support/fuzz.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { askWell, chartDocument } from '../support/own-chart.ts';

/** As many as one operation may hold: list entries, and aliases. */
const IDS_AT_ONCE = 500;
const CURSORS_AT_ONCE = 100;
const LINKS_AT_ONCE = 50;

const A = 'identifiers: [{ value: "SYN-a", idType: "MR" }]';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

let gateway: TestGateway;
let good: {
  readonly ids: readonly string[];
  readonly cursors: readonly string[];
  readonly links: readonly string[];
};
beforeAll(async () => {
  const charts = ['a', 'b'].map((name) => chartDocument(name, { documentId: `doc-${name}` }));
  gateway = await startTestGateway({ charts });
  const { patient } = await askWell<{
    patient: {
      id: string;
      visits: [{ id: string }];
      media: { edges: [{ cursor: string; node: { id: string; content: { url: string } } }] };
    };
  }>(
    gateway,
    `{ patient(${A}) { id visits { id } media { edges { cursor node { id content { url } } } } } }`,
  );
  const [edge] = patient.media.edges;
  good = {
    ids: [patient.id, patient.visits[0].id, edge.node.id],
    cursors: [edge.cursor],
    links: [edge.node.content.url.replace(/^.*\//, '')],
  };
});
afterAll(() => gateway.close());

/** Changes one good text; equal to none of the good ones. */
function mutantsOf(texts: readonly string[]): fc.Arbitrary<string> {
  const text = fc.constantFrom(...texts);
  const all = [...good.ids, ...good.cursors, ...good.links];
  const place = fc.nat({ max: 10_000 });
  const letter = fc.constantFrom(...ALPHABET, '=', '+', '/', ' ', '\u0000', 'é');
  const replaced = fc
    .tuple(text, place, letter)
    .map(([of, at, by]) => of.slice(0, at % of.length) + by + of.slice((at % of.length) + 1));
  const bits = fc.tuple(text, place, fc.integer({ min: 1, max: 255 })).map(([of, at, flip]) => {
    const bytes = Buffer.from(of, 'base64url');
    bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ flip;
    return bytes.toString('base64url');
  });
  const cut = fc.tuple(text, place).map(([of, at]) => of.slice(0, at % of.length));
  const moved = fc
    .tuple(text, place)
    .map(([of, at]) => of.slice(at % of.length) + of.slice(0, at % of.length));
  const grown = fc.tuple(text, letter).map(([of, by]) => of + by);
  const spliced = fc
    .tuple(text, fc.constantFrom(...all), place)
    .map(([of, other, at]) => of.slice(0, at % of.length) + other.slice(at % of.length));
  const swapped = fc.constantFrom(...all);
  const random = fc.uint8Array({ maxLength: 120 }).map((bytes) => Buffer.from(bytes).toString('base64url'));
  return fc
    .oneof(replaced, bits, cut, moved, grown, spliced, swapped, random)
    .filter((mutant) => !texts.includes(mutant));
}

test('ids', async () => {
  const calls = await gateway.countCalls(() =>
    fuzz({
      cases: mutantsOf(good.ids),
      atOnce: IDS_AT_ONCE,
      async check(ids) {
        const { data, errors } = await gateway.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
          ids,
        });
        expect(data).toEqual({ nodes: ids.map(() => null) });
        expect(errors.map(({ extensions }) => [extensions.code, extensions['argument']])).toEqual(
          ids.map((_, at) => ['BAD_USER_INPUT', `ids[${at}]`]),
        );
      },
    }),
  );
  expect(calls).toBe(0);
});

test('cursors', async () => {
  const names = Array.from({ length: CURSORS_AT_ONCE }, (_, at) => `c${at}`);
  const query = `query (${names.map((name) => `$${name}: String`).join(' ')}) { patient(${A}) {
    ${names.map((name) => `${name}: media(after: $${name}) { totalCount }`).join(' ')} } }`;
  const calls = await gateway.countCalls(() =>
    fuzz({
      cases: mutantsOf(good.cursors),
      atOnce: CURSORS_AT_ONCE,
      async check(cursors) {
        const variables = Object.fromEntries(names.map((name, at) => [name, cursors[at]]));
        const { data, errors } = await gateway.ask(query, variables);
        expect(data).toEqual({ patient: Object.fromEntries(names.map((name) => [name, null])) });
        expect(errors.map(({ extensions }) => [extensions.code, extensions['argument']])).toEqual(
          names.map(() => ['BAD_USER_INPUT', 'after']),
        );
      },
    }),
  );
  expect(calls).toBe(0);
});

test('content links', async () => {
  const base = new URL('/content/', gateway.url).href;
  const calls = await gateway.countCalls(() =>
    fuzz({
      cases: mutantsOf(good.links),
      atOnce: LINKS_AT_ONCE,
      async check(tokens) {
        const statuses = await Promise.all(
          tokens.map(async (token) => {
            const response = await fetch(`${base}${encodeURIComponent(token)}`);
            await response.arrayBuffer();
            return response.status;
          }),
        );
        expect(new Set(statuses)).toEqual(new Set([403]));
      },
    }),
  );
  expect(calls).toBe(0);
});
