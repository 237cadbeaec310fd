/** Every field of Query, by what it promises in the schema. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { askWell, byRecordNumber } from '../support/own-chart.ts';
import { charts } from './queried-charts.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ charts });
});
afterAll(() => gateway.close());

test('destinations: all aliases, the first of the settings as the default', async () => {
  expect(await askWell(gateway, '{ destinations { __typename id isDefault } }')).toEqual({
    destinations: [
      { __typename: 'Destination', id: 'general', isDefault: true },
      { __typename: 'Destination', id: 'county', isDefault: false },
    ],
  });
});

describe('patient', () => {
  test('without documents is a patient with an empty connection', async () => {
    const data = await askWell(
      gateway,
      `{ patient(identifiers: [{ value: "SYN-nobody", idType: "MR" }]) {
          __typename destination identifier { __typename value idType } identifiers { value idType } visits { id }
          media { __typename totalCount edges { cursor } nodes { id }
            pageInfo { __typename hasNextPage hasPreviousPage startCursor endCursor } } } }`,
    );
    expect(data).toEqual({
      patient: {
        __typename: 'Patient',
        destination: 'general',
        identifier: { __typename: 'Identifier', value: 'SYN-nobody', idType: 'MR' },
        identifiers: [{ value: 'SYN-nobody', idType: 'MR' }],
        visits: [],
        media: {
          __typename: 'MediaConnection',
          totalCount: 0,
          edges: [],
          nodes: [],
          pageInfo: {
            __typename: 'PageInfo',
            hasNextPage: false,
            hasPreviousPage: false,
            startCursor: null,
            endCursor: null,
          },
        },
      },
    });
  });

  test('has ALL identifiers asked by: two of different patients are no patient', async () => {
    const data = await askWell(
      gateway,
      `{ mixed: patient(identifiers: [{ value: "SYN-a", idType: "MR" }, { value: "e-b", idType: "EHRID" }]) { media { totalCount } }
         both: patient(identifiers: [{ value: "SYN-a", idType: "MR" }, { value: "e-a", idType: "EHRID" }]) { media { totalCount } }
         wrongType: patient(identifiers: [{ value: "SYN-a", idType: "EHRID" }]) { media { totalCount } }
         otherCase: patient(identifiers: [{ value: "syn-a", idType: "MR" }]) { media { totalCount } } }`,
    );
    expect(data).toEqual({
      mixed: { media: { totalCount: 0 } },
      both: { media: { totalCount: 2 } },
      wrongType: { media: { totalCount: 0 } },
      otherCase: { media: { totalCount: 0 } },
    });
  });

  test('is of one destination only, and a visit of theirs may be unknown', async () => {
    const data = await askWell(
      gateway,
      `{ patient(identifiers: [{ value: "SYN-far", idType: "MR" }]) { media { totalCount } visit(visitNumber: "V-none") { media { totalCount } } }
         far: patient(identifiers: [{ value: "SYN-far", idType: "MR" }], destination: "county") { destination media { nodes { destination } } } }`,
    );
    expect(data).toEqual({
      patient: { media: { totalCount: 0 }, visit: { media: { totalCount: 0 } } },
      far: { destination: 'county', media: { nodes: [{ destination: 'county' }] } },
    });
  });
});

test('patients: in order, as long as asked, repeated as asked; a faulty entry nulls itself only', async () => {
  const patients = ['b', 'nobody', 'a', 'b'].map(byRecordNumber);
  const { data, errors } = await gateway.ask<{ patients: unknown[] }>(
    'query ($patients: [PatientInput!]!) { patients(patients: $patients) { identifier { value } media { totalCount } } }',
    { patients: [...patients.slice(0, 2), { identifiers: [] }, ...patients.slice(2)] },
  );
  expect(data?.patients).toEqual([
    { identifier: { value: 'SYN-b' }, media: { totalCount: 1 } },
    { identifier: { value: 'SYN-nobody' }, media: { totalCount: 0 } },
    null,
    { identifier: { value: 'SYN-a' }, media: { totalCount: 2 } },
    { identifier: { value: 'SYN-b' }, media: { totalCount: 1 } },
  ]);
  expect(errors.map(({ path, extensions }) => [path, extensions.code, extensions['argument']])).toEqual([
    [['patients', 2], 'BAD_USER_INPUT', 'patients[2].identifiers'],
  ]);
});

test('node and nodes: what the ids were sealed for, in their order; a bad id and a lost document null their own entry', async () => {
  const { a, b } = await askWell<Record<string, { id: string }>>(
    gateway,
    '{ a: media(documentId: "doc-a1") { id } b: visit(visitNumber: "V-b") { id } }',
  );
  const ids = [b?.id, 'no-id-of-ours', a?.id];
  const question = `query ($ids: [ID!]!, $id: ID!) { nodes(ids: $ids) { __typename id } node(id: $id) { __typename id } }`;
  const { data, errors } = await gateway.ask(question, { ids, id: a?.id });
  expect(data).toEqual({
    nodes: [{ __typename: 'Visit', id: b?.id }, null, { __typename: 'Media', id: a?.id }],
    node: { __typename: 'Media', id: a?.id },
  });
  expect(errors).toMatchObject([
    { path: ['nodes', 1], extensions: { code: 'BAD_USER_INPUT', argument: 'ids[1]' } },
  ]);
  gateway.redox.answer = () => [];
  try {
    expect(await askWell(gateway, 'query ($id: ID!) { node(id: $id) { id } }', { id: a?.id })).toEqual({
      node: null,
    });
  } finally {
    gateway.redox.answer = undefined;
  }
});
