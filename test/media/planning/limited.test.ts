/** Questions of callers whose rights name patients, who may be hundreds: planned as for all patients, then asked of those alone. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Box, boxContains, boxKey, unionOf } from '../../../src/media/model/box.ts';
import { type PatientKey, patientKey } from '../../../src/media/model/keys.ts';
import { createBox, type NeedLists } from '../../../src/media/model/need.ts';
import { planLimited } from '../../../src/media/planning/limited.ts';
import { LIMITED, type Limits } from '../../../src/media/planning/plan.ts';
import { planCalls } from '../../../src/media/planning/planner.ts';
import { CASES } from '../../support/cases.ts';
import { namesUpTo } from '../../support/core.ts';
import { CountingSet } from '../../support/counting-set.ts';

const patientsUpTo = (count: number): ReadonlySet<PatientKey> =>
  new Set(namesUpTo(count).map((id) => patientKey([{ id, idType: 'MR' }])));

const texts = (prefix: string) =>
  fc.subarray(
    namesUpTo(5).map((name) => `${prefix}${name}`),
    { minLength: 1, maxLength: 3 },
  );
const optional = (prefix: string) => fc.option(texts(prefix), { nil: undefined });
const lists: fc.Arbitrary<NeedLists> = fc
  .record({ visitNumbers: optional('V-'), documentIds: optional('D-'), documentTypes: optional('T-') })
  .filter(({ visitNumbers, documentIds }) => visitNumbers !== undefined || documentIds !== undefined);
const limits: fc.Arbitrary<Limits> = fc.record({
  patients: fc.integer({ min: 1, max: 5 }),
  visits: fc.integer({ min: 1, max: 5 }),
  documents: fc.integer({ min: 1, max: 5 }),
});

function unitsOf({ patients, visits, types, documents }: Box): string[] {
  const each = (values: ReadonlySet<string> | 'all') => (values === 'all' ? ['*'] : [...values]);
  return each(patients).flatMap((patient) =>
    each(visits).flatMap((visit) =>
      each(types).flatMap((type) =>
        each(documents).map((document) => [patient, visit, type, document].join('|')),
      ),
    ),
  );
}

function expectWithin(box: Box, within: Limits): void {
  for (const dimension of LIMITED) {
    const values = box[dimension];
    if (values !== 'all') expect(values.size).toBeLessThanOrEqual(within[dimension]);
  }
}

test('what each asks for is asked, of these patients alone, within the limits, in as many calls as lists of them', () => {
  const needs = fc.array(lists, { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(needs, fc.integer({ min: 1, max: 9 }), limits, (asked, count, within) => {
      const patients = patientsUpTo(count);
      const parts = asked.map((one, owner) => ({ owner, box: { ...createBox(one), patients } }));
      const calls = planLimited(parts, patients, within);
      for (const { box } of calls) expectWithin(box, within);
      expect(unionOf(calls.map(({ box }) => box.patients))).toEqual(patients);
      for (const { owner, box } of parts) {
        const pieces = calls.flatMap((call) => call.parts.filter((one) => one.owner === owner));
        expect(new Set(pieces.flatMap((piece) => unitsOf(piece.box)))).toEqual(new Set(unitsOf(box)));
      }
      for (const { box, parts: own } of calls) {
        expect(own.every((piece) => boxContains(box, piece.box))).toBe(true);
      }
      const all = planCalls(
        asked.map((one, owner) => ({ owner, box: createBox(one) })),
        within,
      );
      expect(calls).toHaveLength(all.length * Math.ceil(count / within.patients));
    }),
    { numRuns: CASES },
  );
});

describe('of hundreds of patients', () => {
  const within = { patients: 100, visits: 100, documents: 100 };
  /** How often their list is looked at while a thousand questions are planned, of one visit or of two; a look at each is one a patient. */
  const looksAt = (count: number, plan: typeof planLimited<number>) => {
    const patients = new CountingSet(patientsUpTo(count));
    const parts = namesUpTo(1000).map((name, owner) => {
      const visitNumbers = owner % 2 === 0 ? [name] : [name, `${name}-more`];
      return { owner, box: { ...createBox({ visitNumbers }), patients } };
    });
    patients.looks = 0;
    const calls = plan(parts, patients, within);
    return { perPatient: patients.looks / count, calls: calls.length };
  };

  test('a thousand questions are planned without a look at their common list, which is cut once', () => {
    expect(looksAt(100, planLimited)).toEqual({ perPatient: 0, calls: 15 });
    const { perPatient, calls } = looksAt(500, planLimited);
    expect(calls).toBe(75);
    // Once, and once more, for each of the 15 calls that are cut; not for each question.
    expect(perPatient).toBeLessThanOrEqual(3 * 15);
  });

  test('the planner by itself would look at it for each', () => {
    const plain = looksAt(100, (parts, _, limits) => planCalls(parts, limits));
    expect(plain.perPatient).toBeGreaterThan(500);
  });

  test('the calls of one owner ask for each of them once', () => {
    const patients = patientsUpTo(250);
    const box = { ...createBox({ visitNumbers: ['V-1'] }), patients };
    const calls = planLimited([{ owner: 'one', box }], patients, within);
    expect(calls.map((call) => call.box.patients === 'all' || call.box.patients.size)).toEqual([84, 83, 83]);
    expect(new Set(calls.map((call) => boxKey(call.box))).size).toBe(3);
  });
});
