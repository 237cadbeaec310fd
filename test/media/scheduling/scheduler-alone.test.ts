/** When a merged reply does not show whose its items are, needs are queried again alone; items are never guessed. */
import { describe, expect, test } from 'vitest';
import { toRedoxItem } from '../../../sandbox/charts/chart.ts';
import type { AnswerHook, ChartDocument, RawItem } from '../../../sandbox/sandbox.ts';
import { GatewayError } from '../../../src/errors.ts';
import {
  chartsOf,
  documentsOf,
  idsOf,
  namesUpTo,
  needOf,
  outcomeOf,
  patientsIn,
  startCore,
  type TestCore,
} from '../../support/core.ts';
import { Gate } from '../../support/gate.ts';
import { chartDocument } from '../../support/own-chart.ts';
import { until } from '../../support/until.ts';

const NAMES = namesUpTo(20);
const charts = chartsOf(NAMES);

function without(document: ChartDocument, ...members: readonly string[]): RawItem {
  const entries = Object.entries(toRedoxItem(document) as Record<string, unknown>);
  return { raw: Object.fromEntries(entries.filter(([name]) => !members.includes(name))) };
}

/** Leaves these members out of the items of every reply about several patients. */
const omitting =
  (...members: readonly string[]): AnswerHook =>
  ({ patients }, documents) =>
    (patients?.length ?? 0) > 1 ? documents.map((document) => without(document, ...members)) : documents;

async function askForEach(core: TestCore): Promise<(string | string[])[]> {
  return Promise.all(NAMES.map((name) => outcomeOf(core.submit(needOf([name])))));
}

describe('a merged reply whose items name no patient', () => {
  test('settles no need: every patient is queried in a call of its own, once, and gets exactly its own documents', async () => {
    await using core = await startCore({ sandbox: { charts, answer: omitting('Patient') } });
    const calls = await core.countCalls(async () => {
      expect(await askForEach(core)).toEqual(NAMES.map((name) => documentsOf([name])));
    });
    expect(calls).toBe(1 + NAMES.length);
    expect(core.redox.calls.slice(1).every((call) => patientsIn(call).length === 1)).toBe(true);
  });

  test('settles a single need for all these patients', async () => {
    await using core = await startCore({ sandbox: { charts, answer: omitting('Patient') } });
    expect(await outcomeOf(core.submit(needOf(NAMES)))).toEqual(documentsOf(NAMES));
    expect(core.redox.callCount).toBe(1);
  });

  test('costs one more call for all needs that are equal', async () => {
    await using core = await startCore({ sandbox: { charts, answer: omitting('Patient') } });
    const names = ['p1', 'p2', 'p1', 'p2', 'p1'];
    const asks = names.map((name) => core.submit(needOf([name])));
    expect(await Promise.all(asks.map(outcomeOf))).toEqual(names.map((name) => documentsOf([name])));
    expect(core.redox.callCount).toBe(3);
  });

  test('causes one more call for each patient, even when items never name a patient', async () => {
    const answer: AnswerHook = (_, documents) => documents.map((document) => without(document, 'Patient'));
    await using core = await startCore({ sandbox: { charts, answer } });
    expect(await askForEach(core)).toEqual(NAMES.map((name) => documentsOf([name])));
    expect(core.redox.callCount).toBe(1 + NAMES.length);
  });

  test('makes a need leave its other calls, since it is queried again as a whole', async () => {
    const gate = new Gate();
    const answer: AnswerHook = async (query, documents) => {
      if (query.patients?.some(([first]) => first?.id === 'SYN-p9')) await gate.passed;
      return omitting('Patient')(query, documents);
    };
    await using core = await startCore({ sandbox: { charts, answer } });
    const held = core.submit(needOf(['p8', 'p9']));
    await until(() => core.redox.inFlight === 1);
    const asks = [core.submit(needOf(['p1', 'p9'])), core.submit(needOf(['p2']))];
    expect(await outcomeOf(asks[1] ?? held)).toEqual(documentsOf(['p2']));
    gate.open();
    const outcomes = await Promise.all([held, ...asks].map(outcomeOf));
    expect(outcomes).toEqual([documentsOf(['p8', 'p9']), documentsOf(['p1', 'p9']), documentsOf(['p2'])]);
  });
});

test('a need that is queried again alone waits for no other call: a call that only this need waited for is cancelled', async () => {
  const gate = new Gate();
  const answer: AnswerHook = async (query, documents) => {
    if (query.patients?.some(([first]) => first?.id === 'SYN-p9')) await gate.passed;
    return omitting('Patient')(query, documents);
  };
  await using core = await startCore({ sandbox: { charts, answer } });
  const held = core.submit(needOf(['p8', 'p9']));
  await until(() => core.redox.inFlight === 1);
  const [both] = [core.submit(needOf(['p1', 'p9'])), core.submit(needOf(['p2']))];
  await until(() => core.redox.calls.some((call) => patientsIn(call).join() === 'p1,p9'));
  held.fail(new GatewayError('OVERLOADED'));
  await until(() => core.redox.inFlight === 1);
  gate.open();
  expect(await outcomeOf(both)).toEqual(documentsOf(['p1', 'p9']));
});

test('an identifier returned under another type may belong to any patient: those it may belong to are found by halving', async () => {
  const answer: AnswerHook = ({ patients }, documents) =>
    (patients?.length ?? 0) === 1
      ? undefined
      : documents.map((document) =>
          document.documentId?.startsWith('p3-')
            ? { ...document, identifiers: [{ id: 'SYN-p3', idType: 'MRN' }] }
            : document,
        );
  await using core = await startCore({ sandbox: { charts, answer } });
  expect(await askForEach(core)).toEqual(NAMES.map((name) => documentsOf([name])));
  const calls = core.redox.calls.splice(0).map(patientsIn);
  expect(calls.map(({ length }) => length).sort((a, b) => b - a)).toEqual([20, 10, 10, 5, 5, 1, 1, 1, 1, 1]);
  // Afterwards only those five patients are queried in calls of their own.
  expect(await askForEach(core)).toEqual(NAMES.map((name) => documentsOf([name])));
  const again = core.redox.calls.map(patientsIn);
  expect(again.map(({ length }) => length).sort((a, b) => b - a)).toEqual([15, 1, 1, 1, 1, 1]);
  expect(again.find(({ length }) => length === 15)).not.toContain('p3');
});

test('when items of a call for several types name no type, each type is queried in a call of its own', async () => {
  const answer: AnswerHook = ({ documentTypes }, documents) =>
    documentTypes?.length === 2 ? documents.map((document) => without(document, 'DocumentType')) : undefined;
  await using core = await startCore({ sandbox: { charts, answer } });
  const asks = ['Photo', 'Consent Form'].map((type) =>
    core.submit(needOf(['p1'], { documentTypes: [type] })),
  );
  expect(await Promise.all(asks.map(outcomeOf))).toEqual([['p1-a'], ['p1-b']]);
  expect(core.redox.callCount).toBe(3);
});

describe('items that name a patient that no need asked for', () => {
  const stranger = chartDocument('stranger', { documentId: 'stranger-a' });
  const answer: AnswerHook = (_, documents) => [stranger, ...documents, stranger];

  test('are dropped from a merged reply, and counted', async () => {
    await using core = await startCore({ sandbox: { charts, answer } });
    expect(await askForEach(core)).toEqual(NAMES.map((name) => documentsOf([name])));
    expect(core.redox.callCount).toBe(1);
    expect(core.observed.unmatched).toBe(1);
  });

  test('are dropped from a reply for a single need', async () => {
    await using core = await startCore({ sandbox: { charts, answer } });
    expect(idsOf(await core.submit(needOf(['p1'])).answer)).toEqual(documentsOf(['p1']));
    expect(core.observed.unmatched).toBe(1);
  });

  test('are dropped when needs are queried again alone', async () => {
    const both: AnswerHook = (query, documents) =>
      (query.patients?.length ?? 0) > 1 ? omitting('Patient')(query, documents) : answer(query, documents);
    await using core = await startCore({ sandbox: { charts, answer: both } });
    expect(await askForEach(core)).toEqual(NAMES.map((name) => documentsOf([name])));
    expect(core.observed.unmatched).toBe(NAMES.length);
  });
});
