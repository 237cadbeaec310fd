/** Who is let in when there is little room: writes within the quota, the living before those who have left. */

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { needOf, outcomeOf, startCore } from '../../support/core.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';

test('writes that are let go together each count to the quota', async () => {
  await using core = await startCore({ settings: { REDOX_RATE: '2/60s', REDOX_CONCURRENCY: '8' } });
  const sent: number[] = [];
  const { signal } = new AbortController();
  const ends = Array.from({ length: 5 }, (_, at) =>
    core.scheduler
      .write(['general'], async () => void sent.push(at), {
        patient: [],
        deadline: performance.now() + 1000,
        signal,
      })
      .then(
        () => 'sent',
        ({ code }) => code,
      ),
  );
  expect((await Promise.all(ends)).toSorted()).toEqual([...Array(3).fill('RATE_LIMITED'), 'sent', 'sent']);
  expect(sent).toEqual([0, 1]);
});

test('those who have left take up no room among those who wait', async () => {
  await using core = await startCore({
    sandbox: { charts: [], latencyMs: 1000 },
    settings: { REDOX_CONCURRENCY: '1', MAX_WAITING_NEEDS: '3' },
  });
  const first = core.ask(needOf(['first']));
  await until(() => core.redox.inFlight === 1);
  const waiting = ['a', 'b', 'c'].map((name) => core.ask(needOf([name])));
  await sleep(20);
  expect(await outcomeOf(core.ask(needOf(['d'])))).toBe('OVERLOADED');
  for (const ask of waiting) ask.fail(new Error('has left'));
  await Promise.allSettled(waiting.map(({ answer }) => answer));
  expect(await outcomeOf(core.ask(needOf(['e'])))).toEqual([]);
  expect(await outcomeOf(first)).toEqual([]);
});

test('calls for several patients that are never answered open the breaker like others', async () => {
  const clock = new FakeClock();
  await using core = await startCore({
    sandbox: { charts: [], answer: () => ({ status: 504 }) },
    clock,
    random: () => 0,
  });
  const ask = (round: number) => outcomeOf(core.ask(needOf([`a${round}`, `b${round}`])));
  const outcomes: unknown[] = [];
  for (let round = 1; round <= 6; round++) {
    outcomes.push(await ask(round));
    await clock.advance(400);
  }
  expect([outcomes[0], outcomes.at(-1)]).toEqual(['UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE']);
  expect(core.observed.breakers).toContain('general open');
});
