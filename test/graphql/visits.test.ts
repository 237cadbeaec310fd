/** Visits: whose they are, and that a number that several patients share mixes no two of them up. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { askWell, chartDocument } from '../support/own-chart.ts';

const nobody = { identifiers: [], fileType: 'PNG' };
const charts = [
  chartDocument('a', { documentId: 'doc-a1', visitNumber: 'V-1' }),
  chartDocument('a', {
    documentId: 'doc-a2',
    visitNumber: 'V-1',
    identifiers: [{ id: 'e-a', idType: 'EHRID' }],
  }),
  chartDocument('a', { documentId: 'doc-a3', visitNumber: 'V-shared', documentType: 'Consent Form' }),
  chartDocument('b', { documentId: 'doc-b1', visitNumber: 'V-shared' }),
  chartDocument('b', { documentId: 'doc-b2', visitNumber: 'V-half' }),
  chartDocument('', { ...nobody, documentId: 'doc-x1', visitNumber: 'V-half' }),
  chartDocument('', { ...nobody, documentId: 'doc-x2', visitNumber: 'V-unsaid' }),
];

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ charts });
});
afterAll(() => gateway.close());

describe('Visit.patient is', () => {
  test.each([
    ['the one whose documents it holds', 'V-1', { identifier: { value: 'SYN-a' } }],
    ['null when the destination does not say', 'V-unsaid', null],
    ['null when it does not say of every document', 'V-half', null],
    ['null when the visit has no documents', 'V-none', null],
  ])('%s', async (_, visitNumber, patient) => {
    expect(
      await askWell(
        gateway,
        'query ($n: ID!) { visit(visitNumber: $n) { patient { identifier { value } } } }',
        {
          n: visitNumber,
        },
      ),
    ).toEqual({ visit: { patient } });
  });

  test('AMBIGUOUS_VISIT when several patients share the number, and nothing else is lost', async () => {
    const { data, errors } = await gateway.ask(
      `{ visit(visitNumber: "V-shared") { visitNumber patient { id }
          media(orderBy: { field: DOCUMENT_TYPE, direction: ASC }) { nodes { documentId patient { identifier { value } } } } }
         other: visit(visitNumber: "V-1") { patient { identifier { value } } } }`,
    );
    expect(data).toEqual({
      visit: {
        visitNumber: 'V-shared',
        patient: null,
        media: {
          nodes: [
            { documentId: 'doc-a3', patient: { identifier: { value: 'SYN-a' } } },
            { documentId: 'doc-b1', patient: { identifier: { value: 'SYN-b' } } },
          ],
        },
      },
      other: { patient: { identifier: { value: 'SYN-a' } } },
    });
    expect(errors).toEqual([
      {
        message: 'Several patients share this visit number; reach the visit through its patient.',
        path: ['visit', 'patient'],
        locations: [expect.anything()],
        extensions: { code: 'AMBIGUOUS_VISIT', retryable: false },
      },
    ]);
  });
});

describe('a visit number that two patients share', () => {
  test('holds each one’s own documents when reached through them, at any depth', async () => {
    const below = `visit(visitNumber: "V-shared") { media { nodes { documentId patient { identifier { value } }
      visit { patient { identifier { value } } media { nodes { documentId } } } } } }`;
    const data = await askWell(
      gateway,
      `{ a: patient(identifiers: [{ value: "SYN-a", idType: "MR" }]) { ${below} }
         b: patient(identifiers: [{ value: "SYN-b", idType: "MR" }]) { ${below} } }`,
    );
    const expected = (documentId: string, value: string) => {
      const patient = { identifier: { value } };
      const node = { documentId, patient, visit: { patient, media: { nodes: [{ documentId }] } } };
      return { visit: { media: { nodes: [node] } } };
    };
    expect(data).toEqual({ a: expected('doc-a3', 'SYN-a'), b: expected('doc-b1', 'SYN-b') });
  });

  test('is that of the document’s own patient when reached through a filtered list or one document', async () => {
    const data = await askWell(
      gateway,
      `{ visit(visitNumber: "V-shared") { media(filter: { documentTypes: ["Photo"] }) { nodes {
           patient { visit(visitNumber: "V-shared") { media { nodes { documentId } } } } } } }
         media(documentId: "doc-a3") { visit { patient { identifier { value } } media { nodes { documentId } } } } }`,
    );
    expect(data).toEqual({
      visit: { media: { nodes: [{ patient: { visit: { media: { nodes: [{ documentId: 'doc-b1' }] } } } }] } },
      media: {
        visit: { patient: { identifier: { value: 'SYN-a' } }, media: { nodes: [{ documentId: 'doc-a3' }] } },
      },
    });
  });
});

describe('a document that names no patient', () => {
  test('is not taken for that of the one patient whom others of its visit name', async () => {
    const { visit } = await askWell<{ visit: { media: { nodes: { documentId: string }[] } } }>(
      gateway,
      `{ visit(visitNumber: "V-half") { media { nodes { documentId patient { identifier { value } } } } } }`,
    );
    expect(visit.media.nodes.sort((a, b) => (a.documentId < b.documentId ? -1 : 1))).toEqual([
      { documentId: 'doc-b2', patient: { identifier: { value: 'SYN-b' } } },
      { documentId: 'doc-x1', patient: null },
    ]);
  });

  test('is not among the documents of that patient’s visit', async () => {
    const mine = 'visit(visitNumber: "V-half") { media { nodes { documentId } } }';
    const data = await askWell(
      gateway,
      `{ visit(visitNumber: "V-half") { patient { ${mine} visits { media { nodes { documentId } } } }
           media(filter: { fileTypes: ["TXT"] }) { nodes { patient { ${mine} } } } } }`,
    );
    const own = { media: { nodes: [{ documentId: 'doc-b2' }] } };
    expect(data).toEqual({
      visit: {
        patient: null,
        media: { nodes: [{ patient: { visit: own } }] },
      },
    });
  });
});
