/** What is planted in every field of patients, callers and upstream errors comes out in `data` only, where it was asked for. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { toRedoxItem } from '../../sandbox/charts/chart.ts';
import type { AnswerHook } from '../../sandbox/sandbox.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument, inputOf } from '../support/own-chart.ts';

/** One word for each place, so that a find says where it came from. */
const PLANTED = {
  identifiers: [
    { id: 'CANARY-MR', idType: 'CANARYTYPE' },
    { id: 'CANARY-EHR', idType: 'EHRID' },
  ],
  visitNumber: 'CANARY-VISIT',
  documentId: 'CANARY-DOCUMENT',
  documentType: 'CANARY-TYPE',
  documentDescription: 'CANARY-DESCRIPTION',
  fileType: 'CANARY-FILETYPE',
  fileName: 'CANARY-FILENAME',
  creationDateTime: 'CANARY-CREATED',
  serviceDateTime: 'CANARY-SERVICE',
  fileContents: 'CANARY-CONTENTS that are not base64',
};
const document = chartDocument('', PLANTED);

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ charts: [document] });
});
afterAll(() => gateway.close());
afterEach(() => {
  gateway.redox.answer = undefined;
});

/** Every field there is, under aliases; the caller's own values travel as variables and as literals. */
const EVERYTHING = `
fragment P on Patient { id destination identifier { value idType } identifiers { value idType } visits { ...V } media(first: 1) { ...C } }
fragment V on Visit { id destination visitNumber }
fragment C on MediaConnection { totalCount edges { cursor } nodes { ...M } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }
fragment M on Media { id destination documentId documentType documentDescription fileType fileName creationDateTime serviceDateTime
  contentReference content { mediaType byteLength sha256 base64 } visit { ...V patient { id } media { totalCount } } patient { id identifiers { value } } }
query ($patient: PatientInput!, $id: ID!) {
  patients(patients: [$patient, { identifiers: [{ value: "CANARY-MR", idType: " " }] }]) { ...P }
  visit(visitNumber: "CANARY-VISIT") { ...V patient { ...P } media { ...C } }
  media(documentId: "CANARY-DOCUMENT") { ...M }
  elsewhere: media(documentId: "CANARY-DOCUMENT", destination: "CANARY-DESTINATION") { ...M }
  mediaSearch(filter: { patients: [$patient], documentTypes: ["CANARY-TYPE"], serviced: { from: "CANARY-DATE" } }) { ...C }
  node(id: $id) { id }
  _entities(representations: [
    { __typename: "Media", destination: "general", documentId: "CANARY-DOCUMENT" },
    { __typename: "Patient", destination: "CANARY-DESTINATION", identifier: { value: "CANARY-MR", idType: "MR" } },
    { __typename: "CANARY-ENTITY" }]) { ... on Media { ...M } }
}`;
const VARIABLES = { patient: { identifiers: inputOf(PLANTED.identifiers) }, id: 'CANARY-ID' };

async function post(body: unknown) {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return {
    text,
    headers: JSON.stringify([...response.headers]),
    answer: JSON.parse(text) as Record<string, unknown>,
  };
}

/** The planted words in a text, plain or as base64 of any alignment. */
function findPlanted(text: string): string[] {
  const encoded = [0, 1, 2].map((shift) =>
    Buffer.from(`${'.'.repeat(shift)}CANARY-`)
      .toString('base64')
      .slice(shift + 1, 8),
  );
  return ['CANARY', ...encoded].filter((word) => text.includes(word));
}

/** Everything but `data`. */
async function expectSilenceBesideData(minimumErrors: number) {
  const { answer, headers } = await post({ query: EVERYTHING, variables: VARIABLES });
  const { data, errors, ...others } = answer;
  expect(data).toBeTypeOf('object');
  expect(errors).toHaveLength(Math.max(minimumErrors, Array.isArray(errors) ? errors.length : 0));
  expect(findPlanted(JSON.stringify(errors))).toEqual([]);
  expect(findPlanted(JSON.stringify(others))).toEqual([]);
  expect(findPlanted(headers)).toEqual([]);
  return data;
}

test('where it was asked for, it is in data: the words are really planted', async () => {
  const data = JSON.stringify(await expectSilenceBesideData(6));
  for (const [name, value] of Object.entries(PLANTED)) {
    if (name === 'fileContents') expect(data).not.toContain('CANARY-CONTENTS');
    else for (const word of [value].flat()) expect(data).toContain(typeof word === 'string' ? word : word.id);
  }
});

test('ids and cursors hold none of it, in any spelling', async () => {
  const { text } = await post({
    query: `query ($patient: PatientInput!) { patients(patients: [$patient]) { id visits { id } media { edges { cursor node { id } } } } }`,
    variables: { patient: VARIABLES.patient },
  });
  expect(text).toMatch(/"cursor":"[\w-]{40,}"/);
  expect(findPlanted(text)).toEqual([]);
  for (const [sealed] of text.matchAll(/[\w-]{40,}/g)) {
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('CANARY');
  }
});

const body = {
  Meta: {
    Logs: [{ ID: 'CANARY in a log id', AttemptID: 'CANARY' }, { ID: 'c3c4f5a0-0000-4d8b-8d76-5b6f0a4f9e21' }],
    Errors: [{ ID: 'CANARY', Text: 'No patient CANARY-MR', Type: 'CANARY', Module: 'CANARY' }],
    Destinations: [{ ID: 'CANARY', Name: 'CANARY' }],
  },
  errorDetail: 'CANARY',
  Media: [toRedoxItem(document)],
};
const headers = {
  'x-canary': 'CANARY',
  'www-authenticate': 'Bearer realm="CANARY"',
  'content-type': 'text/html',
};

test.each<[string, AnswerHook]>([
  ['Meta.Errors', () => ({ status: 200, body })],
  ['400', () => ({ status: 400, body, headers: { 'x-canary': 'CANARY' } })],
  ['401 for ever', () => ({ status: 401, body })],
  ['403', () => ({ status: 403, body })],
  ['413', () => ({ status: 413, body: 'CANARY', headers })],
  ['429', () => ({ status: 429, body, headers: { 'retry-after': 'CANARY' } })],
  ['500', () => ({ status: 500, body: '<html>CANARY-MR</html>', headers })],
  ['504', () => ({ status: 504, body: 'CANARY', headers })],
  ['a redirect', () => ({ status: 302, body: '', headers: { location: 'http://127.0.0.1:1/CANARY' } })],
  ['HTML', () => ({ status: 200, body: '<html>CANARY-MR</html>', headers })],
  ['broken JSON', () => ({ status: 200, body: JSON.stringify(body).slice(0, -20) })],
  ['entries that are none', () => ({ status: 200, body: { Meta: {}, Media: ['CANARY'] } })],
  [
    'items that satisfy no need',
    () => [
      chartDocument('', {
        ...PLANTED,
        identifiers: [{ id: 'CANARY-X', idType: 'CANARYTYPE' }],
        visitNumber: 'X',
        documentId: 'X',
      }),
    ],
  ],
  [
    'one DocumentID for several patients',
    () => [document, chartDocument('', { ...PLANTED, identifiers: [{ id: 'CANARY-X', idType: 'MR' }] })],
  ],
])('no error text of upstream passes: %s', async (_, hook) => {
  gateway.redox.answer = hook;
  await expectSilenceBesideData(5);
});
