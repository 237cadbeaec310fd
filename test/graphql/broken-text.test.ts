/** Halves of characters: what Redox sends of them leaves as U+FFFD and stays apart; what callers send of them is refused. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { askWell, chartDocument, type identifiersOf } from '../support/own-chart.ts';
import { SAVE, saving } from '../writes/inputs.ts';

const HIGH = '\ud83d';
const LOW = '\ude00';

/** Every text of it is broken; patients and documents differ in nothing but which half they have. */
const broken = (half: string) =>
  chartDocument('', {
    identifiers: [
      { id: `SYN-${half}`, idType: 'MR' },
      { id: 'e', idType: `T${half}` },
    ],
    visitNumber: `V-${half}`,
    documentId: `doc-${half}`,
    documentType: `type ${half}`,
    documentDescription: `${half} 😀 \\ud83d`,
    fileType: half,
    fileName: `${half}name.pdf`,
    creationDateTime: half,
    serviceDateTime: `2026${half}`,
  });

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({
    charts: [chartDocument('a', { documentId: 'doc-a', serviceDateTime: '2026-01-01' })],
  });
});
afterAll(() => gateway.close());

const FIELDS = `documentId documentType documentDescription fileType fileName creationDateTime serviceDateTime contentReference
  patient { identifier { value idType } identifiers { value idType } } visit { visitNumber }`;

/** The text of the answer, which is what other readers have to take. */
async function ask(query: string, variables: object = {}): Promise<string> {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return response.text();
}

/** A strict reader: halves are there neither as bytes nor as escapes. */
function expectWellFormed(json: string): void {
  expect(json).not.toMatch(/(?<!\\)(?:\\\\)*\\u[dD][89a-fA-F]/);
  expect(JSON.stringify(JSON.parse(json))).not.toMatch(/(?<!\\)(?:\\\\)*\\ud[89a-f]/);
}

describe('what Redox sends', () => {
  test('leaves as U+FFFD, in every field', async () => {
    gateway.redox.answer = () => [broken(HIGH)];
    const json = await ask(`{ visit(visitNumber: "V-\ufffd") { media { nodes { documentId } } }
      media(documentId: "doc-a") { documentId } }`);
    expectWellFormed(json);
    gateway.redox.answer = () => [{ ...broken(HIGH), documentId: 'doc-a' }];
    const whole = await ask(`{ media(documentId: "doc-a") { ${FIELDS} } }`);
    expectWellFormed(whole);
    expect(JSON.parse(whole)).toEqual({
      data: {
        media: {
          documentId: 'doc-a',
          documentType: 'type \ufffd',
          documentDescription: '\ufffd 😀 \\ud83d',
          fileType: '\ufffd',
          fileName: '\ufffdname.pdf',
          creationDateTime: '\ufffd',
          serviceDateTime: '2026\ufffd',
          contentReference: null,
          patient: {
            identifier: { value: 'SYN-\ufffd', idType: 'MR' },
            identifiers: expect.arrayContaining([{ value: 'SYN-\ufffd', idType: 'MR' }]),
          },
          visit: { visitNumber: 'V-\ufffd' },
        },
      },
    });
    gateway.redox.answer = undefined;
  });

  test('is not what the replacement character itself names', async () => {
    gateway.redox.answer = () => [broken(HIGH), broken('\ufffd')];
    const { visit } = await askWell<{ visit: { media: { nodes: unknown[] } } }>(
      gateway,
      '{ visit(visitNumber: "V-\ufffd") { media { nodes { documentDescription } } } }',
    );
    expect(visit.media.nodes).toEqual([{ documentDescription: '\ufffd 😀 \\ud83d' }]);
    gateway.redox.answer = undefined;
  });

  test('stays apart: two patients who differ in a half are two', async () => {
    const one = { documentId: 'doc-a' };
    gateway.redox.answer = () => [HIGH, LOW].map((half) => ({ ...broken(half), ...one }));
    const { errors } = await gateway.ask('{ media(documentId: "doc-a") { fileName } }');
    // More than one patient has it: whose is meant is not guessed.
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_PROTOCOL' } }]);
    gateway.redox.answer = undefined;
  });

  test('in a file name is no obstacle to its file', async () => {
    gateway.redox.answer = () => [{ ...broken(HIGH), documentId: 'doc-a' }];
    const { media } = await askWell<{ media: { content: { url: string } } }>(
      gateway,
      '{ media(documentId: "doc-a") { content { url } } }',
    );
    const response = await fetch(media.content.url);
    expect([response.status, await response.text()]).toEqual([200, 'synthetic file of ']);
    expect(response.headers.get('content-disposition')).toContain(encodeURIComponent('\ufffdname.pdf'));
    gateway.redox.answer = undefined;
  });

  test('any text', async () => {
    const unit = fc.oneof(
      fc.constantFrom(HIGH, LOW, '\\', '\\ud83d', '"', '😀'),
      fc.string({ unit: 'binary' }),
    );
    const text = fc.array(unit, { minLength: 1 }).map((units) => units.join(''));
    await fc.assert(
      fc.asyncProperty(text, text, async (description, name) => {
        const fields = { documentDescription: description, fileName: name };
        gateway.redox.answer = () => [chartDocument('a', { documentId: 'doc-a', ...fields })];
        const json = await ask('{ media(documentId: "doc-a") { documentDescription fileName } }');
        expectWellFormed(json);
        expect(JSON.parse(json).data.media).toEqual({
          documentDescription: description.toWellFormed(),
          fileName: name.toWellFormed(),
        });
      }),
    );
    gateway.redox.answer = undefined;
  });
});

describe('what callers send', () => {
  const identifier = (value: string): ReturnType<typeof identifiersOf>[0] & { value: string } => ({
    id: value,
    value,
    idType: 'MR',
  });
  test.each<[string, string, unknown]>([
    [
      'an identifier',
      'query ($v: [IdentifierInput!]!) { patient(identifiers: $v) { media { totalCount } } }',
      [{ value: HIGH, idType: 'MR' }],
    ],
    [
      'a type of identifiers',
      'query ($v: [IdentifierInput!]!) { patient(identifiers: $v) { media { totalCount } } }',
      [{ value: 'x', idType: LOW }],
    ],
    ['a visit number', 'query ($v: ID!) { visit(visitNumber: $v) { media { totalCount } } }', `V-${LOW}`],
    ['a document id', 'query ($v: ID!) { media(documentId: $v) { fileName } }', `${HIGH}x${LOW}`],
    [
      'a filter',
      'query ($v: MediaSearchFilter!) { mediaSearch(filter: $v) { totalCount } }',
      { visitNumbers: ['x'], documentTypes: [HIGH] },
    ],
    [
      'a file type',
      'query ($v: MediaSearchFilter!) { mediaSearch(filter: $v) { totalCount } }',
      { visitNumbers: ['x'], fileTypes: [HIGH] },
    ],
    ['a destination', 'query ($v: ID!) { media(documentId: "x", destination: $v) { fileName } }', HIGH],
    ['an id', 'query ($v: ID!) { node(id: $v) { id } }', HIGH],
    ['a write', SAVE.replaceAll('$input', '$v'), saving('a', { documentDescription: `x${HIGH}` })],
    [
      'a write, deep down',
      SAVE.replaceAll('$input', '$v'),
      saving('a', { provider: { id: '1', idType: 'NPI', address: { city: LOW } } }),
    ],
  ])('%s is refused, and nothing is asked', async (_, query, v) => {
    const calls = await gateway.countCalls(async () => {
      const { data, errors, status } = await gateway.ask(query, { v });
      expect({ data, status }).toEqual({ data: undefined, status: 400 });
      expect(errors).toMatchObject([
        {
          extensions: {
            code: 'BAD_USER_INPUT',
            argument: '$v',
            problem: 'holds text that is not well-formed Unicode',
          },
        },
      ]);
    });
    expect(calls).toBe(0);
  });

  test('references are refused one by one', async () => {
    const sound = { __typename: 'Media', destination: 'general', documentId: 'doc-a' };
    const representations = [
      { __typename: 'Patient', destination: 'general', identifier: identifier(HIGH) },
      { __typename: 'Patient', destination: 'general', identifier: { value: 'x', idType: LOW } },
      { __typename: 'Visit', destination: 'general', visitNumber: LOW },
      { __typename: 'Media', destination: HIGH, documentId: 'doc-a' },
      sound,
    ];
    const { data, errors } = await gateway.ask(
      'query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Media { fileType } } }',
      { r: representations },
    );
    expect(data).toEqual({ _entities: [null, null, null, null, { __typename: 'Media', fileType: 'TXT' }] });
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(Array(4).fill('BAD_USER_INPUT'));
  });

  test('in a document they are no GraphQL', async () => {
    for (const half of [HIGH, '\\ud83d', '\\u{d83d}']) {
      const { errors, status } = await gateway.ask(`{ visit(visitNumber: "V-${half}") { id } }`);
      expect([status, errors[0]?.extensions.code]).toEqual([400, 'GRAPHQL_PARSE_FAILED']);
    }
  });

  test('whole characters are taken, however they are written', async () => {
    for (const written of ['😀', '\\ud83d\\ude00', '\\u{1f600}']) {
      const { visit } = await askWell<{ visit: { visitNumber: string } }>(
        gateway,
        `{ visit(visitNumber: "V-${written}") { visitNumber } }`,
      );
      expect(visit.visitNumber).toBe('V-😀');
    }
  });
});
