/** Sealed ids: stable, the same on every way to a node, enough to fetch it again, and nobody else's to make. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SEEDED_CHARTS, SEEDED_PATIENTS } from '../../sandbox/charts/seeded-charts.ts';
import type { ChartDocument } from '../../sandbox/sandbox.ts';
import { PLAIN_FIELDS } from '../support/expected-media.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { askWell, byRecordNumber, chartDocument, identifiersOf, inputOf } from '../support/own-chart.ts';
import { TEST_SECRET } from '../support/settings.ts';

const VERSIONS = ['first', 'second'].map((documentDescription) =>
  chartDocument('a', { documentId: 'doc-versions', documentDescription }),
);
const NAMELESS = { visitNumber: 'V-nameless', serviceDateTime: '2026-01-01' };
const charts: ChartDocument[] = [
  chartDocument('a', { documentId: 'doc-1', serviceDateTime: '2026-02-01T08:00:00Z' }),
  ...VERSIONS,
  // Without a DocumentID: two that differ in a file's bytes only, and twins that differ in nothing.
  chartDocument('a', { ...NAMELESS, fileContents: 'b25l' }),
  chartDocument('a', { ...NAMELESS, fileContents: 'dHdv' }),
  chartDocument('a', NAMELESS),
  chartDocument('a', NAMELESS),
  chartDocument('b', { documentId: 'doc-1b' }),
  chartDocument('c', { documentId: 'doc-ehr-first', identifiers: identifiersOf('c').reverse() }),
];

let gateway: TestGateway;
let seeded: TestGateway;
beforeAll(async () => {
  [gateway, seeded] = await Promise.all([startTestGateway({ charts }), startTestGateway()]);
});
afterAll(() => Promise.all([gateway.close(), seeded.close()]));

type Connection = { nodes: { id: string; documentId: string | null }[] };
const MEDIA_IDS = 'media { nodes { id documentId } }';

async function idsOfPatient(of: TestGateway, name = 'a'): Promise<string[]> {
  const { patient } = await askWell<{ patient: { media: Connection } }>(
    of,
    `query ($identifiers: [IdentifierInput!]!) { patient(identifiers: $identifiers) { ${MEDIA_IDS} } }`,
    byRecordNumber(name),
  );
  return patient.media.nodes.map(({ id }) => id);
}

describe('an id of a document', () => {
  test('is its own: versions of a DocumentID, documents without one, and identical twins have different ids', async () => {
    expect(new Set(await idsOfPatient(gateway)).size).toBe(7);
  });

  test('is the same however the document was reached, and in every operation', async () => {
    const data = await askWell<Record<string, { media: Connection } & Connection>>(
      gateway,
      `{ byRecord: patient(identifiers: [{ value: "SYN-a", idType: "MR" }]) { ${MEDIA_IDS} }
         byEhr: patient(identifiers: [{ value: "e-a", idType: "EHRID" }]) { ${MEDIA_IDS} }
         byBoth: patient(identifiers: [{ value: "e-a", idType: "EHRID" }, { value: "SYN-a", idType: "MR" }]) { ${MEDIA_IDS} }
         filtered: patient(identifiers: [{ value: "SYN-a", idType: "MR" }]) {
           media(filter: { visitNumbers: ["V-a", "V-nameless"], fileTypes: ["TXT"] }, orderBy: { field: FILE_NAME }) { nodes { id } } }
         search: mediaSearch(filter: { visitNumbers: ["V-a", "V-nameless"] }) { nodes { id documentId } } }`,
    );
    const ids = (await idsOfPatient(gateway)).sort();
    const { search, ...patients } = data;
    expect(search?.nodes.map(({ id }) => id).sort()).toEqual(ids);
    for (const { media } of Object.values(patients))
      expect(media.nodes.map(({ id }) => id).sort()).toEqual(ids);
  });

  test('is the same through the visit, the DocumentID, and below itself', async () => {
    type Answer = { media: { id: string; visit: { media: Connection }; patient: { media: Connection } } };
    const { media } = await askWell<Answer>(
      gateway,
      `{ media(documentId: "doc-1") { id visit { ${MEDIA_IDS} } patient { ${MEDIA_IDS} } } }`,
    );
    const { visit } = await askWell<{ visit: { media: Connection } }>(
      gateway,
      `{ visit(visitNumber: "V-a") { ${MEDIA_IDS} } }`,
    );
    for (const { nodes } of [media.visit.media, media.patient.media, visit.media]) {
      expect(nodes.find(({ documentId }) => documentId === 'doc-1')?.id).toBe(media.id);
    }
  });

  test('fetches that very document again, also one of twins and one of two versions', async () => {
    const ids = await idsOfPatient(gateway);
    const question = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    expect(await askWell(gateway, question, { ids })).toEqual({ nodes: ids.map((id) => ({ id })) });
  });

  test('leads to the same patient as the DocumentID does: the first that the document names', async () => {
    const patient = 'patient { id identifier { value } }';
    const { media } = await askWell<{ media: { id: string } }>(
      gateway,
      `{ media(documentId: "doc-ehr-first") { id ${patient} } }`,
    );
    expect(media).toMatchObject({ patient: { identifier: { value: 'e-c' } } });
    const { node } = await askWell<{ node: object }>(
      gateway,
      `query ($id: ID!) { node(id: $id) { id ... on Media { ${patient} } } }`,
      { id: media.id },
    );
    expect(node).toEqual(media);
  });

  test('is kept by a document that states nothing but what it is, and by its visit', async () => {
    gateway.redox.answer = ({ visitNumbers }) =>
      visitNumbers?.[0] === 'V-silent'
        ? [{ raw: { FileName: 'silent', Patient: {}, Visit: {} } }]
        : undefined;
    const { visit } = await askWell<{ visit: { media: Connection } }>(
      gateway,
      `{ visit(visitNumber: "V-silent") { ${MEDIA_IDS} } }`,
    );
    const [id] = visit.media.nodes.map((node) => node.id);
    const query =
      'query ($id: ID!) { node(id: $id) { id ... on Media { fileName visit { visitNumber } patient { id } } } }';
    const found = await askWell(gateway, query, { id });
    gateway.redox.answer = undefined;
    expect(found).toEqual({
      node: { id, fileName: 'silent', visit: { visitNumber: 'V-silent' }, patient: null },
    });
  });

  test('fetches that very document again, each of the seeded charts', async () => {
    for (const destination of ['general', 'county']) {
      const patients = SEEDED_PATIENTS.filter((one) => one.destination === destination).map(
        ({ identifiers }) => ({ identifiers: inputOf(identifiers.slice(0, 1)) }),
      );
      const fields = `id ${PLAIN_FIELDS} contentReference content { sha256 } patient { identifier { value } } visit { visitNumber }`;
      const { data } = await seeded.ask<{ mediaSearch: { nodes: { id: string }[] } }>(
        `query ($filter: MediaSearchFilter!, $destination: ID) {
          mediaSearch(filter: $filter, destination: $destination, first: 1000) { nodes { ${fields} } } }`,
        { filter: { patients }, destination },
      );
      const found = data?.mediaSearch.nodes ?? [];
      expect(found).toHaveLength(SEEDED_CHARTS.filter((one) => one.destination === destination).length);
      const ids = found.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (let from = 0; from < ids.length; from += 500) {
        const again = await seeded.ask<{ nodes: unknown[] }>(
          `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Media { ${fields} } } }`,
          { ids: ids.slice(from, from + 500) },
        );
        expect(again.data?.nodes).toEqual(found.slice(from, from + 500));
      }
    }
  });
});

describe('the secret', () => {
  test('makes ids: equal secrets the same, another secret others; the second of two still opens', async () => {
    const other = 'another-secret-of-the-test-suite-as-long';
    await using same = await startTestGateway({ charts });
    await using different = await startTestGateway({ charts }, { GATEWAY_SECRET: other });
    await using rotated = await startTestGateway({ charts }, { GATEWAY_SECRET: `${other},${TEST_SECRET}` });
    const ids = await idsOfPatient(gateway);
    expect(await idsOfPatient(same)).toEqual(ids);
    const others = await idsOfPatient(different);
    expect(others.filter((id) => ids.includes(id))).toEqual([]);
    expect(await idsOfPatient(rotated)).toEqual(others);

    const question = ['query ($id: ID!) { node(id: $id) { id } }', { id: ids[0] }] as const;
    expect((await rotated.ask(...question)).data).toEqual({ node: { id: others[0] } });
    const [refusal] = (await different.ask(...question)).errors;
    expect(refusal?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'id' });
  });

  test('keeps patients unreadable: no id holds an identifier in any common spelling', async () => {
    const ids = await idsOfPatient(gateway);
    const spellings = ids.flatMap((id) => [id, Buffer.from(id, 'base64url').toString('latin1')]);
    for (const text of spellings) expect(text).not.toMatch(/SYN|e-a|doc-|V-a|MR/);
  });
});
