/** The planner's rules, one by one, by the reading of the plan. */
import { describe, expect, test } from 'vitest';
import { createBox, type NeedLists } from '../../../src/media/model/need.ts';
import { explain, type Limits } from '../../../src/media/planning/plan.ts';
import { planCalls } from '../../../src/media/planning/planner.ts';

const LIMITS: Limits = { patients: 100, visits: 100, documents: 100 };
const patient = (at: number) => [{ id: `SYN-${at}`, idType: 'MR' }];
const times = <T>(count: number, create: (at: number) => T) =>
  Array.from({ length: count }, (_, at) => create(at));

function readingOf(needs: readonly NeedLists[], limits = LIMITS): string {
  const parts = needs.map((lists) => ({ owner: lists, box: createBox(lists) }));
  return explain(planCalls(parts, limits));
}

describe('rule 1: boxes that differ in one dimension become one', () => {
  test('50 patients', () => {
    expect(readingOf(times(50, (at) => ({ patients: [patient(at)] })))).toBe('1 call: 50 patients');
  });
  test('documents, and visits, and types', () => {
    expect(readingOf(times(9, (at) => ({ documentIds: [`doc-${at}`] })))).toBe('1 call: 9 documents');
    expect(readingOf(times(9, (at) => ({ visitNumbers: [`V-${at}`] })))).toBe('1 call: 9 visits');
    expect(readingOf(times(2, (at) => ({ patients: [patient(0)], documentTypes: [`type ${at}`] })))).toBe(
      '1 call: 1 patient × 2 types',
    );
  });
  test('again and again: 10 patients with the same two types', () => {
    const needs = times(10, (at) =>
      ['Photo', 'Consent Form'].map((type) => ({ patients: [patient(at)], documentTypes: [type] })),
    );
    expect(readingOf(needs.flat())).toBe('1 call: 10 patients × 2 types');
  });
  test('but never where two dimensions differ: 10 patients, each its own one of 5 types', () => {
    const needs = times(10, (at) => ({ patients: [patient(at)], documentTypes: [`type ${at % 5}`] }));
    expect(readingOf(needs)).toBe(`5 calls: ${times(5, () => '2 patients × 1 type').join('; ')}`);
  });
  test('in the order of dimensions that leaves fewer calls', () => {
    // By type first: A {1,2,3}, B {1}, C {1}. By patient first: 1 {A,B,C}, {2,3} {A}.
    const needs = [
      { patients: [patient(1)], documentTypes: ['A'] },
      { patients: [patient(1)], documentTypes: ['B'] },
      { patients: [patient(1)], documentTypes: ['C'] },
      { patients: [patient(2)], documentTypes: ['A'] },
      { patients: [patient(3)], documentTypes: ['A'] },
    ];
    expect(readingOf(needs)).toMatch(/^2 calls: /);
  });
  test('identifiers of one patient are never merged: they are AND', () => {
    const needs = [
      { patients: [patient(1)] },
      { patients: [[...patient(1), { id: 'e-1', idType: 'EHRID' }]] },
    ];
    expect(readingOf(needs)).toBe('1 call: 2 patients');
  });
});

describe('rule 2: pairs of a patient and a visit become one call', () => {
  test('100 pairs', () => {
    const needs = times(100, (at) => ({ patients: [patient(at)], visitNumbers: [`V-${at}`] }));
    expect(readingOf(needs)).toBe('1 call: 100 patients × 100 visits');
  });
  test('up to the limits, without cutting across pairs', () => {
    const needs = times(20, (at) => ({ patients: [patient(at)], visitNumbers: [`V-${at}`] }));
    const reading = times(4, () => '5 patients × 5 visits').join('; ');
    expect(readingOf(needs, { ...LIMITS, visits: 5 })).toBe(`4 calls: ${reading}`);
  });
  test('several visits of a patient count as one patient, and a visit that is named twice as one visit', () => {
    const needs = [1, 1, 2, 2].map((at, index) => ({
      patients: [patient(at)],
      visitNumbers: [`V-${at}-${index % 2}`, `V-${at}`],
    }));
    const reading = '1 patient × 3 visits; 1 patient × 3 visits';
    expect(readingOf(needs, { ...LIMITS, patients: 1 })).toBe(`2 calls: ${reading}`);
    expect(readingOf(needs, { ...LIMITS, patients: 2, visits: 6 })).toBe('1 call: 2 patients × 6 visits');
  });
  test('but not pairs of other types or documents', () => {
    const needs = times(2, (at) => ({ patients: [patient(at)], visitNumbers: [`V-${at}`] }));
    const typed = needs.map((need, at) => ({ ...need, documentTypes: [`type ${at}`] }));
    expect(readingOf(typed)).toMatch(/^2 calls: /);
    const named = needs.map((need, at) => ({ ...need, documentIds: [`doc-${at}`] }));
    expect(readingOf(named)).toMatch(/^2 calls: /);
  });
  test('but not pairs of a patient and a document: a DocumentID may stand with several patients', () => {
    const needs = times(3, (at) => ({ patients: [patient(at)], documentIds: [`doc-${at}`] }));
    expect(readingOf(needs)).toMatch(/^3 calls: /);
  });
});

describe('rule 3: what another call contains rides along', () => {
  test('a filtered need with the unfiltered one', () => {
    const needs = [
      { patients: [patient(1)], documentTypes: ['Photo'] },
      { patients: [patient(1)] },
      { patients: [patient(1)], visitNumbers: ['V-1'], documentIds: ['doc-1'] },
    ];
    expect(readingOf(needs)).toBe('1 call: 1 patient');
  });
  test('also when only the merged call contains it', () => {
    const needs = [
      { patients: [patient(1)] },
      { patients: [patient(2)] },
      { patients: [patient(3)] },
      { patients: [patient(1), patient(2)], documentTypes: ['Photo'] },
    ];
    expect(readingOf(needs)).toBe('1 call: 3 patients');
  });
});

describe('rule 4: of equally many calls, those that fetch less', () => {
  test('what two calls would both fetch is asked by one', () => {
    const needs = [
      { patients: [patient(1), patient(2)], documentTypes: ['Photo'] },
      { patients: [patient(1)] },
    ];
    expect(readingOf(needs)).toBe('2 calls: 1 patient × 1 type; 1 patient');
  });
});

describe('limits', () => {
  test('200 patients are 2 calls of equal length', () => {
    expect(readingOf(times(200, (at) => ({ patients: [patient(at)] })))).toBe(
      '2 calls: 100 patients; 100 patients',
    );
    expect(readingOf(times(101, (at) => ({ patients: [patient(at)] })))).toBe(
      '2 calls: 51 patients; 50 patients',
    );
  });
  test('a need stands only in the calls that hold a part of it', () => {
    const parts = times(4, (at) => ({
      owner: at,
      box: createBox({ patients: [patient(at)] }),
    }));
    const plan = planCalls(parts, { ...LIMITS, patients: 2 });
    expect(plan.map((call) => call.parts.map(({ owner }) => owner))).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });
  test('one need longer than a call is cut, and stands in each of its calls', () => {
    const box = createBox({ documentIds: times(250, (at) => `doc-${at}`) });
    const plan = planCalls([{ owner: 'one', box }], LIMITS);
    expect(explain(plan)).toBe('3 calls: 84 documents; 83 documents; 83 documents');
    expect(plan.map(({ parts }) => parts.map(({ owner }) => owner))).toEqual([['one'], ['one'], ['one']]);
  });
  test('pieces of several calls are planned again: another call may contain one of them', () => {
    const needs = [
      { visitNumbers: ['V-1'], documentTypes: ['A', 'B'], documentIds: ['doc-1'] },
      {
        patients: [patient(1)],
        visitNumbers: ['V-1', 'V-2', 'V-3'],
        documentTypes: ['A'],
        documentIds: ['doc-1', 'doc-2'],
      },
    ];
    const ofPatient = times(5, () => '1 patient × 1 visit × 1 type × 1 document').join('; ');
    expect(readingOf(needs, { patients: 1, visits: 1, documents: 1 })).toBe(
      `6 calls: 1 visit × 2 types × 1 document; ${ofPatient}`,
    );
  });
});

test('10 by patient, 10 by visit number and 10 by document id are 3 calls', () => {
  const needs = [
    ...times(10, (at) => ({ patients: [patient(at)] })),
    ...times(10, (at) => ({ visitNumbers: [`V-${at}`] })),
    ...times(10, (at) => ({ documentIds: [`doc-${at}`] })),
  ];
  expect(readingOf(needs)).toBe('3 calls: 10 patients; 10 visits; 10 documents');
});

test('no need, no call', () => {
  expect(readingOf([])).toBe('0 calls');
});
