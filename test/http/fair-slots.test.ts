/** Slots for uploads: a caller alone has its own, and whatever one holds, the others come next. */
import { expect, test } from 'vitest';
import { FairSlots } from '../../src/http/fair-slots.ts';
import { settle } from '../support/fake-clock.ts';

interface Job {
  readonly caller: string;
  readonly controller: AbortController;
  readonly end: () => void;
  readonly outcome: Promise<unknown>;
}

/** Work that goes on until the test ends it, and in which order it began. */
function jobs(slots: FairSlots) {
  const started: Job[] = [];
  const begin = (caller: string): Job => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const controller = new AbortController();
    const outcome = slots
      .within(caller, controller.signal, () => {
        started.push(job);
        return promise;
      })
      .catch((error: unknown) => error);
    const job: Job = { caller, controller, end: resolve, outcome };
    return job;
  };
  return { begin, started, callers: () => started.map(({ caller }) => caller).join('') };
}

const times = <T>(count: number, make: () => T) => Array.from({ length: count }, make);

test('one caller alone has its slots, and those beyond wait their turn in order', async () => {
  const { begin, started, callers } = jobs(new FairSlots({ callerSlots: 2, processSlots: 4 }));
  const all = times(4, () => begin('a'));
  await settle();
  expect(callers()).toBe('aa');
  all[1]?.end();
  await settle();
  expect(started).toEqual([all[0], all[1], all[2]]);
});

test('whatever waits of one, another starts at once', async () => {
  const { begin, callers } = jobs(new FairSlots({ callerSlots: 2, processSlots: 4 }));
  times(20, () => begin('a'));
  times(20, () => begin('b'));
  await settle();
  expect(callers()).toBe('aabb');
});

test('slots that are kept are for callers who hold none', async () => {
  const { begin, started, callers } = jobs(
    new FairSlots({ callerSlots: 2, processSlots: 6, reservedSlots: 2 }),
  );
  for (const caller of ['a', 'b', 'c']) times(5, () => begin(caller));
  await settle();
  expect(callers()).toBe('aabbc');
  begin('d');
  await settle();
  expect(callers()).toBe('aabbcd');
  started[0]?.end();
  await settle();
  // The place of one that ends is one of those that are kept.
  expect(callers()).toBe('aabbcd');
  begin('e');
  await settle();
  expect(callers()).toBe('aabbcde');
});

test('when all are taken, a free one goes to who holds fewest, not to who has waited longest', async () => {
  const { begin, started, callers } = jobs(new FairSlots({ callerSlots: 3, processSlots: 4 }));
  for (const caller of ['a', 'a', 'a', 'b', 'a', 'b', 'b', 'c']) begin(caller);
  await settle();
  expect(callers()).toBe('aaab');
  started[0]?.end();
  await settle();
  expect(callers()).toBe('aaabc');
});

test('of those who hold equally many, the turn goes round', async () => {
  const { begin, started, callers } = jobs(new FairSlots({ callerSlots: 1, processSlots: 1 }));
  for (const caller of ['a', 'a', 'a', 'a', 'b', 'b', 'c']) begin(caller);
  for (let at = 0; at < 6; at += 1) {
    await settle();
    started[at]?.end();
  }
  await settle();
  expect(callers()).toBe('aabcaba');
});

test('one that leaves while it waits takes no slot, and one that fails gives its slot back', async () => {
  const { begin, started, callers } = jobs(new FairSlots({ callerSlots: 1, processSlots: 1 }));
  const [first, second, third] = [begin('a'), begin('a'), begin('b')];
  await settle();
  second.controller.abort(new Error('left'));
  expect(await second.outcome).toEqual(new Error('left'));
  first.end();
  await settle();
  expect(started).toEqual([first, third]);
  third.end();
  await settle();
  begin('c');
  await settle();
  expect(callers()).toBe('abc');
});
