/** What one request may ask: as much as a limit says is answered, one more is refused as a whole, and nothing runs. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postOperation, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { byRecordNumber, chartDocument } from '../support/own-chart.ts';
import { expectRefusedBy, type OperationBody } from './refused-operations.ts';

let gateway: TestGateway;
beforeAll(async () => {
  const charts = ['1', '2', '3', '4'].map((at) => chartDocument('a', { documentId: `doc-${at}` }));
  gateway = await startTestGateway({ charts });
});
afterAll(() => gateway.close());

async function expectAnswered(body: OperationBody): Promise<void> {
  const { status, errors } = await postOperation(gateway.url, body);
  expect({ status, errors }).toEqual({ status: 200, errors: [] });
}

const expectRefused = (body: OperationBody, argument: string, problem: string) =>
  expectRefusedBy(gateway, body, argument, problem);

const times = (count: number, create: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => create(at)).join(' ');

/** `levels` levels of fields; the last is a leaf. */
function nest(levels: number): string {
  const pairs = Math.floor((levels - 2) / 2);
  const odd = levels % 2 === 1;
  const leaf = odd ? 'patient { id }' : 'id';
  return `visit(visitNumber: "V-a") { ${'patient { visit(visitNumber: "V-a") { '.repeat(pairs)}${leaf}${' } }'.repeat(pairs)} }`;
}

describe('depth: 12', () => {
  const inFragments = (levels: number) =>
    `{ visit(visitNumber: "V-a") { ...A } } fragment A on Visit { patient { ...B } } fragment B on Patient { ${nest(levels - 2)} }`;
  const WAYS: [string, (levels: number) => string][] = [
    ['in fields', (levels) => `{ ${nest(levels)} }`],
    ['in inline fragments', (levels) => `{ ... { ... on Query { ${nest(levels)} } } }`],
    ['in fragments', inFragments],
    ['of one operation of two', (levels) => `query A { destinations { id } } query B { ${nest(levels)} }`],
  ];
  test.each(WAYS)('%s', async (_, create) => {
    const named = create(12).startsWith('query A') ? { operationName: 'B' } : {};
    await expectAnswered({ query: create(12), ...named });
    const query = create(13);
    await expectRefused({ query, ...named }, 'query', 'is nested too deeply');
    // Apollo Server remembers documents: the second time too.
    await expectRefused({ query, ...named }, 'query', 'is nested too deeply');
  });

  test('of entities', async () => {
    const query = (levels: number) =>
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Visit { ${nest(levels)
        .replace(/^visit\(visitNumber: "V-a"\) \{/, '')
        .replace(/\}$/, '')} } } }`;
    const variables = { r: [{ __typename: 'Visit', destination: 'general', visitNumber: 'V-a' }] };
    await expectAnswered({ query: query(12), variables });
    await expectRefused({ query: query(13), variables }, 'query', 'is nested too deeply');
  });

  test('introspection has its own', async () => {
    const deep =
      '{ __schema { types { fields { type { ofType { ofType { ofType { ofType { ofType { ofType { ofType { ofType { ofType { name } } } } } } } } } } } } } }';
    await using open = await startTestGateway({ charts: [] }, { INTROSPECTION: 'true' });
    expect((await open.ask(deep)).errors).toEqual([]);
  });
});

describe('aliases: 100', () => {
  const field = (at: number) => `a${at}: destination`;
  const patient = (fields: string) =>
    `{ patient(identifiers: [{ value: "SYN-a", idType: "MR" }]) { ${fields} } }`;
  test.each<[string, (count: number) => string]>([
    ['in fields', (count) => patient(times(count, field))],
    ['in a fragment', (count) => `${patient('...F')} fragment F on Patient { ${times(count, field)} }`],
    [
      'in a fragment that is spread again and again',
      (count) =>
        `${patient(`...F ... { ...F } ${times(count - 98, (at) => `b${at}: id`)}`)} fragment F on Patient { ${times(49, field)} }`,
    ],
  ])('%s', async (_, create) => {
    await expectAnswered({ query: create(100) });
    await expectRefused({ query: create(101) }, 'query', 'has too many aliases');
  });
});

describe('root fields: 50', () => {
  test.each<[string, (count: number) => string]>([
    ['of one name', (count) => `{ ${times(count, () => 'destinations { id }')} }`],
    ['under aliases', (count) => `{ ${times(count, (at) => `a${at}: __typename`)} }`],
    [
      'in fragments',
      (count) => `{ ...F ...F } fragment F on Query { ${times(count / 2, () => '__typename')} }`,
    ],
  ])('%s', async (_, create) => {
    await expectAnswered({ query: create(50) });
    await expectRefused({ query: create(52) }, 'query', 'has too many root fields');
  });
});

describe('list entries: 500', () => {
  const PATIENT = byRecordNumber('a');
  const literal = (count: number) => `[${times(count, () => '"V-a"')}]`;
  const of = (count: number, value: unknown) => Array.from({ length: count }, () => value);
  const search = '{ mediaSearch(filter: $f) { totalCount } }';

  test.each<[string, (count: number) => OperationBody, string]>([
    [
      'in a variable',
      (count) => ({
        query: `query ($p: [PatientInput!]!) { patients(patients: $p) { id } }`,
        variables: { p: of(count, PATIENT) },
      }),
      '$p',
    ],
    [
      'inside a variable',
      (count) => ({
        query: `query ($f: MediaSearchFilter!) ${search}`,
        variables: { f: { visitNumbers: of(count, 'V-a') } },
      }),
      '$f',
    ],
    [
      'deep inside a variable',
      (count) => ({
        query: `query ($p: [PatientInput!]!) { patients(patients: $p) { id } }`,
        variables: { p: [{ identifiers: of(count, PATIENT.identifiers[0]) }] },
      }),
      '$p',
    ],
    [
      'in the document',
      (count) => ({ query: `{ mediaSearch(filter: { visitNumbers: ${literal(count)} }) { totalCount } }` }),
      'query',
    ],
    [
      'in a default',
      (count) => ({
        query: `query ($v: [ID!] = ${literal(count)}) { mediaSearch(filter: { visitNumbers: $v }) { totalCount } }`,
      }),
      'query',
    ],
    [
      'in a fragment',
      (count) => ({
        query: `{ ...F } fragment F on Query { mediaSearch(filter: { visitNumbers: ${literal(count)} }) { totalCount } }`,
      }),
      'query',
    ],
    [
      'of a variable in a list of the document',
      (count) => ({
        query: `query ($v: ID!) { mediaSearch(filter: { visitNumbers: [${times(count, () => '$v')}] }) { totalCount } }`,
        variables: { v: 'V-a' },
      }),
      'query',
    ],
    [
      'of representations',
      (count) => ({
        query: `query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }`,
        variables: { r: of(count, { __typename: 'Media', destination: 'general', documentId: 'doc-1' }) },
      }),
      '$r',
    ],
    [
      'inside a representation',
      (count) => ({
        query: `query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }`,
        variables: {
          r: [{ __typename: 'Media', destination: 'general', documentId: 'doc-1', more: of(count, 1) }],
        },
      }),
      '$r',
    ],
  ])('%s', async (_, create, argument) => {
    await expectAnswered(create(500));
    await expectRefused(create(501), argument, 'has a list with too many entries');
  });

  test('a variable nested deeper than any stack is no fault of ours', async () => {
    const depth = 60_000;
    const body = `{"query":"query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }","variables":{"r":${'['.repeat(depth)}${']'.repeat(depth)}}}`;
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBeLessThan(500);
  });
});

describe('repeated fields: as many as are compared in 50,000 ways', () => {
  const one = (fields: string) =>
    `{ patient(identifiers: [{ value: "SYN-a", idType: "MR" }]) { ${fields} } }`;
  test.each<[string, (count: number) => string, number]>([
    ['of one object', (count) => one(times(count, () => 'id')), 223],
    ['in inline fragments', (count) => one(times(count, () => '... { id }')), 223],
    ['with fields of their own', (count) => one(times(count, () => 'media { nodes { id } }')), 129],
    [
      'that each repeat some',
      (count) => one(times(10, () => `media { ${times(count, () => 'totalCount')} }`)),
      22,
    ],
    [
      'in fragments, two in each',
      (count) =>
        `${one(times(count / 2, (at) => `...F${at}`))} ${times(count / 2, (at) => `fragment F${at} on Patient { id id }`)}`,
      222,
    ],
  ])('%s', async (_, create, most) => {
    await expectAnswered({ query: create(most) });
    await expectRefused({ query: create(most + 2) }, 'query', 'repeats fields too often');
  });

  test('of different objects are not compared', async () => {
    const ids = times(90, (at) => `a${at}: visit(visitNumber: "${at}") { id visitNumber destination }`);
    await expectAnswered({ query: one(ids) });
  });

  test('fragments that spread each other twice are not followed to their end', async () => {
    const spread = (at: number) =>
      `visits { patient { ...F${at} media { nodes { patient { ...F${at} } } } } }`;
    const fragments = times(12, (at) => `fragment F${at} on Patient { ${spread(at + 1)} }`);
    const query = `${one('...F0')} ${fragments} fragment F12 on Patient { id }`;
    const { status } = await postOperation(gateway.url, { query });
    expect(status).toBe(400);
  });
});

describe('tokens: 2,000', () => {
  /** An inline fragment is three tokens, `...`, `{` and `}`; a field is one. */
  const query = (tokens: number) => {
    const fragments = Math.floor((tokens - 6) / 3);
    const fields = times(tokens - 5 - 3 * fragments, () => 'id');
    return `{ destinations { ${'... { '.repeat(fragments)}${fields}${' }'.repeat(fragments)} } }`;
  };

  test('in a document', async () => {
    await expectAnswered({ query: query(2000) });
    for (const accept of ['application/json', '*/*']) {
      const { status, errors } = await postOperation(gateway.url, { query: query(2001) }, { accept });
      expect(status).toBe(400);
      expect(errors).toMatchObject([
        {
          message: 'Syntax Error: the document has too many tokens.',
          extensions: { code: 'GRAPHQL_PARSE_FAILED' },
        },
      ]);
      expect(JSON.stringify(errors)).not.toContain('2000');
    }
  });
});
