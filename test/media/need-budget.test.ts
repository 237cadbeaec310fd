/** Needs that nothing else of their operation contains are limited: they are planned, matched and recorded one by one. */
import { describe, expect, test } from 'vitest';
import { OperationTooLarge } from '../../src/errors.ts';
import type { Box } from '../../src/media/model/box.ts';
import { createBox, type NeedLists } from '../../src/media/model/need.ts';
import { NeedBudget } from '../../src/media/need-budget.ts';
import { namesUpTo, needOf, outcomeOf, startCore } from '../support/core.ts';
import { countWork } from '../support/count-work.ts';
import { startTestGateway } from '../support/gateway.ts';
import { byRecordNumber } from '../support/own-chart.ts';
import { saving } from '../writes/inputs.ts';

const boxOf = (name: string, lists: NeedLists = {}) => needOf([name], lists).box;
const typed = (name: string, type: string) => boxOf(name, { documentTypes: [type] });

describe('a budget of 3 needs', () => {
  const isRefused = (...batches: (readonly Box[])[]) => {
    const budget = new NeedBudget(3);
    try {
      for (const batch of batches) budget.spend(batch);
      return false;
    } catch (error) {
      return error instanceof OperationTooLarge;
    }
  };

  test('covers three, and not four', () => {
    expect(isRefused(['a', 'b', 'c'].map((name) => boxOf(name)))).toBe(false);
    expect(isRefused(['a', 'b', 'c', 'd'].map((name) => boxOf(name)))).toBe(true);
  });

  test('counts none that another one of its batch contains, wherever it stands', () => {
    const types = namesUpTo(50).map((type) => typed('a', type));
    expect(isRefused([...types, boxOf('a'), boxOf('b'), boxOf('c')])).toBe(false);
    expect(isRefused(types.slice(0, 4))).toBe(true);
  });

  test('is for the whole operation', () => {
    expect(isRefused([boxOf('a'), boxOf('b')], [boxOf('c')])).toBe(false);
    expect(isRefused([boxOf('a'), boxOf('b')], [boxOf('c')], [boxOf('d')])).toBe(true);
  });

  test('is refused for good: what comes later is not even looked at', () => {
    const budget = new NeedBudget(1);
    expect(() => budget.spend([boxOf('a'), boxOf('b')])).toThrow(OperationTooLarge);
    expect(() => budget.check()).toThrow(OperationTooLarge);
    expect(() => budget.spend([])).toThrow(OperationTooLarge);
  });
});

describe('counting', () => {
  const FILES = ['src/media/need-budget.ts', 'src/media/model/box-index.ts', 'src/media/model/box.ts'];
  const SHAPES: [string, (at: number) => NeedLists & { readonly patient?: string }][] = [
    ['patients', (at) => ({ patient: `p${at}` })],
    ['visits of one patient', (at) => ({ patient: 'p', visitNumbers: [`v${at}`] })],
    ['types of one patient', (at) => ({ patient: 'p', documentTypes: [`t${at}`] })],
    [
      'visits, each with a long list of types',
      (at) => ({ visitNumbers: [`v${at}`], documentTypes: namesUpTo(150) }),
    ],
  ];

  test.each(SHAPES)('%s: costs what they are, not their square', async (_, listsOf) => {
    const workFor = (count: number) => {
      const boxes = Array.from({ length: count }, (_unused, at) => {
        const { patient, ...lists } = listsOf(at);
        return patient === undefined ? createBox(lists) : boxOf(patient, lists);
      });
      return countWork(() => new NeedBudget(10_000).spend(boxes), FILES);
    };
    const few = await workFor(200);
    // Ten times as many, if all were compared with all, cost a hundred times as much.
    expect(await workFor(2000)).toBeLessThan(30 * few);
  });
});

test('an operation beyond LIMIT_NEEDS is refused without a call; its later loads as well', async () => {
  await using core = await startCore({ settings: { LIMIT_NEEDS: '5', MAX_CALLS_PER_OPERATION: '100' } });
  const operation = core.openOperation();
  const outcomes = await Promise.all(namesUpTo(6).map((name) => outcomeOf(operation.load(needOf([name])))));
  expect(new Set(outcomes)).toEqual(new Set(['BAD_USER_INPUT']));
  expect(await outcomeOf(operation.load(needOf(['p1'])))).toBe('BAD_USER_INPUT');
  expect(core.redox.callCount).toBe(0);
  const other = core.openOperation();
  expect(await Promise.all(namesUpTo(5).map((name) => outcomeOf(other.load(needOf([name])))))).toHaveLength(
    5,
  );
});

describe('callers of the gateway', () => {
  const PATIENTS = '($patients: [PatientInput!]!)';
  const aliases = (count: number, of: (at: number) => string) =>
    Array.from({ length: count }, (_, at) => `a${at}: media${of(at)} { totalCount }`).join(' ');
  const patients = (count: number) => ({ patients: namesUpTo(count).map(byRecordNumber) });
  const REFUSAL = (problem: string) => [
    {
      message: 'An argument of this field is not acceptable.',
      extensions: { code: 'BAD_USER_INPUT', argument: 'query', problem, retryable: false },
    },
  ];

  test('500 patients × 99 different lists: one error, no data, no call', async () => {
    await using gateway = await startTestGateway();
    const fields = aliases(99, (at) => `(filter: { documentTypes: ["t${at}"] })`);
    const { status, data, errors } = await gateway.ask(
      `query ${PATIENTS} { patients(patients: $patients) { ${fields} } }`,
      patients(500),
    );
    expect({ status, data }).toEqual({ status: 400, data: undefined });
    expect(errors).toHaveLength(1);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'query' } }]);
    expect(gateway.redox.callCount).toBe(0);
  });

  test('too many needs, few fields: they are named, and none of their values', async () => {
    await using gateway = await startTestGateway({}, { LIMIT_NEEDS: '100' });
    const fields = aliases(51, (at) => `(filter: { documentTypes: ["t${at}"] })`);
    const ask = (count: number, selection = fields) =>
      gateway.ask(`query ${PATIENTS} { patients(patients: $patients) { ${selection} } }`, patients(count));
    const { status, data, errors } = await ask(2);
    expect({ status, data }).toEqual({ status: 400, data: undefined });
    expect(errors).toEqual(REFUSAL('asks for too many different lists of documents'));
    expect(
      (
        await ask(
          2,
          aliases(50, (at) => `(filter: { documentTypes: ["t${at}"] })`),
        )
      ).status,
    ).toBe(200);
    // The first contains all others.
    expect((await ask(2, `media { totalCount } ${fields}`)).errors).toEqual([]);
  });

  test('a write may have been accepted whose payload asks for too much: its outcome is unknown', async () => {
    await using gateway = await startTestGateway({}, { LIMIT_NEEDS: '2' });
    const media = aliases(3, (at) => `(filter: { documentTypes: ["t${at}"] })`);
    const { status, errors } = await gateway.ask(
      `mutation ($input: SaveMediaInput!) { saveMedia(input: $input) { accepted media { patient { ${media} } } } }`,
      { input: saving('a') },
    );
    expect(status).toBe(400);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', outcome: 'UNKNOWN' } }]);
  });
});
