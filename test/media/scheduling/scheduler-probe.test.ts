/** A probe repeats a call that is overdue. It is not cancelled when it is the only call that its needs wait for. */
import { expect, test } from 'vitest';
import { chartsOf, documentsOf, needOf, outcomeOf, startCore } from '../../support/core.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';

test('a probe is not cancelled once the call that it repeats was refused: the needs wait for the probe alone', async () => {
  const clock = new FakeClock();
  let calls = 0;
  await using core = await startCore({
    clock,
    sandbox: {
      charts: chartsOf(['p1', 'p2']),
      tokenLifetimeSeconds: 86_400,
      answer: async () => {
        calls += 1;
        const isFirst = calls === 1;
        // The refusal comes while the first probe is in flight; the probe takes longer than probes may.
        await new Promise<void>((resolve) => void clock.setTimeout(resolve, isFirst ? 7000 : 20_000));
        return isFirst ? { status: 503, body: '' } : undefined;
      },
    },
  });
  const needs = ['p1', 'p2'].map((name) => outcomeOf(core.submit(needOf([name]))));
  await until(() => core.redox.inFlight === 1);
  expect(await clock.advanceUntil(Promise.all(needs), 30_000)).toEqual([
    documentsOf(['p1']),
    documentsOf(['p2']),
  ]);
  expect(core.redox.callCount).toBe(2);
});
