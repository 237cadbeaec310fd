/** A need joins the calls in flight that cover it or parts of it. */
import { describe, expect, test } from 'vitest';
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
import { until } from '../../support/until.ts';

const charts = chartsOf(namesUpTo(10));

/** Starts a core with a call for p1, p2 and p3 in flight, which the gate holds. */
async function startWithCallInFlight(): Promise<{ core: TestCore; gate: Gate; first: Promise<unknown> }> {
  const gate = new Gate();
  const core = await startCore({
    sandbox: {
      charts,
      answer: async (query) => {
        if (query.patients?.length === 3) await gate.passed;
        return undefined;
      },
    },
  });
  const first = outcomeOf(core.submit(needOf(['p1', 'p2', 'p3'])));
  await until(() => core.redox.inFlight === 1);
  return { core, gate, first };
}

describe('with a call for three patients in flight', () => {
  test('an equal need costs no call', async () => {
    const { core, gate, first } = await startWithCallInFlight();
    await using _ = core;
    const again = core.submit(needOf(['p3', 'p1', 'p2']));
    await new Promise(setImmediate);
    gate.open();
    expect(await outcomeOf(again)).toEqual(documentsOf(['p1', 'p2', 'p3']));
    expect(await first).toEqual(documentsOf(['p1', 'p2', 'p3']));
    expect(core.redox.callCount).toBe(1);
  });

  test('needs that the call contains cost no call, and get only the items that they asked for', async () => {
    const { core, gate } = await startWithCallInFlight();
    await using _ = core;
    const one = core.submit(needOf(['p2']));
    const photos = core.submit(needOf(['p1', 'p3'], { documentTypes: ['Photo'] }));
    const document = core.submit(needOf(['p1'], { documentIds: ['p1-b'] }));
    gate.open();
    const outcomes = await Promise.all([one, photos, document].map(outcomeOf));
    expect(outcomes).toEqual([['p2-a', 'p2-b'], ['p1-a', 'p3-a'], ['p1-b']]);
    expect(core.redox.callCount).toBe(1);
  });

  test('only the rest of a need that the call covers partly is queried', async () => {
    const { core, gate } = await startWithCallInFlight();
    await using _ = core;
    const partly = core.submit(needOf(['p2', 'p4']));
    await until(() => core.redox.calls.some(({ status }) => status === 200));
    expect(core.redox.calls.map(patientsIn)).toEqual([['p1', 'p2', 'p3'], ['p4']]);
    gate.open();
    expect(await outcomeOf(partly)).toEqual(documentsOf(['p2', 'p4']));
  });

  test('a need may wait for several calls at once', async () => {
    const { core, gate } = await startWithCallInFlight();
    await using _ = core;
    const other = core.submit(needOf(['p4', 'p5', 'p6']));
    await until(() => core.redox.inFlight === 2);
    const over = core.submit(needOf(['p1', 'p5', 'p7']));
    gate.open();
    expect(await outcomeOf(over)).toEqual(documentsOf(['p1', 'p5', 'p7']));
    expect(idsOf(await other.answer)).toEqual(documentsOf(['p4', 'p5', 'p6']));
    expect(core.redox.calls.map(patientsIn).at(-1)).toEqual(['p7']);
    expect(core.redox.callCount).toBe(3);
  });

  test('a need that does not overlap with the call does not wait for it', async () => {
    const { core, gate } = await startWithCallInFlight();
    await using _ = core;
    expect(await outcomeOf(core.submit(needOf(['p4'])))).toEqual(documentsOf(['p4']));
    expect(core.redox.inFlight).toBe(1);
    gate.open();
  });

  test('a need of another batch key gets a call of its own', async () => {
    const { core, gate } = await startWithCallInFlight();
    await using _ = core;
    const yours = core.submit(needOf(['p2']), { batchKey: 'yours' });
    expect(await outcomeOf(yours)).toEqual(documentsOf(['p2']));
    expect(core.redox.callCount).toBe(2);
    gate.open();
  });

  test('a need of another destination gets a call of its own', async () => {
    const { core, gate } = await startWithCallInFlight();
    await using _ = core;
    expect(await outcomeOf(core.submit(needOf(['p2'], {}, 'county')))).toEqual([]);
    expect(core.redox.callCount).toBe(2);
    gate.open();
  });
});

test('a need that joined a call is answered by its halves when the call is refused', async () => {
  const gate = new Gate();
  await using core = await startCore({
    sandbox: {
      charts,
      answer: async (query) => {
        if (query.patients?.length !== 4) return undefined;
        await gate.passed;
        return { status: 413 };
      },
    },
  });
  const first = core.submit(needOf(namesUpTo(4)));
  await until(() => core.redox.inFlight === 1);
  const joined = core.submit(needOf(['p1', 'p2', 'p9']));
  await until(() => core.redox.callCount === 2);
  gate.open();
  expect(await outcomeOf(joined)).toEqual(documentsOf(['p1', 'p2', 'p9']));
  expect(await outcomeOf(first)).toEqual(documentsOf(namesUpTo(4)));
  expect(core.redox.calls.map(patientsIn)).toEqual([
    ['p0', 'p1', 'p2', 'p3'],
    ['p9'],
    ['p0', 'p1'],
    ['p2', 'p3'],
  ]);
});

test('a document returned by two calls is given to a need once, as described by the call that the need waited for', async () => {
  using gate = new Gate();
  await using core = await startCore({
    sandbox: {
      charts,
      // The reply to the first call, for p5 alone, names no patient; the other reply does.
      answer: async ({ patients }, documents) => {
        if (patients?.length !== 1) return documents;
        await gate.passed;
        return documents.map((document) => ({ ...document, identifiers: [] }));
      },
    },
  });
  const first = core.submit(needOf(['p5']));
  await until(() => core.redox.inFlight === 1);
  // This need requires files, and so does not join the first call. The next need joins the first call for p5, and shares a call
  // for p0.
  const withFiles = core.submit({ ...needOf(['p5', 'p6']), files: 'digest' });
  const both = core.submit(needOf(['p0', 'p5']));
  await until(() => core.redox.calls.some(({ status }) => status === 200));
  expect(core.redox.calls.map(patientsIn)).toEqual([['p5'], ['p0', 'p5', 'p6']]);
  gate.open();
  expect(await outcomeOf(both)).toEqual(documentsOf(['p0', 'p5']));
  expect(await outcomeOf(withFiles)).toEqual(documentsOf(['p5', 'p6']));
  expect(await outcomeOf(first)).toEqual(documentsOf(['p5']));
});
