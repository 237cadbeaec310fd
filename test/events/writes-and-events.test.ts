/** Before a question is answered from anything earlier, both are known: what others wrote, and which events others recorded. */

import { expect, test } from 'vitest';
import { withEvents } from '../../src/events/writes-and-events.ts';
import { destinationAlias, destinationId } from '../../src/media/model/keys.ts';
import { createBox } from '../../src/media/model/need.ts';
import { writtenPatient } from '../../src/media/model/written-patient.ts';
import type { Reading } from '../../src/media/ordering/shared-write-order.ts';
import { WriteFence } from '../../src/media/ordering/write-fence.ts';
import { FakeClock } from '../support/fake-clock.ts';

const GENERAL = destinationAlias('general');

const of = (name: string) => createBox({ patients: [[{ idType: 'MR', id: `SYN-${name}` }]] });

/** The order of a replica to which another one's events, and writes, come by reading. */
function createFence(state: { reading: Reading | null; isCaughtUp: boolean }) {
  const writes = { begin: async () => async () => undefined, read: async () => state.reading };
  const pending: string[] = [];
  const inbox = {
    async catchUp() {
      for (const name of pending.splice(0))
        fence
          .orderOf(GENERAL)
          .begin(writtenPatient([{ idType: 'MR', id: `SYN-${name}` }]))
          .end();
      return state.isCaughtUp;
    },
  };
  const fence = new WriteFence(
    new Map([[GENERAL, destinationId('id')]]),
    withEvents(writes, inbox),
    new FakeClock(),
  );
  const place = () => fence.orderOf(GENERAL).nextPlace();
  return {
    fence,
    place,
    pending,
    isCurrent: (name: string, at: number) => fence.isCurrent(GENERAL, of(name), at),
  };
}

const NOTHING_NEW = { news: [], hasGap: false };

test('an event that another replica recorded counts as soon as it is asked what there was', async () => {
  const { fence, place, pending, isCurrent } = createFence({ reading: NOTHING_NEW, isCaughtUp: true });
  const before = place();
  pending.push('1');
  expect(isCurrent('1', before)).toBe(true);
  expect(await fence.waitFor(GENERAL, of('1'))).toBe(true);
  expect([isCurrent('1', before), isCurrent('2', before)]).toEqual([false, true]);
});

test('while events cannot be read, all that was asked before counts as old, and what others wrote is known', async () => {
  const news = [
    {
      id: 'w',
      kind: 'underWay' as const,
      patient: writtenPatient([{ idType: 'MR', id: 'SYN-1' }]),
      removed: null,
    },
  ];
  const { fence, place, isCurrent } = createFence({ reading: { news, hasGap: false }, isCaughtUp: false });
  const before = place();
  expect(await fence.catchUp(GENERAL)).toBe(true);
  const after = place();
  expect(isCurrent('2', before)).toBe(false);
  expect([isCurrent('2', after), isCurrent('1', after)]).toEqual([true, false]);
});

test('where writes cannot be read, nothing is known', async () => {
  const { fence } = createFence({ reading: null, isCaughtUp: true });
  expect(await fence.catchUp(GENERAL)).toBe(false);
});
