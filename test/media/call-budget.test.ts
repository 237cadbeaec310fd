/** An operation that would need too many upstream calls is refused before the first. */
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import { CallBudget } from '../../src/media/call-budget.ts';
import { patientKey } from '../../src/media/model/keys.ts';
import { createBox } from '../../src/media/model/need.ts';
import { namesUpTo, needOf } from '../support/core.ts';

const LIMITS = { patients: 10, visits: 10, documents: 10 };
const visits = (count: number) => createBox({ visitNumbers: namesUpTo(count) });
const documents = (count: number) => createBox({ documentIds: namesUpTo(count) });
const patients = (count: number) => needOf(namesUpTo(count)).box;

const byMr = (id: string) => [{ id, idType: 'MR' }];
const keyOf = (id: string) => patientKey(byMr(id));

/** A list whose length alone may be asked for. */
class UnreadList<T> extends Set<T> {
  override [Symbol.iterator](): SetIterator<T> {
    throw new Error('a list was read');
  }
}

function refusalOf(spend: () => void): unknown {
  try {
    spend();
  } catch (error) {
    if (error instanceof GatewayError) return { code: error.code, argument: error.details.argument };
  }
  return undefined;
}

describe('a budget of 3 calls', () => {
  test.each([
    ['patients', patients, 'patients'],
    ['visits', visits, 'visitNumbers'],
    ['documents', documents, 'documentIds'],
  ] as const)('covers 30 %s, and not 31', (_, boxOf, argument) => {
    expect(refusalOf(() => new CallBudget(3, LIMITS).spend([boxOf(30)]))).toBeUndefined();
    const refusal = refusalOf(() => new CallBudget(3, LIMITS).spend([boxOf(31)]));
    expect(refusal).toEqual({ code: 'BAD_USER_INPUT', argument });
  });

  test('counts merged calls, not needs', () => {
    const boxes = namesUpTo(30).map((name) => needOf([name]).box);
    expect(refusalOf(() => new CallBudget(3, LIMITS).spend(boxes))).toBeUndefined();
  });

  test('counts what names no patients as often as a caller who is limited to some must ask it', () => {
    const spend = (boxes: Parameters<CallBudget['spend']>[0], count: number) =>
      refusalOf(() => new CallBudget(3, LIMITS).spend(boxes, new Set(namesUpTo(count))));
    expect(spend([visits(10)], 30)).toBeUndefined();
    expect(spend([visits(10)], 31)).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(
      spend(
        namesUpTo(10).map((name) => createBox({ visitNumbers: [name] })),
        30,
      ),
    ).toBeUndefined();
    expect(spend([visits(10), patients(10)], 20)).toBeUndefined();
    expect(spend([visits(10), patients(11)], 20)).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  test('counts a need of known patients beside one of any patient where rights limit the caller, as neither fetches for the other', () => {
    const ofVisit = createBox({ visitNumbers: ['V'] });
    const inVisit = createBox({ visitNumbers: ['V'], patients: namesUpTo(11).map(byMr) });
    expect(refusalOf(() => new CallBudget(3, LIMITS).spend([ofVisit, inVisit]))).toBeUndefined();
    const spend = (maxCalls: number) =>
      refusalOf(() => new CallBudget(maxCalls, LIMITS).spend([ofVisit, inVisit], new Set(namesUpTo(20))));
    expect(spend(4)).toBeUndefined();
    expect(spend(3)).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  test('counts equal needs once where rights limit the caller, with and without patients', () => {
    const equal = [visits(1), visits(1), patients(10), patients(10)];
    const spend = (maxCalls: number) =>
      refusalOf(() => new CallBudget(maxCalls, LIMITS).spend(equal, new Set(namesUpTo(20))));
    expect(spend(3)).toBeUndefined();
    expect(spend(2)).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  test('counts a need once that another one contains, where no rights limit the caller', () => {
    const contained = [visits(1), createBox({ visitNumbers: namesUpTo(1), patients: [byMr('p')] })];
    expect(refusalOf(() => new CallBudget(1, LIMITS).spend(contained))).toBeUndefined();
  });

  test('reads no list of an operation that cannot need more, however its needs may merge', () => {
    const budget = new CallBudget(3, LIMITS);
    budget.spend([{ ...createBox({}), patients: new UnreadList(namesUpTo(20).map(keyOf)) }]);
    budget.spend([{ ...createBox({}), documents: new UnreadList(namesUpTo(10)) }]);
    expect(() => budget.spend([createBox({ visitNumbers: ['V'] })])).toThrow('a list was read');
  });

  test('is for the whole operation, step by step, and names the list that is longest in all of it', () => {
    const budget = new CallBudget(3, LIMITS);
    budget.spend([visits(10)]);
    budget.spend([documents(10)]);
    const refusal = refusalOf(() => budget.spend([patients(11), visits(5)]));
    expect(refusal).toEqual({ code: 'BAD_USER_INPUT', argument: 'visitNumbers' });
  });

  test('is refused in words that say what is too long and why; of two lists as long, the first is named', () => {
    const budget = new CallBudget(3, LIMITS);
    budget.spend([patients(20)]);
    expect(() => budget.spend([visits(20)])).toThrow(
      expect.objectContaining({
        details: {
          argument: 'patients',
          problem: 'is too long: one operation may not need so many upstream calls',
          retryable: false,
        },
      }),
    );
  });

  test('costs nothing for nothing', () => {
    const budget = new CallBudget(1, LIMITS);
    for (let step = 0; step < 10; step++) budget.spend([]);
    expect(refusalOf(() => budget.spend([patients(10)]))).toBeUndefined();
  });
});
