/** Over random charts: in one answer every id of a patient has one list of identifiers, and the lists cost no calls. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChartDocument, SandboxOptions } from '../../sandbox/sandbox.ts';
import { fewerCases } from '../support/cases.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { startSkippingClock } from '../support/skipping-clock.ts';

const NAMES = ['a', 'b', 'c'];
const VISITS = ['V-1', 'V-2', 'V-3'];
const DOCUMENTS = ['d-1', 'd-2', 'd-3', 'd-4'];
const TYPES = ['MR', 'EHRID', 'PORTAL'];

const types: fc.Arbitrary<readonly string[]> = fc.oneof(
  { weight: 3, arbitrary: fc.shuffledSubarray(TYPES, { minLength: 1 }) },
  { weight: 2, arbitrary: fc.constant(TYPES) },
  { weight: 1, arbitrary: fc.constant([]) },
);

/** Each document names some of its patient's identifiers, in any order, or none. */
const document: fc.Arbitrary<ChartDocument> = fc
  .record({
    name: fc.constantFrom(...NAMES),
    types,
    visitNumber: fc.option(fc.constantFrom(...VISITS), { freq: 5 }),
    documentId: fc.option(fc.constantFrom(...DOCUMENTS), { freq: 5 }),
    serviceDateTime: fc.constantFrom('2026-03-04', '2026-03-05', null),
  })
  .map(({ name, types, ...fields }) =>
    chartDocument(name, {
      ...fields,
      identifiers: types.map((idType) => ({ id: `SYN-${name}-${idType}`, idType })),
    }),
  );

const PATIENT = 'id identifier { value idType } identifiers { value idType }';
const BELOW = `${PATIENT} visits { id visitNumber patient { ${PATIENT} } } media { nodes { id patient { ${PATIENT} } visit { id visitNumber patient { ${PATIENT} } } } }`;
const input = (name: string, ...types: string[]) =>
  `[${types.map((idType) => `{ value: "SYN-${name}-${idType}", idType: "${idType}" }`).join()}]`;

/** Fields at the root, with what is asked of the patients that they lead to. */
type Field = (ofPatients: string) => string;
const name = fc.constantFrom(...NAMES);
const visitNumber = fc.constantFrom(...VISITS);
const documentIds = fc.subarray(DOCUMENTS, { minLength: 1 }).map((ids) => JSON.stringify(ids));
const throughDocuments: fc.Arbitrary<Field> = fc.oneof(
  fc.constantFrom(...DOCUMENTS).map(
    (id): Field =>
      (of) =>
        `media(documentId: "${id}") { id patient { id ${of} } visit { id visitNumber patient { id ${of} } } }`,
  ),
  visitNumber.map(
    (number): Field =>
      (of) =>
        `visit(visitNumber: "${number}") { id visitNumber patient { id ${of} } media { nodes { id patient { id ${of} } visit { id visitNumber patient { id ${of} } } } } }`,
  ),
  documentIds.map(
    (ids): Field =>
      (of) =>
        `mediaSearch(filter: { documentIds: ${ids} }) { nodes { id patient { id ${of} } visit { id visitNumber patient { id ${of} } } } }`,
  ),
  fc.tuple(name, name, fc.subarray(TYPES, { minLength: 1 }), documentIds).map(
    ([one, other, types, ids]): Field =>
      (of) =>
        `mediaSearch(filter: { patients: [{ identifiers: ${input(one, ...types)} }, { identifiers: ${input(other, 'MR')} }], documentIds: ${ids} }) {
           nodes { id patient { id ${of} } } }`,
  ),
  visitNumber.map(
    (number): Field =>
      (of) =>
        `_entities(representations: [{ __typename: "Visit", destination: "general", visitNumber: "${number}" }]) {
           ... on Visit { media { nodes { id patient { id ${of} } } } } }`,
  ),
);
const throughPatients: fc.Arbitrary<Field> = fc.tuple(name, fc.shuffledSubarray(TYPES, { minLength: 1 })).map(
  ([one, types]): Field =>
    (of) =>
      `patient(identifiers: ${input(one, ...types)}) { id ${of} visit(visitNumber: "V-1") { id visitNumber patient { id ${of} } media { nodes { id patient { id ${of} } } } } }`,
);

let gateway: TestGateway;
const clock = startSkippingClock();
let chart: readonly ChartDocument[] = [];
beforeAll(async () => {
  const answering: SandboxOptions = {
    charts: [],
    answer: ({ patients, visitNumbers, documentIds }) =>
      chart.filter(
        (one) =>
          (patients?.some((all) => all.every((id) => one.identifiers.some((other) => isSame(id, other)))) ??
            true) &&
          (visitNumbers?.includes(one.visitNumber ?? '') ?? true) &&
          (documentIds?.includes(one.documentId ?? '') ?? true),
      ),
  };
  gateway = await startTestGateway(answering, {}, clock);
});
afterAll(() => gateway.close());

function isSame(a: { id: string; idType: string }, b: { id: string; idType: string }): boolean {
  return a.id === b.id && a.idType === b.idType;
}

async function run(fields: readonly Field[], ofPatients: string) {
  const text = fields.map((field, at) => `f${at}: ${field(ofPatients)}`).join('\n');
  let data: unknown;
  const calls = await gateway.countCalls(async () => {
    const answer = await gateway.ask(`{ ${text} }`);
    expect(answer.status).toBe(200);
    data = answer.data;
  });
  return { data, calls };
}

/**
 * What a normalised cache would write: by id and field, all that was said. Whose a document is depends on the way to it, as
 * a patient reached again below itself stays the same.
 */
function gatherWrites(data: unknown, writes = new Map<string, Set<string>>()): Map<string, Set<string>> {
  if (typeof data !== 'object' || data === null) return writes;
  const { id, identifier, identifiers, visits, visitNumber, patient } = data as Node;
  const isVisit = visitNumber !== undefined;
  const said = {
    identifier,
    identifiers,
    visits: visits?.map(idOf),
    visitNumber,
    ...(isVisit && { patient: idOf(patient) }),
  };
  for (const [field, value] of Object.entries(said)) {
    // Null: an error, at this place.
    if (id === undefined || value === undefined || value === null) continue;
    const key = `${field} of ${id}`;
    writes.set(key, (writes.get(key) ?? new Set()).add(JSON.stringify(value)));
  }
  for (const value of Object.values(data)) gatherWrites(value, writes);
  return writes;
}

interface Node {
  readonly id?: string;
  readonly identifier?: unknown;
  readonly identifiers?: unknown;
  readonly visits?: readonly Node[] | null;
  readonly visitNumber?: unknown;
  readonly patient?: Node | null;
}

const idOf = (node: Node | null | undefined) => node?.id;

const charts = fc.array(document, { minLength: 1, maxLength: 8 });

test('one list, and one of each other thing, for each id, by whatever ways it is reached, and again when it is opened', async () => {
  let lists = 0;
  const fields = fc.array(fc.oneof(throughDocuments, throughPatients), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(charts, fields, async (documents, fields) => {
      chart = documents;
      const { data } = await run(fields, BELOW.replace(/^id /, ''));
      const writes = gatherWrites(data);
      const ids = [...writes.keys()].flatMap((key) => /^identifiers of (.*)/.exec(key)?.[1] ?? []);
      const { data: opened } = await gateway.ask(
        `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Patient { ${BELOW} } } }`,
        { ids },
      );
      for (const [key, said] of gatherWrites(opened, writes)) expect([key, ...said]).toHaveLength(2);
      lists += ids.length;
    }),
    { numRuns: fewerCases(3) },
  );
  expect(lists).toBeGreaterThan(0);
});

test('through documents they cost the calls that are made without them', async () => {
  const fields = fc.array(throughDocuments, { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(charts, fields, async (documents, fields) => {
      // A document that names nobody belongs to the one who was searched for, of whom only their other documents say more.
      chart = documents.filter(({ identifiers }) => identifiers.length > 0);
      // What documents leave open costs more the first time; that is remembered for a while.
      clock.skipDay();
      await run(fields, '');
      const { calls: without } = await run(fields, '');
      const { calls } = await run(fields, 'identifier { value idType } identifiers { value idType }');
      expect(calls).toBe(without);
    }),
    { numRuns: fewerCases(3) },
  );
});
