/** Calls that go again: in their time, and only while somebody waits. */
import { expect, test } from 'vitest';
import { AgainQueue } from '../../../src/media/scheduling/again.ts';
import { PendingNeed } from '../../../src/media/scheduling/pending-need.ts';
import { needOf } from '../../support/core.ts';

const askOf = (name: string) => new PendingNeed(needOf([name]), { batchKey: '', deadline: 0, askedAt: 0 });
const callOf = (ask: PendingNeed) => ({ box: ask.box, parts: [{ box: ask.box, owner: ask }] });

test('the next time is that of what is not due yet, seen from when the others were looked for', () => {
  const queue = new AgainQueue();
  const call = callOf(askOf('a'));
  queue.push({ call, split: null, isRetry: true, dueAt: 10.5 });
  expect(queue.take(10)).toBeUndefined();
  // Looked for at 10: whatever the time is by now, it must be woken for.
  expect(queue.nextDueAfter(10)).toBe(10.5);
  expect(queue.nextDueAfter(11)).toBe(Number.POSITIVE_INFINITY);
  expect(queue.take(11)?.call).toBe(call);
  expect(queue.size).toBe(0);
});

test('what nobody waits for any more is forgotten', () => {
  const queue = new AgainQueue();
  const [gone, there] = [askOf('a'), askOf('b')];
  for (const ask of [gone, there]) {
    queue.push({ call: callOf(ask), split: null, isRetry: true, dueAt: 1 });
  }
  gone.fail(new Error('gone'));
  expect(queue.take(2)?.call.parts[0]?.owner).toBe(there);
  expect(queue.take(2)).toBeUndefined();
});
