/** Contract §6: what one operation may cost upstream, row by row. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ChartDocument } from '../../sandbox/sandbox.ts';
import { askTogether } from '../support/arrivals.ts';
import { holdAnswers } from '../support/gate.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { until } from '../support/until.ts';

const TYPES = ['Photo', 'Consent Form', 'Treatment Plan', 'Voice Memo', 'Wound Photo'];

/** 250 patients, two visits each, five documents of five types each. */
const charts: ChartDocument[] = Array.from({ length: 250 }, (_, patient) =>
  TYPES.map((documentType, at) => ({
    destination: 'general' as const,
    identifiers: [
      { id: `SYN-${patient}`, idType: 'MR' },
      { id: `e-${patient}`, idType: 'EHRID' },
    ],
    visitNumber: `V-${patient}-${at % 2}`,
    documentId: `doc-${patient}-${at}`,
    documentType,
    fileType: 'TXT',
    fileContents: 'c3ludGhldGlj',
    serviceDateTime: `2026-03-0${at + 1}T08:00:00Z`,
  })),
).flat();

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ charts });
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.redox.calls.length = 0;
});

const patientsInput = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => ({ identifiers: [{ value: `SYN-${from + at}`, idType: 'MR' }] }));

/** Runs one operation that must succeed; returns its data and the calls it cost. */
async function run(query: string, variables: Record<string, unknown> = {}) {
  let answer = {
    data: undefined as Record<string, unknown> | null | undefined,
    errors: [] as readonly unknown[],
  };
  const calls = await gateway.countCalls(async () => {
    answer = await gateway.ask(query, variables);
  });
  expect(answer.errors).toEqual([]);
  return { calls, data: answer.data ?? {} };
}

function queriesSent(): Record<string, unknown>[] {
  return gateway.redox.calls.map(({ query }) => query as Record<string, unknown>);
}

describe('one operation costs', () => {
  test('0 calls for ids, destinations, identifiers, visit numbers and type names', async () => {
    const { calls } = await run(
      `query ($patients: [PatientInput!]!) {
        destinations { id isDefault }
        patients(patients: $patients) {
          __typename id destination identifier { value idType }
          visit(visitNumber: "V-1-0") { __typename id destination visitNumber patient { id } }
        }
        visit(visitNumber: "V-2-0") { __typename id destination visitNumber }
      }`,
      { patients: patientsInput(50) },
    );
    expect(calls).toBe(0);
  });

  test('1 call for 50 patients with media', async () => {
    const { calls, data } = await run(
      `query ($patients: [PatientInput!]!) { patients(patients: $patients) { media { totalCount } } }`,
      { patients: patientsInput(50) },
    );
    expect(calls).toBe(1);
    expect(data['patients']).toEqual(Array.from({ length: 50 }, () => ({ media: { totalCount: 5 } })));
  });

  test('1 call for 50 patients, their visits, media, visits and patients, at any depth', async () => {
    const { calls, data } = await run(
      `query ($patients: [PatientInput!]!) {
        patients(patients: $patients) {
          id
          visits { id visitNumber
            media { nodes { documentId
              visit { id patient { id identifiers { value } visits { id media { totalCount nodes { patient { id } } } } } }
            } }
          }
        }
      }`,
      { patients: patientsInput(50) },
    );
    expect(calls).toBe(1);
    expect(JSON.stringify(data).match(/"documentId"/g)).toHaveLength(250);
  });

  test('1 call for 10 patients with two aliases of different document types', async () => {
    const { calls } = await run(
      `query ($patients: [PatientInput!]!) {
        patients(patients: $patients) {
          photos: media(filter: { documentTypes: ["Photo"] }) { totalCount }
          consents: media(filter: { documentTypes: ["Consent Form"] }) { totalCount }
        }
      }`,
      { patients: patientsInput(10) },
    );
    expect(calls).toBe(1);
    expect(queriesSent()[0]?.['DocumentTypes']).toEqual(['Photo', 'Consent Form']);
  });

  test('1 call for media and filtered media of the same patient', async () => {
    const { calls, data } = await run(
      `{ patient(identifiers: [{ value: "SYN-7", idType: "MR" }]) {
          all: media { totalCount }
          photos: media(filter: { documentTypes: ["Photo"] }) { totalCount }
          one: media(filter: { documentIds: ["doc-7-3"], visitNumbers: ["V-7-1"] }) { totalCount }
        } }`,
    );
    expect(calls).toBe(1);
    expect(data['patient']).toEqual({
      all: { totalCount: 5 },
      photos: { totalCount: 1 },
      one: { totalCount: 1 },
    });
  });

  test('at most 5 calls for 10 patients with their own one of 5 types, and nothing that was not asked for', async () => {
    const fields = patientsInput(10).map(
      ({ identifiers: [one] }, at) =>
        `p${at}: patient(identifiers: [{ value: "${one?.value}", idType: "MR" }]) {
          media(filter: { documentTypes: ["${TYPES[at % 5]}"] }) { totalCount } }`,
    );
    const { calls, data } = await run(`{ ${fields.join('\n')} }`);
    expect(calls).toBeLessThanOrEqual(5);
    expect(Object.values(data)).toEqual(Array.from({ length: 10 }, () => ({ media: { totalCount: 1 } })));
    const fetched = queriesSent().reduce((sum, { Patients, DocumentTypes }) => {
      return sum + (Patients as unknown[]).length * (DocumentTypes as unknown[]).length;
    }, 0);
    expect(fetched).toBe(10);
  });

  test('3 calls for 10 by patient, 10 by visit number and 10 by document id', async () => {
    const visits = Array.from(
      { length: 10 },
      (_, at) => `v${at}: visit(visitNumber: "V-${30 + at}-0") { media { totalCount } }`,
    );
    const documents = Array.from(
      { length: 10 },
      (_, at) => `d${at}: media(documentId: "doc-${60 + at}-1") { documentType }`,
    );
    const { calls } = await run(
      `query ($patients: [PatientInput!]!) {
        patients(patients: $patients) { media { totalCount } }
        ${visits.join('\n')}
        ${documents.join('\n')}
      }`,
      { patients: patientsInput(10) },
    );
    expect(calls).toBe(3);
  });

  test.each([
    [
      'Patient',
      (at: number) => ({ destination: 'general', identifier: { value: `SYN-${at}`, idType: 'MR' } }),
      'media { totalCount }',
    ],
    ['Media', (at: number) => ({ destination: 'general', documentId: `doc-${at}-2` }), 'documentType'],
    ['Visit', (at: number) => ({ destination: 'general', visitNumber: `V-${at}-1` }), 'media { totalCount }'],
  ])('1 call for 100 %s references', async (__typename, keysOf, selection) => {
    const representations = Array.from({ length: 100 }, (_, at) => ({ __typename, ...keysOf(at) }));
    const { calls, data } = await run(
      `query ($representations: [_Any!]!) {
        _entities(representations: $representations) { ... on ${__typename} { ${selection} } }
      }`,
      { representations },
    );
    expect(calls).toBe(1);
    expect(data['_entities']).toHaveLength(100);
    expect(JSON.stringify(data)).not.toContain('null');
  });

  test('1 call for 100 visits, each reached through its own patient', async () => {
    // In two operations, since one has at most 50 fields at its root; an id keeps how its visit was reached.
    const idsFrom = async (first: number) => {
      const fields = Array.from(
        { length: 50 },
        (_, at) => `p${at}: patient(identifiers: [{ value: "SYN-${first + at}", idType: "MR" }]) {
          visit(visitNumber: "V-${first + at}-0") { id } }`,
      );
      const { data } = await run(`{ ${fields.join('\n')} }`);
      return Object.values(data as Record<string, { visit: { id: string } }>).map(({ visit }) => visit.id);
    };
    const ids = [...(await idsFrom(0)), ...(await idsFrom(50))];
    const { calls, data } = await run(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Visit { media { totalCount nodes { documentId } } } } }',
      { ids },
    );
    expect(calls).toBe(1);
    const visits = data['nodes'] as { media: { totalCount: number } }[];
    expect(visits.map(({ media }) => media.totalCount)).toEqual(Array.from({ length: 100 }, () => 3));
  });

  test('2 calls in parallel for 200 patients, when a call takes 100', async () => {
    using gate = holdAnswers(gateway.redox);
    const answered = run(
      `query ($patients: [PatientInput!]!) { patients(patients: $patients) { media { totalCount } } }`,
      { patients: patientsInput(200) },
    );
    await until(() => gateway.redox.inFlight === 2);
    gate.open();
    const { calls, data } = await answered;
    expect(calls).toBe(2);
    expect(data['patients']).toHaveLength(200);
  });

  test('0 calls for a filter that matches nothing', async () => {
    const { calls, data } = await run(
      `{ patient(identifiers: [{ value: "SYN-7", idType: "MR" }]) { media(filter: { documentTypes: [] }) { totalCount } }
         mediaSearch(filter: { documentIds: [] }) { totalCount nodes { id } } }`,
    );
    expect(calls).toBe(0);
    expect(data).toEqual({
      patient: { media: { totalCount: 0 } },
      mediaSearch: { totalCount: 0, nodes: [] },
    });
  });
});

describe('operations at the same time cost', () => {
  test('1 call for 100 identical operations', async () => {
    const query = `{ patient(identifiers: [{ value: "SYN-9", idType: "MR" }]) { media { totalCount } } }`;
    const calls = await gateway.countCalls(async () => {
      for (const { data } of await askTogether(gateway, 100, () => gateway.ask(query))) {
        expect(data).toEqual({ patient: { media: { totalCount: 5 } } });
      }
    });
    expect(calls).toBe(1);
  });
});
