/** Limits under load: writes stay within the quota, and needs of ended operations do not count as waiting. */

import { expect, test } from 'vitest';
import { destinationAlias } from '../../../src/media/model/keys.ts';
import { needOf, outcomeOf, startCore } from '../../support/core.ts';
import { settle } from '../../support/fake-clock.ts';
import { holdAnswers } from '../../support/gate.ts';
import { startTimedCore } from '../../support/timed-core.ts';
import { until } from '../../support/until.ts';

test('writes that start in the same dispatch each count against the quota', async () => {
  await using core = await startTimedCore({ settings: { REDOX_RATE: '2/60s', REDOX_CONCURRENCY: '8' } });
  const sent: number[] = [];
  const { signal } = new AbortController();
  const ends = Array.from({ length: 5 }, (_, at) =>
    core.scheduler
      .write([destinationAlias('general')], async () => void sent.push(at), {
        patient: [],
        deadline: core.clock.now() + 1000,
        signal,
      })
      .then(
        () => 'sent',
        ({ code }) => code,
      ),
  );
  const { result } = await core.finish(Promise.all(ends));
  expect(result.toSorted()).toEqual([...Array(3).fill('RATE_LIMITED'), 'sent', 'sent']);
  expect(sent).toEqual([0, 1]);
});

test('needs of ended operations do not count against the limit of waiting needs', async () => {
  await using core = await startCore({
    sandbox: { charts: [] },
    settings: { REDOX_CONCURRENCY: '1', MAX_WAITING_NEEDS: '3' },
  });
  using gate = holdAnswers(core.redox);
  const first = core.submit(needOf(['first']));
  await until(() => core.redox.inFlight === 1);
  const waiting = ['a', 'b', 'c'].map((name) => core.submit(needOf([name])));
  await settle();
  expect(await outcomeOf(core.submit(needOf(['d'])))).toBe('OVERLOADED');
  for (const ask of waiting) ask.fail(new Error('has left'));
  await Promise.allSettled(waiting.map(({ answer }) => answer));
  const coming = core.submit(needOf(['e']));
  await settle();
  gate.open();
  expect(await outcomeOf(coming)).toEqual([]);
  expect(await outcomeOf(first)).toEqual([]);
});

test('calls for several patients that time out open the circuit breaker like other calls', async () => {
  await using core = await startTimedCore({
    sandbox: { charts: [], answer: () => ({ status: 504 }) },
    random: () => 0,
  });
  const ask = (round: number) => outcomeOf(core.submit(needOf([`a${round}`, `b${round}`])));
  const outcomes: unknown[] = [];
  for (let round = 1; round <= 6; round++) {
    outcomes.push((await core.finish(ask(round))).result);
    await core.pass(400);
  }
  expect([outcomes[0], outcomes.at(-1)]).toEqual(['UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE']);
  expect(core.observed.breakers).toContain('general open');
});
