/** A client's normalised cache gives back what the gateway sent: Apollo Client's, as it comes. */
import { ApolloClient, gql, HttpLink, InMemoryCache, type OperationVariables } from '@apollo/client';
import { print } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SEEDED_PATIENTS } from '../../sandbox/charts/seeded-charts.ts';
import { EXAMPLE_OPERATIONS } from '../../src/graphql/schema/example-operations.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { askWell, byRecordNumber, chartDocument, inputOf } from '../support/own-chart.ts';

/** Caches keep the answers of queries alone. */
const QUERIES = EXAMPLE_OPERATIONS.filter(({ type }) => type === 'query');

/** Two patients whose identifiers differ in their types alone, and one who shares a value with them. */
const NUMBERED = [
  chartDocument('a', {
    documentId: 'doc-a',
    identifiers: [
      { id: '777', idType: 'MR' },
      { id: '777', idType: 'EHRID' },
    ],
  }),
  chartDocument('b', {
    documentId: 'doc-b',
    identifiers: [
      { id: '778', idType: 'MR' },
      { id: '777', idType: 'PORTAL' },
    ],
  }),
];

let seeded: TestGateway;
let numbered: TestGateway;
beforeAll(async () => {
  [seeded, numbered] = await Promise.all([startTestGateway(), startTestGateway({ charts: NUMBERED })]);
});
afterAll(() => Promise.all([seeded.close(), numbered.close()]));

const createClient = ({ url }: TestGateway) =>
  new ApolloClient({ cache: new InMemoryCache(), link: new HttpLink({ uri: url }) });

/**
 * What the client shows of an operation, once it needs no more than its cache; and what was sent of it. Responses to the same
 * question name the response that they are in their cursors, so it is one response that both are.
 */
async function showFromCache(
  client: ApolloClient,
  gateway: TestGateway,
  text: string,
  variables: OperationVariables,
) {
  const document = gql(text);
  const sent = await askWell(gateway, print(client.cache.transformDocument(document)), variables);
  client.writeQuery({ query: document, variables, data: sent });
  const shown = await client.query({ query: document, variables, fetchPolicy: 'cache-only' });
  return { shown: shown.data, sent };
}

test.each(QUERIES)('the example $name', async ({ document, variables }) => {
  const { shown, sent } = await showFromCache(createClient(seeded), seeded, document, { ...variables });
  expect(shown).toEqual(sent);
});

test('all example operations, one after the other in one cache', async () => {
  const client = createClient(seeded);
  for (const { document, variables } of QUERIES) {
    await client.query({ query: gql(document), variables: { ...variables } });
  }
  for (const { document, variables } of QUERIES) {
    const { shown, sent } = await showFromCache(client, seeded, document, { ...variables });
    expect(shown).toEqual(sent);
  }
});

test('a document by its id, and whose it is', async () => {
  const document = 'query { media(documentId: "doc-a") { id patient { id identifiers { value idType } } } }';
  const { shown, sent } = await showFromCache(createClient(numbered), numbered, document, {});
  expect(JSON.stringify(sent)).toContain('EHRID');
  expect(shown).toEqual(sent);
});

describe('identifiers of one value and several types', () => {
  const EVERY_WAY = `query ($patients: [PatientInput!]!) {
    patients(patients: $patients) {
      id identifier { value idType } identifiers { value idType }
      media { nodes { id patient { id identifier { value idType } identifiers { value idType } } } }
    }
  }`;
  const inputs = NUMBERED.map(({ identifiers }) => ({ identifiers: inputOf(identifiers) }));

  test.each([
    ['of one patient', inputs.slice(0, 1)],
    ['of two', inputs],
    ['of two, asked by one each', inputs.map(({ identifiers }) => ({ identifiers: identifiers.slice(-1) }))],
  ])('%s', async (_, patients) => {
    const { shown, sent } = await showFromCache(createClient(numbered), numbered, EVERY_WAY, { patients });
    expect(sent).toMatchObject({
      patients: patients.map(({ identifiers }) => ({ identifier: identifiers[0] })),
    });
    expect(JSON.stringify(sent)).toContain('"idType":"EHRID"');
    expect(shown).toEqual(sent);
  });
});

test.each(['general', 'county'])('every seeded chart of %s, reached every way', async (destination) => {
  const document = `query ($patients: [PatientInput!]!, $destination: ID) {
    patients(patients: $patients, destination: $destination) { ...P media { totalCount nodes { ...M } } visits { ...V } }
  }
  fragment P on Patient { id destination identifier { value idType } identifiers { value idType } }
  fragment V on Visit { id visitNumber patient { ...P } media(first: 2) { nodes { ...M } pageInfo { endCursor } } }
  fragment M on Media { id documentId documentType fileName patient { ...P } visit { id visitNumber } }`;
  const patients = SEEDED_PATIENTS.filter((one) => one.destination === destination).map(
    ({ identifiers }) => ({
      identifiers: inputOf(identifiers.slice(0, 1)),
    }),
  );
  const { shown, sent } = await showFromCache(createClient(seeded), seeded, document, {
    patients,
    destination,
  });
  expect(shown).toEqual(sent);
});

test('a field that a client calls `id` would not come back: this test can see it', async () => {
  const aliased = `query ($identifiers: [IdentifierInput!]!) {
    patient(identifiers: $identifiers) { identifiers { id: value idType } } }`;
  const { shown, sent } = await showFromCache(createClient(numbered), numbered, aliased, {
    identifiers: byRecordNumber('').identifiers.map((one) => ({ ...one, value: '777' })),
  });
  expect(sent).toMatchObject({ patient: { identifiers: [{ idType: 'MR' }, { idType: 'EHRID' }] } });
  expect(shown).not.toEqual(sent);
});
