/** Needs that a shared call left open: which needs they share calls with afterwards, for how long, and at what cost. */
import { expect, test } from 'vitest';
import { toRedoxItem } from '../../../sandbox/charts/chart.ts';
import type { AnswerHook, ChartDocument, RawItem } from '../../../sandbox/sandbox.ts';
import {
  chartsOf,
  documentsOf,
  namesUpTo,
  needOf,
  outcomeOf,
  patientsIn,
  startCore,
} from '../../support/core.ts';
import { startSkippingClock } from '../../support/skipping-clock.ts';

const NAMES = namesUpTo(3);
const charts = chartsOf(NAMES);
const nameless: AnswerHook = (_, documents) => documents.map(withoutPatient);

function withoutPatient(document: ChartDocument): RawItem {
  const item = toRedoxItem(document);
  return { raw: { ...(typeof item === 'object' ? item : {}), Patient: undefined } };
}

test('for five minutes, needs that a shared call left open get calls of their own at once', async () => {
  const clock = startSkippingClock();
  await using core = await startCore({ sandbox: { charts, answer: nameless }, clock });
  const askAll = async () => {
    const outcomes = await Promise.all(NAMES.map((name) => outcomeOf(core.submit(needOf([name])))));
    expect(outcomes).toEqual(NAMES.map((name) => documentsOf([name])));
    return core.redox.calls.splice(0).map((call) => patientsIn(call).length);
  };
  expect(await askAll()).toEqual([3, 1, 1, 1]);
  expect(await askAll()).toEqual([1, 1, 1]);
  clock.skipDay();
  expect(await askAll()).toEqual([3, 1, 1, 1]);
});

test('equal isolated needs of several operations share a call', async () => {
  await using core = await startCore({ sandbox: { charts, answer: nameless } });
  const askAll = (names: readonly string[]) =>
    Promise.all(names.map((name) => outcomeOf(core.submit(needOf([name])))));
  await askAll(NAMES);
  core.redox.calls.length = 0;
  await askAll([...NAMES, ...NAMES, ...NAMES]);
  expect(core.redox.calls.map(patientsIn)).toEqual(NAMES.map((name) => [name]));
});

test('an isolated need uses the budget only when other needs wait at the same time', async () => {
  await using core = await startCore({ sandbox: { charts, answer: nameless } });
  await Promise.all(NAMES.map((name) => outcomeOf(core.submit(needOf([name])))));
  for (let times = 0; times < 120; times++) {
    expect(await outcomeOf(core.submit(needOf(['p1'])))).toEqual(documentsOf(['p1']));
  }
  // Together with another need, each call uses the budget. When it is used up, the needs share a call first, and then fail.
  const both = () => Promise.all(['p1', 'p2'].map((name) => outcomeOf(core.submit(needOf([name])))));
  const outcomes: unknown[] = [];
  for (let times = 0; times < 160; times++) outcomes.push(...(await both()));
  expect(outcomes.slice(0, 20)).not.toContain('UNATTRIBUTED');
  expect(outcomes).toContain('UNATTRIBUTED');
  expect(await outcomeOf(core.submit(needOf(['p1'])))).toEqual(documentsOf(['p1']));
});

test('each need that fails as UNATTRIBUTED is reported as an incident', async () => {
  const stray: AnswerHook = () => [{ raw: { Patient: { Identifiers: [{ ID: 'SYN-p1', IDType: 'MRN' }] } } }];
  await using core = await startCore({ sandbox: { charts, answer: stray } });
  expect(await Promise.all(NAMES.map((name) => outcomeOf(core.submit(needOf([name])))))).toEqual(
    NAMES.map(() => 'UNATTRIBUTED'),
  );
  expect(core.observed.incidents).toEqual(NAMES.map(() => 'unattributed'));
});
