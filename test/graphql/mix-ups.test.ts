/** Whatever upstream answers, no patient’s document is given to another: through the whole stack, many patients at once. */
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { toRedoxItem } from '../../sandbox/charts/chart.ts';
import type { AnswerHook, ChartDocument, RawItem } from '../../sandbox/sandbox.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { askWell, byRecordNumber, chartDocument, identifiersOf } from '../support/own-chart.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
/** Each document says in its description whose it is, whatever else it says or leaves out. */
const charts = NAMES.flatMap((name) =>
  ['Photo', 'Consent Form'].map((documentType) =>
    chartDocument(name, {
      documentId: `doc-${name}-${documentType}`,
      documentType,
      documentDescription: name,
    }),
  ),
);

let gateway: TestGateway;
let answer: AnswerHook = () => undefined;
// One for each test: what a destination's answers may cost in calls is bounded, and what they say is remembered.
beforeEach(async () => {
  answer = () => undefined;
  gateway = await startTestGateway({ charts, answer: (query, documents) => answer(query, documents) });
  return () => gateway.close();
});

type Node = { documentDescription: string; patient: { identifier: { value: string } } | null };
type Chart = {
  media: { nodes: Node[] } | null;
  photos: { nodes: Node[] } | null;
  visit: { media: { nodes: Node[] } | null };
};
const NODES = 'nodes { documentDescription patient { identifier { value } } }';

/** Asks for all patients in one operation, in three ways each; returns the owners of what every one was given. */
async function askEverybody(): Promise<Record<string, string[]>> {
  const field = (name: string) => `${name}: patient(identifiers: [{ value: "SYN-${name}", idType: "MR" }]) {
    media { ${NODES} } photos: media(filter: { documentTypes: ["Photo"] }) { ${NODES} }
    visit(visitNumber: "V-${name}") { media { ${NODES} } } }`;
  const { data } = await gateway.ask<Record<string, Chart>>(`{ ${NAMES.map(field).join('\n')} }`);
  return Object.fromEntries(
    Object.entries(data ?? {}).map(([name, { media, photos, visit }]) => {
      const nodes = [media, photos, visit.media].flatMap((one) => one?.nodes ?? []);
      for (const { patient } of nodes) expect(patient?.identifier.value).toBe(`SYN-${name}`);
      return [name, nodes.map(({ documentDescription }) => documentDescription)];
    }),
  );
}

/** Everybody has so many of their own documents, in all three ways together: 2, 1 and 2 when nothing is left unsaid. */
const everybodysOwn = () => Object.fromEntries(NAMES.map((name) => [name, Array(5).fill(name)]));

const item = (document: ChartDocument, changes: object): RawItem => {
  const item = toRedoxItem(document);
  return { raw: { ...(typeof item === 'object' ? item : {}), ...changes } };
};

describe('everybody has exactly their own documents though upstream', () => {
  test.each<[string, AnswerHook]>([
    ['answers as asked', () => undefined],
    ['answers everything to everybody', () => charts],
    ['answers in another order', (_, documents) => [...documents].reverse()],
    ['repeats every document', (_, documents) => [...documents, ...documents, ...documents]],
    [
      'adds documents of other patients',
      (_, documents) => [chartDocument('stranger'), ...documents, chartDocument('other')],
    ],
    ['leaves out every Patient', (_, documents) => documents.map((one) => item(one, { Patient: undefined }))],
    ['sends an empty Patient', (_, documents) => documents.map((one) => item(one, { Patient: {} }))],
    ['sends null for Patient', (_, documents) => documents.map((one) => item(one, { Patient: null }))],
    [
      'leaves out every DocumentID',
      (_, documents) => documents.map((one) => item(one, { DocumentID: undefined })),
    ],
    // What the broader fields bring does not say then what the narrower ones ask by: those have calls of their own.
    ['leaves out every Visit', (_, documents) => documents.map((one) => item(one, { Visit: undefined }))],
    [
      'leaves out every Patient and Visit',
      (_, documents) => documents.map((one) => item(one, { Patient: undefined, Visit: {} })),
    ],
    [
      'leaves out every DocumentType',
      (_, documents) => documents.map((one) => item(one, { DocumentType: null })),
    ],
  ])('%s', async (_, hook) => {
    answer = hook;
    expect(await askEverybody()).toEqual(everybodysOwn());
  });
});

describe('no patient has a document of another though upstream', () => {
  const renamed = (idType: string) => (document: ChartDocument) =>
    item(document, {
      Patient: { Identifiers: document.identifiers.map(({ id }) => ({ ID: id, IDType: idType })) },
    });
  const swapped = (document: ChartDocument) => {
    const other = NAMES[(NAMES.indexOf(document.documentDescription ?? '') + 1) % NAMES.length] ?? '';
    return chartDocument('', {
      ...document,
      identifiers: identifiersOf(other),
      documentDescription: other,
      visitNumber: `V-${other}`,
    });
  };
  test.each<[string, AnswerHook]>([
    ['renames every IDType', (_, documents) => documents.map(renamed('MRN'))],
    ['sends other letters', (_, documents) => documents.map(renamed('mr'))],
    [
      'leaves out every IDType',
      (_, documents) => documents.map((one) => item(one, { Patient: { Identifiers: [{ ID: 'SYN-a' }] } })),
    ],
    ['answers for the next patient', (_, documents) => documents.map(swapped)],
    ['answers everything, renamed', () => charts.map(renamed('MRN'))],
    ['answers nothing', () => []],
  ])('%s', async (_, hook) => {
    answer = hook;
    for (const [name, owners] of Object.entries(await askEverybody())) {
      expect(owners.filter((owner) => owner !== name)).toEqual([]);
    }
  });
});

test('visits and documents are whose number and id they say, not whose place they have', async () => {
  answer = () => [...charts].reverse();
  const fields = NAMES.flatMap((name) => [
    `v_${name}: visit(visitNumber: "V-${name}") { patient { identifier { value } } media { ${NODES} } }`,
    `d_${name}: media(documentId: "doc-${name}-Photo") { documentId documentDescription }`,
    `s_${name}: mediaSearch(filter: { visitNumbers: ["V-${name}"], documentTypes: ["Photo"] }) { ${NODES} }`,
  ]);
  const data = await askWell<Record<string, unknown>>(gateway, `{ ${fields.join('\n')} }`);
  for (const name of NAMES) {
    const node = { documentDescription: name, patient: { identifier: { value: `SYN-${name}` } } };
    expect(data[`v_${name}`]).toEqual({ patient: node.patient, media: { nodes: [node, node] } });
    expect(data[`d_${name}`]).toEqual({ documentId: `doc-${name}-Photo`, documentDescription: name });
    expect(data[`s_${name}`]).toEqual({ nodes: [node] });
  }
});

test('a search of several patients does not say whose a document is that names no patient', async () => {
  answer = () => charts.slice(0, 1).map((one) => item(one, { Patient: undefined }));
  const question = `query ($patients: [PatientInput!]!) { mediaSearch(filter: { patients: $patients }) { ${NODES} } }`;
  expect(await askWell(gateway, question, { patients: ['a', 'b'].map(byRecordNumber) })).toEqual({
    mediaSearch: { nodes: [{ documentDescription: 'a', patient: null }] },
  });
  expect(await askWell(gateway, question, { patients: [byRecordNumber('a')] })).toEqual({
    mediaSearch: { nodes: [{ documentDescription: 'a', patient: { identifier: { value: 'SYN-a' } } }] },
  });
});

test('any mess: what says whose it is reaches no other patient', async () => {
  const name = fc.constantFrom(...NAMES, 'stranger');
  const mess = fc.array(
    fc.record({
      owner: name,
      says: fc.constantFrom('all', 'all', 'second', 'renamed'),
      visitNumber: fc.option(
        name.map((one) => `V-${one}`),
        { nil: undefined },
      ),
      documentType: fc.constantFrom('Photo', 'Consent Form', null),
      documentId: fc.option(fc.constantFrom('doc-1', 'doc-2'), { nil: undefined }),
    }),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(mess, fc.boolean(), async (items, keepsOwn) => {
      const messy = items.map(({ owner, says, ...fields }) => {
        const [record, ehr] = identifiersOf(owner);
        const identifiers = {
          all: [record, ehr],
          second: [ehr],
          renamed: [{ id: `SYN-${owner}`, idType: 'X' }],
        }[says];
        return chartDocument('', {
          ...fields,
          documentDescription: owner,
          identifiers: identifiers.flatMap((one) => one ?? []),
        });
      });
      answer = (_, documents) => [...messy, ...(keepsOwn ? documents : [])];
      for (const [asked, owners] of Object.entries(await askEverybody())) {
        expect(owners.filter((owner) => owner !== asked)).toEqual([]);
      }
    }),
    { numRuns: 40 },
  );
});
