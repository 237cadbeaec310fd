/** Calls that may succeed when sent again are retried once; a destination that fails every call gets no calls for a while. */
import { describe, expect, test } from 'vitest';
import type { AnswerHook, RawReply } from '../../../sandbox/sandbox.ts';
import { GatewayError } from '../../../src/errors.ts';
import type { PendingNeed } from '../../../src/media/scheduling/pending-need.ts';
import { chartsOf, documentsOf, namesUpTo, needOf, outcomeOf, patientsIn } from '../../support/core.ts';
import { settle } from '../../support/fake-clock.ts';
import { holdAnswers } from '../../support/gate.ts';
import { startTimedCore, type TimedCore } from '../../support/timed-core.ts';
import { until } from '../../support/until.ts';

const NAMES = namesUpTo(40);
const charts = [...chartsOf(NAMES), ...chartsOf(NAMES, { destination: 'county' })];

/** A retry waits for a twentieth of the maximum jitter of half a second. */
const random = () => 0.05;

/** Starts a core whose first calls get these replies. */
function startFailing(replies: readonly RawReply[], settings: Record<string, string> = {}) {
  const remaining = [...replies];
  const answer: AnswerHook = () => remaining.shift();
  return startTimedCore({ sandbox: { charts, answer }, settings, random });
}

/** Submits a need for one patient that shares its call with no other need. */
function askApart(
  core: TimedCore,
  name: string,
  options: { withinMs?: number; destination?: string } = {},
): PendingNeed {
  const { withinMs = 10_000, destination = 'general' } = options;
  return core.submit(needOf([name], {}, destination), {
    batchKey: name,
    deadline: core.clock.now() + withinMs,
  });
}

/** Submits a need for this patient, and moves the clock until it is settled. Resolves to its outcome. */
async function outcomeFor(core: TimedCore, name: string): Promise<string[] | string> {
  return (await core.finish(outcomeOf(core.submit(needOf([name]))))).result;
}

async function outcomesFor(core: TimedCore, names: readonly string[]): Promise<(string[] | string)[]> {
  return (await core.finish(Promise.all(names.map((name) => outcomeOf(askApart(core, name)))))).result;
}

const [FAILS, UNAVAILABLE] = [{ status: 503 }, 'UPSTREAM_UNAVAILABLE'];

describe('a call', () => {
  test.each([500, 502, 503, 504])('that failed with %d is retried', async (status) => {
    await using core = await startFailing([{ status }]);
    expect(await outcomeFor(core, 'p1')).toEqual(documentsOf(['p1']));
    expect([core.redox.callCount, core.observed.incidents]).toEqual([2, ['retried']]);
  });

  test.each([
    [400, 'UPSTREAM_REJECTED'],
    [403, 'UPSTREAM_REJECTED'],
    [501, UNAVAILABLE],
    [200, 'UPSTREAM_PROTOCOL'],
  ])('that failed with %d is not retried', async (status, code) => {
    await using core = await startFailing([{ status, body: 'x' }]);
    expect(await outcomeFor(core, 'p1')).toBe(code);
    expect([core.redox.callCount, core.observed.incidents]).toEqual([1, []]);
  });

  test.each([FAILS, { status: 500 }])('is never sent a third time: %o', async (answer) => {
    await using core = await startFailing([answer, answer, answer]);
    expect(await outcomeFor(core, 'p1')).toBe(UNAVAILABLE);
    expect(core.redox.callCount).toBe(2);
  });

  test('is not retried beyond the retry budget', async () => {
    await using core = await startTimedCore({
      sandbox: {
        charts,
        answer: ({ patients }) => (patients?.[0]?.[0]?.id.endsWith('0') ? FAILS : undefined),
      },
      random,
    });
    await outcomesFor(core, NAMES);
    const retries = core.observed.incidents.filter((kind) => kind === 'retried').length;
    expect([retries, core.redox.callCount]).toEqual([4, 44]);
  });

  test('is retried even when another destination has used up its retry budget', async () => {
    await using core = await startTimedCore({
      sandbox: {
        charts,
        answer: ({ destination }) => (destination.name.includes('General') ? FAILS : undefined),
      },
      random,
    });
    expect(await outcomesFor(core, NAMES.slice(0, 4))).toEqual(Array(4).fill(UNAVAILABLE));
    expect(core.observed.incidents).toEqual(['retried', 'retried', 'retried']);
    let failures = 0;
    core.redox.answer = () => {
      failures += 1;
      return failures === 1 ? FAILS : undefined;
    };
    const ask = core.submit(needOf(['p1'], {}, 'county'));
    expect((await core.finish(outcomeOf(ask))).result).toEqual(documentsOf(['p1']));
    expect(core.observed.incidents).toHaveLength(4);
  });

  test('is not retried when no need waits for it any more', async () => {
    await using core = await startFailing([FAILS]);
    const ask = core.submit(needOf(['p1']));
    await until(() => core.observed.incidents.length > 0);
    ask.fail(new GatewayError('UPSTREAM_UNAVAILABLE'));
    await core.pass(600);
    expect(core.redox.callCount).toBe(1);
  });

  test('that is split is not retried as well, so that a culprit costs no more calls than finding it', async () => {
    await using core = await startTimedCore({
      sandbox: {
        charts,
        answer: ({ patients }) =>
          patients?.some(([first]) => first?.id === 'SYN-p3') ? { status: 504 } : undefined,
      },
    });
    const asks = NAMES.map((name) => core.submit(needOf([name])));
    const { result: outcomes } = await core.finish(Promise.all(asks.map(outcomeOf)));
    expect(outcomes.filter((outcome) => typeof outcome === 'string')).toEqual(['UPSTREAM_TIMEOUT']);
    expect(core.observed.incidents).not.toContain('retried');
    expect(core.redox.callCount).toBeLessThanOrEqual(2 * Math.log2(NAMES.length) + 2);
  });
});

describe('a 429', () => {
  const HEADERS: readonly (readonly [string, string | undefined])[] = [
    ['a second', '1'],
    ['a minute', '60'],
    ['ten years', '315360000'],
    // This is two seconds after the time at which the clock starts.
    ['a date', 'Wed, 04 Mar 2026 00:00:02 GMT'],
    ['nothing', undefined],
    ['garbage', 'soon'],
    ['a negative time', '-5'],
    ['a date in the past', 'Thu, 01 Jan 2015 00:00:00 GMT'],
  ];
  const refusal = (header: string | undefined): RawReply => ({
    status: 429,
    headers: header === undefined ? {} : { 'retry-after': header },
  });

  test.each(HEADERS)(
    'whose Retry-After is %s lowers the pace; the need waits for another call, which is no retry',
    async (_, header) => {
      await using core = await startFailing([refusal(header)]);
      const { result, tookMs } = await core.finish(outcomeOf(core.submit(needOf(['p1']))));
      expect(result).toEqual(documentsOf(['p1']));
      expect(tookMs).toBeLessThan(500);
      expect([core.redox.callCount, core.observed.incidents]).toEqual([2, ['requeued']]);
    },
  );

  test.each(HEADERS.slice(1, 3))(
    'whose Retry-After is %s fails the need as RATE_LIMITED after several attempts, and then other needs at once',
    async (_, header) => {
      await using core = await startTimedCore({ sandbox: { charts, answer: () => refusal(header) }, random });
      const refusalOf = (ask: PendingNeed) =>
        ask.answer.then(
          () => 'answered',
          ({ code, details }: GatewayError) => [code, (details.retryAfterSeconds ?? 0) > 50],
        );
      const first = await core.finish(refusalOf(askApart(core, 'p1')));
      expect(first.result).toEqual(['RATE_LIMITED', true]);
      expect(await refusalOf(askApart(core, 'p2'))).toEqual(['RATE_LIMITED', true]);
      expect(core.redox.callCount).toBe(4);
    },
  );

  test('to every call, without Retry-After, fails needs as RATE_LIMITED, until a call after a second succeeds', async () => {
    const core = await startTimedCore({ sandbox: { charts, answer: () => refusal(undefined) }, random });
    await using _ = core;
    const { result } = await core.finish(outcomeOf(core.submit(needOf(['p1']))));
    expect([result, core.redox.callCount]).toEqual(['RATE_LIMITED', 4]);
    core.redox.answer = undefined;
    await core.pass(2000);
    expect(await outcomeFor(core, 'p1')).toEqual(documentsOf(['p1']));
  });

  test('to half of a call queues the half again, and uses no budget', async () => {
    const replies: (RawReply | undefined)[] = [{ status: 400 }, refusal('1'), refusal('1')];
    const core = await startTimedCore({ sandbox: { charts, answer: () => replies.shift() }, random });
    await using _ = core;
    const { result } = await core.finish(outcomeOf(core.submit(needOf(['p1', 'p2']))));
    expect(result).toEqual(documentsOf(['p1', 'p2']));
    expect(core.observed.incidents).toEqual(['split', 'requeued', 'requeued']);
    expect(core.redox.calls.map((call) => patientsIn(call).length)).toEqual([2, 1, 1, 1, 1]);
  });

  test('to several calls at once merges their needs into one call when they may share it', async () => {
    const replies = [refusal('1'), refusal('1'), refusal('1')];
    const core = await startTimedCore({ sandbox: { charts, answer: () => replies.shift() }, random });
    await using _ = core;
    const asked: Promise<string[] | string>[] = [];
    for (const name of ['p1', 'p2', 'p3']) {
      asked.push(outcomeOf(core.submit(needOf([name]))));
      await settle();
    }
    const { result } = await core.finish(Promise.all(asked));
    expect(result).toEqual(['p1', 'p2', 'p3'].map((name) => documentsOf([name])));
    expect(core.redox.callCount).toBe(4);
  });
});

describe('a destination that fails five calls in a row over more than a second', () => {
  async function startOpen() {
    const hook: { fails: boolean } = { fails: true };
    const core = await startTimedCore({
      sandbox: {
        charts,
        answer: ({ destination }) => (hook.fails && destination.name.includes('General') ? FAILS : undefined),
      },
      random,
    });
    for (const name of NAMES) {
      if (core.observed.breakers.length > 0) break;
      await outcomesFor(core, [name]);
      await core.pass(250);
    }
    return { core, hook };
  }

  test('gets no more calls: further needs fail at once', async () => {
    const { core } = await startOpen();
    await using _ = core;
    expect(core.observed.breakers).toEqual(['general open']);
    const calls = core.redox.callCount;
    const outcomes = await Promise.all(NAMES.map((name) => outcomeOf(askApart(core, name))));
    expect(new Set(outcomes)).toEqual(new Set([UNAVAILABLE]));
    expect(core.redox.callCount).toBe(calls);
  });

  test('does not affect another destination', async () => {
    const { core } = await startOpen();
    await using _ = core;
    expect(await outcomeOf(askApart(core, 'p1', { destination: 'county' }))).toEqual(documentsOf(['p1']));
  });

  test('gets one probe at a time after half a second, and all calls when a probe succeeds', async () => {
    const { core, hook } = await startOpen();
    await using _ = core;
    const calls = core.redox.callCount;
    await core.pass(500);
    await outcomesFor(core, NAMES);
    expect(core.redox.callCount).toBe(calls + 1);
    hook.fails = false;
    await core.pass(500);
    expect(await outcomesFor(core, ['p1'])).toEqual([documentsOf(['p1'])]);
    expect(await outcomesFor(core, NAMES)).toEqual(NAMES.map((name) => documentsOf([name])));
    expect(core.observed.breakers.at(-1)).toBe('general closed');
  });
});

test('needs beyond the limit of waiting needs fail at once as OVERLOADED; the others are answered', async () => {
  await using core = await startTimedCore({
    sandbox: { charts },
    settings: { MAX_WAITING_NEEDS: '10', REDOX_CONCURRENCY: '1' },
  });
  using gate = holdAnswers(core.redox);
  const asks = NAMES.map((name) => askApart(core, name));
  const refused = await Promise.all(asks.slice(10).map(outcomeOf));
  expect(new Set(refused)).toEqual(new Set(['OVERLOADED']));
  await settle();
  gate.open();
  const answered = await Promise.all(asks.slice(0, 10).map(outcomeOf));
  expect(answered).toEqual(NAMES.slice(0, 10).map((name) => documentsOf([name])));
});
