/** Ids of patients and visits: the same below themselves, and enough to go on from. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { askWell, chartDocument } from '../support/own-chart.ts';

const charts = [
  chartDocument('a', { documentId: 'doc-1' }),
  chartDocument('a', { documentId: 'doc-2', visitNumber: 'V-other' }),
  chartDocument('b', { documentId: 'doc-1b' }),
];

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ charts });
});
afterAll(() => gateway.close());

describe('an id of a patient or visit', () => {
  test('stays the same when it is reached again below itself', async () => {
    type Visit = { id: string; patient: { id: string; visits: { id: string }[] } };
    const data = await askWell<{ patient: { id: string; visits: Visit[] }; visit: Visit }>(
      gateway,
      `{ patient(identifiers: [{ value: "e-a", idType: "EHRID" }]) { id visits { id patient { id visits { id } } } }
         visit(visitNumber: "V-b") { id patient { id visits { id }
           media { nodes { patient { id } visit { id patient { id } } } } } } }`,
    );
    const { patient, visit } = data;
    for (const below of patient.visits) {
      expect(below.patient).toEqual({ id: patient.id, visits: patient.visits.map(({ id }) => ({ id })) });
    }
    expect(visit.patient).toEqual({
      id: visit.patient.id,
      visits: [{ id: visit.id }],
      media: {
        nodes: [
          { patient: { id: visit.patient.id }, visit: { id: visit.id, patient: { id: visit.patient.id } } },
        ],
      },
    });
  });

  test('opens to the same node, with several identifiers and through a patient', async () => {
    const fields = `... on Patient { id identifier { value } media { totalCount } }
      ... on Visit { id visitNumber patient { id } media { totalCount } }`;
    const { patient, visit } = await askWell<{
      patient: { id: string; visit: { id: string } };
      visit: { id: string };
    }>(
      gateway,
      `{ patient(identifiers: [{ value: "e-a", idType: "EHRID" }, { value: "SYN-a", idType: "MR" }]) { id visit(visitNumber: "V-a") { id } }
         visit(visitNumber: "V-a") { id } }`,
    );
    const ids = [patient.id, patient.visit.id, visit.id];
    expect(new Set(ids).size).toBe(3);
    const { nodes } = await askWell<{ nodes: { id: string }[] }>(
      gateway,
      `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename ${fields} } }`,
      { ids },
    );
    expect(nodes).toEqual([
      { __typename: 'Patient', id: patient.id, identifier: { value: 'e-a' }, media: { totalCount: 2 } },
      {
        __typename: 'Visit',
        id: patient.visit.id,
        visitNumber: 'V-a',
        patient: { id: patient.id },
        media: { totalCount: 1 },
      },
      {
        __typename: 'Visit',
        id: visit.id,
        visitNumber: 'V-a',
        patient: { id: expect.any(String) },
        media: { totalCount: 1 },
      },
    ]);
  });

  test('opens however long it is: a patient may be asked for by hundreds of identifiers', async () => {
    const identifiers = Array.from({ length: 400 }, (_, at) => ({
      value: `SYN-long-${at}`,
      idType: 'EPISODE',
    }));
    const { patient } = await askWell<{ patient: { id: string } }>(
      gateway,
      'query ($identifiers: [IdentifierInput!]!) { patient(identifiers: $identifiers) { id } }',
      { identifiers },
    );
    const { node } = await askWell<{ node: { id: string } }>(
      gateway,
      'query ($id: ID!) { node(id: $id) { id } }',
      {
        id: patient.id,
      },
    );
    expect(node.id).toBe(patient.id);
  });
});
