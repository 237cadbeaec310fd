/** Waiting calls: which start first, how calls without open needs are removed, and that the counts stay correct. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CallerTurns } from '../../../src/media/fairness/caller-turns.ts';
import { WaitingShares } from '../../../src/media/fairness/waiting-shares.ts';
import { CallSplitter } from '../../../src/media/resilience/call-splitter.ts';
import { Halving, type HalvingListener } from '../../../src/media/resilience/halving.ts';
import { LearnedLimits } from '../../../src/media/resilience/learned-limits.ts';
import { retryCall, splitCall } from '../../../src/media/scheduling/further-calls.ts';
import { PendingNeed } from '../../../src/media/scheduling/pending-need.ts';
import { UpstreamCall } from '../../../src/media/scheduling/upstream-call.ts';
import { WaitingCalls } from '../../../src/media/scheduling/waiting-calls.ts';
import { CASES } from '../../support/cases.ts';
import { needOf } from '../../support/core.ts';
import { FakeClock } from '../../support/fake-clock.ts';

function createWaiting() {
  const limits = { patients: 50, visits: 50, documents: 50 };
  const clock = new FakeClock();
  const ignore = () => undefined;
  const hash = (text: string) => text;
  const splitter = new CallSplitter({ clock, hash, onTooLong: ignore, onAllRefused: ignore });
  const shares = new WaitingShares<PendingNeed>();
  const waiting = new WaitingCalls({
    limits: new LearnedLimits(limits, 40_000_000, clock),
    splitter,
    shares,
    turns: new CallerTurns(),
    isOnePatientPerCall: false,
  });
  const submit = (names: readonly string[], batchKey = '', caller = '') => {
    const onFinish = (need: PendingNeed) => waiting.recordFinished(need);
    return new PendingNeed(needOf(names), { batchKey, caller, deadline: 1, submittedAt: 0, onFinish });
  };
  return { waiting, shares, submit };
}

const partOf = (need: PendingNeed) => ({ box: need.box, owner: need });
const callFor = (...needs: [PendingNeed, ...PendingNeed[]]) =>
  new UpstreamCall({ box: needs[0].box, parts: needs.map(partOf) });
const namesOf = (call: UpstreamCall | undefined) => call?.parts.map(({ owner }) => owner);
const halvingOf = (listener: HalvingListener) =>
  new Halving({ dimension: 'patients', length: 2, cause: 'refused', startedAt: 0 }, null, listener);
const always = () => true;

describe('pinned calls', () => {
  test('are not taken before their time; the next due time is the earliest one after the given time', () => {
    const { waiting, submit } = createWaiting();
    const retry = retryCall(callFor(submit(['a'])), 10.5);
    waiting.pin(retry);
    expect(waiting.takePinned(10, always)).toBeUndefined();
    // The call was not due at 10, so its time must be found from 10 on, whatever the time is now.
    expect(waiting.nextDueAfter(10)).toBe(10.5);
    expect(waiting.nextDueAfter(11)).toBe(Number.POSITIVE_INFINITY);
    expect(waiting.takePinned(11, always)).toBe(retry);
    expect(waiting.isEmpty).toBe(true);
  });

  test('without open needs are removed, and nothing is learned from removed halves', () => {
    const { waiting, submit } = createWaiting();
    const [gone, there] = [submit(['a', 'b']), submit(['c'])];
    const list = { dimension: 'patients', values: new Set(gone.box.patients) } as const;
    const events: string[] = [];
    const listener = {
      unproven: { inFlight: 0 },
      onTooLong: () => events.push('too long'),
      onHalfAnswered: () => events.push('half answered'),
      onCulprit: () => events.push('culprit'),
      onAllRefused: () => events.push('all refused'),
    };
    waiting.pinHalves(splitCall(callFor(gone), list, halvingOf(listener)));
    waiting.pin(retryCall(callFor(there), 1));
    gone.fail(new Error('gone'));
    expect(namesOf(waiting.takePinned(2, always))).toEqual([there]);
    expect(waiting.takePinned(2, always)).toBeUndefined();
    expect(events).toEqual([]);
  });

  test('start first when they are halves', () => {
    const { waiting, submit } = createWaiting();
    const [several, other] = [submit(['a', 'b']), submit(['c'])];
    const list = { dimension: 'patients', values: new Set(several.box.patients) } as const;
    const listener = {
      unproven: { inFlight: 0 },
      onTooLong() {},
      onHalfAnswered() {},
      onCulprit() {},
      onAllRefused() {},
    };
    waiting.pin(retryCall(callFor(other), 0));
    waiting.pinHalves(splitCall(callFor(several), list, halvingOf(listener)));
    expect(waiting.calls.map(namesOf)).toEqual([[several], [several], [other]]);
  });

  test('are not merged with new needs, which are planned without them', () => {
    const { waiting, submit } = createWaiting();
    const [first, second, third] = [submit(['a']), submit(['b']), submit(['c'])];
    const retry = retryCall(callFor(first), 0);
    waiting.pin(retry);
    waiting.add(partOf(second));
    waiting.add(partOf(third));
    expect(waiting.calls.map(namesOf)).toEqual([[first], [second, third]]);
    expect(waiting.calls[0]).toBe(retry);
  });
});

test('planned calls are dissolved when a need arrives, and merged with it', () => {
  const { waiting, submit } = createWaiting();
  const [first, second] = [submit(['a']), submit(['b'])];
  waiting.add(partOf(first));
  expect(waiting.plan).toHaveLength(1);
  waiting.add(partOf(second));
  expect(waiting.plan.map(namesOf)).toEqual([[first, second]]);
});

test('a planned call no longer asks for the patients of a need that has finished', () => {
  const { waiting, submit } = createWaiting();
  const [gone, there] = [submit(['a']), submit(['b'])];
  for (const need of [gone, there]) waiting.add(partOf(need));
  expect(waiting.plan).toHaveLength(1);
  gone.fail(new Error('gone'));
  expect(waiting.takePlanned(always)?.box).toEqual(there.box);
  expect(waiting.isEmpty).toBe(true);
});

test('after any sequence of changes, the size is the number of parts whose needs are open', () => {
  const step = fc.record({
    kind: fc.constantFrom('add', 'pin', 'fail', 'take', 'takePinned', 'drop', 'plan', 'evict'),
    at: fc.nat(20),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { waiting, shares, submit } = createWaiting();
      const needs: PendingNeed[] = [];
      const partsOf = (caller: string) =>
        needs
          .filter((need) => need.caller === caller && !need.finished)
          .reduce((sum, { waiting: parts }) => sum + parts, 0);
      const run: Readonly<Record<string, (at: number) => void>> = {
        add: (at) => {
          const need = submit([`p${at}`], `key ${at % 2}`, `caller ${at % 3}`);
          needs.push(need);
          waiting.add(partOf(need));
        },
        pin: (at) => {
          const need = submit([`p${at}`], '', `caller ${at % 3}`);
          needs.push(need);
          waiting.pin(retryCall(callFor(need), at));
        },
        fail: (at) => needs[at]?.fail(new Error('gone')),
        take: () => void waiting.takePlanned(always),
        takePinned: (at) => void waiting.takePinned(at, always),
        drop: (at) => waiting.drop(new Set(needs.slice(at, at + 2))),
        plan: () => void waiting.plan,
        evict: (at) => {
          const parts = [0, 1, 2].map((caller) => partsOf(`caller ${caller}`));
          const own = parts[at % 3] ?? 0;
          const need = shares.findNeedToEvict(`caller ${at % 3}`);
          const callers = parts.filter((count) => count > 0).length + (own === 0 ? 1 : 0);
          const hasLess = own + 1 <= shares.size / callers;
          expect(need === null).toBe(!hasLess);
          if (need === null) return;
          expect(partsOf(need.caller)).toBe(Math.max(...parts));
          const ofCaller = needs.filter(({ caller, finished }) => caller === need.caller && !finished);
          expect(need).toBe(ofCaller.findLast(({ waiting: count }) => count > 0));
          need.fail(new Error('evicted'));
        },
      };
      for (const { kind, at } of steps) {
        run[kind]?.(at);
        const openNeeds = needs.filter(({ finished }) => !finished);
        expect(shares.size).toBe(openNeeds.reduce((sum, { waiting: parts }) => sum + parts, 0));
        const open = waiting.calls.flatMap(({ openParts }) => openParts);
        expect(shares.size).toBe(open.length);
      }
    }),
    { numRuns: CASES },
  );
});
