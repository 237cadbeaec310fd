/** When an operation is aborted, calls that only its needs waited for are cancelled at once; other operations are not affected. */
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/errors.ts';
import {
  chartsOf,
  documentsOf,
  namesUpTo,
  needOf,
  outcomeOf,
  patientsIn,
  startCore,
} from '../../support/core.ts';
import { settle } from '../../support/fake-clock.ts';
import { Gate } from '../../support/gate.ts';
import { until } from '../../support/until.ts';

const charts = chartsOf(namesUpTo(20));
const gone = new GatewayError('UPSTREAM_UNAVAILABLE', { retryable: true });

/** Starts a core with a gate that holds all calls. */
async function startHeld(settings: Record<string, string> = {}) {
  const gate = new Gate();
  const core = await startCore({
    settings,
    sandbox: {
      charts,
      answer: async () => {
        await gate.passed;
        return undefined;
      },
    },
  });
  return { core, gate };
}

describe('an operation that is aborted', () => {
  test('cancels the call that no other operation waits for', async () => {
    const { core } = await startHeld();
    await using _ = core;
    const ending = new AbortController();
    const load = core.openOperation({ signal: ending.signal }).load(needOf(['p1']));
    await until(() => core.redox.inFlight === 1);
    ending.abort(gone);
    expect(await outcomeOf(load)).toBe('UPSTREAM_UNAVAILABLE');
    await until(() => core.redox.inFlight === 0);
  });

  test('does not cancel a call that another operation waits for', async () => {
    const { core, gate } = await startHeld();
    await using _ = core;
    const endings = [new AbortController(), new AbortController(), new AbortController()];
    const loads = endings.map(({ signal }, at) =>
      outcomeOf(core.openOperation({ signal }).load(needOf([`p${at}`, 'p9']))),
    );
    await until(() => core.redox.inFlight === 1);
    endings[0]?.abort(gone);
    endings[2]?.abort(gone);
    await settle();
    expect(core.redox.inFlight).toBe(1);
    gate.open();
    const expected = ['UPSTREAM_UNAVAILABLE', documentsOf(['p1', 'p9']), 'UPSTREAM_UNAVAILABLE'];
    expect(await Promise.all(loads)).toEqual(expected);
    expect(core.redox.callCount).toBe(1);
  });

  test('cancels the call when it was the last operation that waited for it', async () => {
    const { core } = await startHeld();
    await using _ = core;
    const asks = ['p1', 'p2'].map((name) => core.submit(needOf([name])));
    await until(() => core.redox.inFlight === 1);
    for (const ask of asks) ask.fail(gone);
    await until(() => core.redox.inFlight === 0);
  });

  test('does not fail a need for the same patient that comes at the same moment', async () => {
    const { core, gate } = await startHeld();
    await using _ = core;
    const leaving = core.submit(needOf(['p1', 'p2']));
    await until(() => core.redox.inFlight === 1);
    leaving.fail(gone);
    const coming = core.submit(needOf(['p1']));
    gate.open();
    expect(await outcomeOf(coming)).toEqual(documentsOf(['p1']));
  });

  test('frees the slot of its call for waiting needs', async () => {
    const { core, gate } = await startHeld({ REDOX_CONCURRENCY: '1' });
    await using _ = core;
    const leaving = core.submit(needOf(['p1']));
    await until(() => core.redox.inFlight === 1);
    const waiting = core.submit(needOf(['p2']));
    leaving.fail(gone);
    await until(() => core.redox.callCount === 2);
    gate.open();
    expect(await outcomeOf(waiting)).toEqual(documentsOf(['p2']));
  });
});

describe('a need that waits for a slot when its operation is aborted', () => {
  test('is not sent', async () => {
    const { core, gate } = await startHeld({ REDOX_CONCURRENCY: '1' });
    await using _ = core;
    const first = core.submit(needOf(['p0']));
    await until(() => core.redox.inFlight === 1);
    const asks = ['p1', 'p2', 'p3'].map((name) => core.submit(needOf([name])));
    await settle();
    asks[0]?.fail(gone);
    asks[2]?.fail(gone);
    gate.open();
    await Promise.all([first, ...asks].map(outcomeOf));
    await settle();
    expect(core.redox.calls.map(patientsIn)).toEqual([['p0'], ['p2']]);
  });

  test('is not sent when it was planned already', async () => {
    const { core, gate } = await startHeld({ REDOX_CONCURRENCY: '1', BATCH_MAX_PATIENTS: '1' });
    await using _ = core;
    const asks = namesUpTo(4).map((name) => core.submit(needOf([name])));
    await until(() => core.redox.inFlight === 1);
    asks[1]?.fail(gone);
    asks[3]?.fail(gone);
    gate.open();
    await Promise.all(asks.map(outcomeOf));
    await settle();
    expect(core.redox.calls.map(patientsIn)).toEqual([['p0'], ['p2']]);
  });

  test('is not sent as half of a refused call', async () => {
    const gate = new Gate();
    await using core = await startCore({
      settings: { REDOX_CONCURRENCY: '1' },
      sandbox: {
        charts,
        answer: async ({ patients }) => {
          if (patients?.length === 4) return { status: 413 };
          await gate.passed;
          return undefined;
        },
      },
    });
    const asks = namesUpTo(4).map((name) => core.submit(needOf([name])));
    await until(() => core.redox.callCount === 2);
    for (const ask of asks.slice(2)) ask.fail(gone);
    gate.open();
    await Promise.all(asks.map(outcomeOf));
    await settle();
    expect(core.redox.calls.map(patientsIn)).toEqual([
      ['p0', 'p1', 'p2', 'p3'],
      ['p0', 'p1'],
    ]);
  });
});

test('when one half of a refused call fails a need that is in both halves, the other half is cancelled', async () => {
  const gate = new Gate();
  await using core = await startCore({
    sandbox: {
      charts,
      answer: async ({ patients }) => {
        if (patients?.length === 2) return { status: 413 };
        if (patients?.[0]?.[0]?.id === 'SYN-p0') return { status: 403 };
        await gate.passed;
        return undefined;
      },
    },
  });
  expect(await outcomeOf(core.submit(needOf(['p0', 'p1'])))).toBe('UPSTREAM_REJECTED');
  await until(() => core.redox.inFlight === 0);
});
