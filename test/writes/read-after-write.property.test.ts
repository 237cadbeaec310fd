/** Random histories: however reads and writes overlap, a read that begins after a write was answered sees that write. */
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fewerCases } from '../support/cases.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { saving } from './inputs.ts';

const PATIENTS = ['a', 'b'] as const;
type Name = (typeof PATIENTS)[number];

/** Each finds the one document of a patient of this history, and maybe others. */
const QUESTIONS = {
  byRecordNumber: (name: string) =>
    `patient(identifiers: { value: "SYN-${name}", idType: "MR" }) { media { ...F } }`,
  byEhrId: (name: string) =>
    `patient(identifiers: { value: "e-${name}", idType: "EHRID" }) { media { ...F } }`,
  byVisit: (name: string) => `visit(visitNumber: "V-${name}") { media { ...F } }`,
  byDocument: (name: string) => `mediaSearch(filter: { documentIds: ["d-${name}"] }) { ...F }`,
};
type Question = keyof typeof QUESTIONS;

const step = fc.oneof(
  fc.record({ kind: fc.constant('save' as const), name: fc.constantFrom(...PATIENTS) }),
  fc.record({
    kind: fc.constant('read' as const),
    name: fc.constantFrom(...PATIENTS),
    question: fc.constantFrom<Question>('byRecordNumber', 'byEhrId', 'byVisit', 'byDocument'),
  }),
  fc.record({ kind: fc.constant('wait' as const), turns: fc.nat(30) }),
);
const history = fc.record({
  steps: fc.array(step, { minLength: 4, maxLength: 25 }),
  /** How long each answer of Redox takes, in turns of the event loop, after the chart was read. */
  delays: fc.array(fc.nat(40), { minLength: 1, maxLength: 8 }),
});

let gateway: TestGateway;
let delays: readonly number[] = [0];
let calls = 0;

async function wait(turns: number): Promise<void> {
  for (let at = 0; at < turns; at += 1) await turn();
}
const delay = () => wait(delays[calls++ % delays.length] ?? 0);

beforeAll(async () => {
  gateway = await startTestGateway({ charts: [], maxRecordedCalls: 10 });
  gateway.redox.answer = async (_, documents) => {
    await delay();
    return documents;
  };
  gateway.redox.answerWrite = async () => {
    await delay();
    return undefined;
  };
});
afterAll(() => gateway.close());

async function save(patient: string, version: number): Promise<void> {
  const identifiers = [
    { value: `SYN-${patient}`, idType: 'MR' },
    { value: `e-${patient}`, idType: 'EHRID' },
  ];
  const change = {
    patient: { identifiers },
    documentId: `d-${patient}`,
    visit: { visitNumber: `V-${patient}` },
    documentDescription: String(version),
  };
  const { errors } = await gateway.ask(
    'mutation ($input: SaveMediaInput!) { saveMedia(input: $input) { accepted } }',
    { input: saving(patient, change) },
  );
  expect(errors).toEqual([]);
}

/** The version that the answer shows; 0 when it shows none. */
async function read(patient: string, question: Question): Promise<number> {
  const fragment = 'fragment F on MediaConnection { nodes { documentDescription } }';
  const { data, errors } = await gateway.ask(`{ ${QUESTIONS[question](patient)} } ${fragment}`);
  expect(errors).toEqual([]);
  const [, shown = '0'] = /"documentDescription":"(\d+)"/.exec(JSON.stringify(data)) ?? [];
  return Number(shown);
}

let histories = 0;

test('every read shows at least what was answered before it began', async () => {
  let reads = 0;
  await fc.assert(
    fc.asyncProperty(history, async (chosen) => {
      histories += 1;
      ({ delays } = chosen);
      const answered = { a: 0, b: 0 };
      const written = { a: Promise.resolve(), b: Promise.resolve() };
      const sent = { a: 0, b: 0 };
      const nameOf = (name: Name) => `${name}-${histories}`;
      const results: Promise<readonly [shown: number, atLeast: number]>[] = [];
      for (const one of chosen.steps) {
        if (one.kind === 'wait') await wait(one.turns);
        else if (one.kind === 'read') {
          const atLeast = answered[one.name];
          results.push(read(nameOf(one.name), one.question).then((shown) => [shown, atLeast] as const));
        } else {
          const { name } = one;
          const version = ++sent[name];
          written[name] = written[name]
            .then(() => save(nameOf(name), version))
            .then(() => {
              answered[name] = version;
            });
        }
      }
      for (const [shown, atLeast] of await Promise.all(results)) {
        reads += 1;
        expect(shown).toBeGreaterThanOrEqual(atLeast);
      }
      await Promise.all([written.a, written.b]);
    }),
    { numRuns: fewerCases(3) },
  );
  expect(reads).toBeGreaterThan(fewerCases(3));
});
