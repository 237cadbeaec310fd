/** What may pass when it is sent again is, once; who fails everybody is left alone. */

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { AnswerHook, RawReply } from '../../../sandbox/sandbox.ts';
import { createSystemClock } from '../../../src/clock.ts';
import { GatewayError } from '../../../src/errors.ts';
import type { Ask } from '../../../src/media/scheduling/ask.ts';
import {
  chartsOf,
  documentsOf,
  namesUpTo,
  needOf,
  outcomeOf,
  startCore,
  type TestCore,
} from '../../support/core.ts';

const NAMES = namesUpTo(40);
const charts = [...chartsOf(NAMES), ...chartsOf(NAMES, { destination: 'county' })];

/** A repeat waits for a twentieth of the longest jitter. */
const random = () => 0.05;

/** Answers with these first, then as usual. */
function startFailing(replies: readonly RawReply[], settings: Record<string, string> = {}) {
  const left = [...replies];
  const answer: AnswerHook = () => left.shift();
  return startCore({ sandbox: { charts, answer }, settings, random });
}

/** In a call of its own. */
function askApart(
  core: TestCore,
  name: string,
  options: { withinMs?: number; destination?: string } = {},
): Ask {
  const { withinMs = 10_000, destination = 'general' } = options;
  return core.ask(needOf([name], {}, destination), { share: name, deadline: performance.now() + withinMs });
}

const [FAILS, UNAVAILABLE] = [{ status: 503 }, 'UPSTREAM_UNAVAILABLE'];

describe('a call', () => {
  test.each([500, 502, 503, 504])('that got %d is sent once more', async (status) => {
    await using core = await startFailing([{ status }]);
    expect(await outcomeOf(core.ask(needOf(['p1'])))).toEqual(documentsOf(['p1']));
    expect([core.redox.callCount, core.observed.incidents]).toEqual([2, ['repeated']]);
  });

  test.each([
    [400, 'UPSTREAM_REJECTED'],
    [403, 'UPSTREAM_REJECTED'],
    [501, UNAVAILABLE],
    [200, 'UPSTREAM_PROTOCOL'],
  ])('that got %d is not', async (status, code) => {
    await using core = await startFailing([{ status, body: 'x' }]);
    expect(await outcomeOf(core.ask(needOf(['p1'])))).toBe(code);
    expect([core.redox.callCount, core.observed.incidents]).toEqual([1, []]);
  });

  test.each([FAILS, { status: 500 }])('is never sent a third time: %o', async (answer) => {
    await using core = await startFailing([answer, answer, answer]);
    expect(await outcomeOf(core.ask(needOf(['p1'])))).toBe(UNAVAILABLE);
    expect(core.redox.callCount).toBe(2);
  });

  test('is not repeated beyond the budget', async () => {
    await using core = await startCore({
      sandbox: {
        charts,
        answer: ({ patients }) => (patients?.[0]?.[0]?.id.endsWith('0') ? FAILS : undefined),
      },
    });
    await Promise.all(NAMES.map((name) => outcomeOf(askApart(core, name))));
    const repeats = core.observed.incidents.filter((kind) => kind === 'repeated').length;
    expect([repeats, core.redox.callCount]).toEqual([4, 44]);
  });

  test('that nobody waits for any more is not', async () => {
    await using core = await startFailing([FAILS]);
    const ask = core.ask(needOf(['p1']));
    while (core.observed.incidents.length === 0) await sleep(1);
    ask.fail(new GatewayError('UPSTREAM_UNAVAILABLE'));
    await sleep(600);
    expect(core.redox.callCount).toBe(1);
  });

  test('in two halves is a second attempt, so that a culprit costs no more than finding it', async () => {
    await using core = await startCore({
      sandbox: {
        charts,
        answer: ({ patients }) =>
          patients?.some(([first]) => first?.id === 'SYN-p3') ? { status: 504 } : undefined,
      },
    });
    const asks = NAMES.map((name) => core.ask(needOf([name])));
    const outcomes = await Promise.all(asks.map(outcomeOf));
    expect(outcomes.filter((outcome) => typeof outcome === 'string')).toEqual(['UPSTREAM_TIMEOUT']);
    expect(core.observed.incidents).not.toContain('repeated');
    expect(core.redox.callCount).toBeLessThanOrEqual(2 * Math.log2(NAMES.length) + 2);
  });
});

describe('R5: 429', () => {
  const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toUTCString();
  test.each<[string, string | undefined, number, number]>([
    ['a second', '1', 950, 1900],
    ['a date', 'DATE', 900, 3200],
    ['nothing', undefined, 0, 900],
    ['garbage', 'soon', 0, 900],
    ['a negative time', '-5', 0, 900],
    ['a date in the past', 'Thu, 01 Jan 2015 00:00:00 GMT', 0, 900],
  ])('with %s is honoured', async (_, header, leastMs, mostMs) => {
    const retryAfter = header === 'DATE' ? inSeconds(2) : header;
    const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    await using core = await startFailing([{ status: 429, headers }]);
    const begun = performance.now();
    expect(await outcomeOf(core.ask(needOf(['p1'])))).toEqual(documentsOf(['p1']));
    const tookMs = performance.now() - begun;
    expect(tookMs).toBeGreaterThanOrEqual(leastMs);
    expect(tookMs).toBeLessThan(mostMs);
    expect(core.redox.callCount).toBe(2);
  });

  test.each([
    ['a minute', '60'],
    ['ten years', '315360000'],
  ])('with %s, beyond the deadline, is RATE_LIMITED at once, for others too', async (_, header) => {
    await using core = await startFailing([{ status: 429, headers: { 'retry-after': header } }]);
    const begun = performance.now();
    const refusals: unknown[] = [];
    for (const name of ['p1', 'p2']) {
      await askApart(core, name).answer.catch((error: GatewayError) => {
        refusals.push([error.code, (error.details.retryAfterSeconds ?? 0) > 50]);
      });
    }
    expect(refusals).toEqual([
      ['RATE_LIMITED', true],
      ['RATE_LIMITED', true],
    ]);
    expect(performance.now() - begun).toBeLessThan(500);
    expect(core.redox.callCount).toBe(1);
  });
});

describe('a destination that fails five calls in a row, over a second', () => {
  async function startOpen() {
    const hook: { fails: boolean } = { fails: true };
    let aheadMs = 0;
    const system = createSystemClock();
    const core = await startCore({
      sandbox: {
        charts,
        answer: ({ destination }) => (hook.fails && destination.name.includes('General') ? FAILS : undefined),
      },
      random,
      clock: { ...system, now: () => system.now() + aheadMs },
    });
    const pass = (ms: number) => {
      aheadMs += ms;
    };
    for (const name of NAMES) {
      if (core.observed.breakers.length > 0) break;
      await outcomeOf(askApart(core, name));
      pass(250);
    }
    return { core, hook, pass };
  }

  test('is left alone: others hear so at once, at no call', async () => {
    const { core } = await startOpen();
    await using _ = core;
    expect(core.observed.breakers).toEqual(['general open']);
    const calls = core.redox.callCount;
    const begun = performance.now();
    const outcomes = await Promise.all(NAMES.map((name) => outcomeOf(askApart(core, name))));
    expect(new Set(outcomes)).toEqual(new Set([UNAVAILABLE]));
    expect(performance.now() - begun).toBeLessThan(200);
    expect(core.redox.callCount).toBe(calls);
  });

  test('takes no other destination along', async () => {
    const { core } = await startOpen();
    await using _ = core;
    expect(await outcomeOf(askApart(core, 'p1', { destination: 'county' }))).toEqual(documentsOf(['p1']));
  });

  test('is asked by one at a time from half a second on, and by all when it is back', async () => {
    const { core, hook, pass } = await startOpen();
    await using _ = core;
    const calls = core.redox.callCount;
    pass(500);
    await Promise.all(NAMES.map((name) => outcomeOf(askApart(core, name))));
    expect(core.redox.callCount).toBe(calls + 1);
    hook.fails = false;
    pass(500);
    expect(await outcomeOf(askApart(core, 'p1'))).toEqual(documentsOf(['p1']));
    const all = await Promise.all(NAMES.map((name) => outcomeOf(askApart(core, name))));
    expect(all).toEqual(NAMES.map((name) => documentsOf([name])));
    expect(core.observed.breakers.at(-1)).toBe('general closed');
  });
});

test('more than may wait are OVERLOADED at once; those before them are answered', async () => {
  await using core = await startCore({
    sandbox: { charts, latencyMs: 100 },
    settings: { MAX_WAITING_NEEDS: '10', REDOX_CONCURRENCY: '1' },
  });
  const asks = NAMES.map((name) => askApart(core, name));
  const outcomes = await Promise.all(asks.map(outcomeOf));
  expect(outcomes.slice(0, 10)).toEqual(NAMES.slice(0, 10).map((name) => documentsOf([name])));
  expect(new Set(outcomes.slice(10))).toEqual(new Set(['OVERLOADED']));
});
