/**
 * What a call leads to is young when it is answered, and minor collections free it. Nothing that lives as long as the process may
 * refer from one call to the next: as soon as one of them is old, all later ones become old too.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { CallerTurns } from '../../src/media/fairness/caller-turns.ts';
import { destinationAlias } from '../../src/media/model/keys.ts';
import { createNeed } from '../../src/media/model/need.ts';
import { WriteOrder } from '../../src/media/ordering/write-order.ts';
import { LearnedLimits } from '../../src/media/resilience/learned-limits.ts';
import { DestinationQueue } from '../../src/media/scheduling/destination-queue.ts';
import type { UpstreamCall } from '../../src/media/scheduling/upstream-call.ts';
import { finishAtOnce } from '../../src/time-slices.ts';
import { FakeClock } from '../support/fake-clock.ts';

// As the gateway's own process is started: else V8 makes objects old whose like were old before.
setFlagsFromString('--no-allocation-site-pretenuring');
setFlagsFromString('--expose-gc');
const collect: (options: { readonly type: 'minor' }) => void = runInNewContext('gc');
const collectMinor = () => collect({ type: 'minor' });

const ROUNDS = 400;
const ROUNDS_BETWEEN_COLLECTIONS = 20;
const OBJECTS_A_ROUND = 1000;
/** At least. */
const OBJECT_BYTES = 24;

describe('What became old once', () => {
  test('does not keep the calls that come after it', async () => {
    const queue = createQueue();
    const startCall = (round: number): UpstreamCall => {
      const need = createNeed(destinationAlias('a'), { patients: [[{ id: `${round}`, idType: 'MR' }]] });
      const pending = queue.createPending(need, { batchKey: '', deadline: 1, trace: createObjects() });
      queue.join(pending, true);
      const call = queue.startNext(() => true);
      if (call === undefined) throw new Error('no call was started');
      return call;
    };
    let before = startCall(0);
    const grown = await growthOfOldSpace((round) => {
      // One call at least is always in flight.
      const next = startCall(round);
      const reply = { items: [], unreadable: 0, logIds: [], bytes: 10, traceId: null };
      for (const pending of finishAtOnce(queue.settle(before, reply)).complete) pending.answerNow();
      before = next;
    });
    expect(grown).toBeLessThan(0.1 * ROUNDS * OBJECTS_A_ROUND * OBJECT_BYTES);
  });
});

function createQueue(): DestinationQueue {
  const clock = new FakeClock();
  return new DestinationQueue({
    destination: destinationAlias('a'),
    limits: new LearnedLimits({ patients: 50, visits: 50, documents: 50 }, 1_000_000, clock),
    writes: new WriteOrder(clock),
    turns: new CallerTurns(),
    clock,
    trustsLone: false,
    onUnattributed: () => undefined,
    hash: (text) => text,
    onAllRefused: () => undefined,
  });
}

function createObjects(): object[] {
  return Array.from({ length: OBJECTS_A_ROUND }, (_, at) => ({ at }));
}

/** How many bytes become old while `work` is repeated, and minor collections run in between. */
async function growthOfOldSpace(work: (round: number) => void): Promise<number> {
  // What exists now becomes old.
  for (let times = 0; times < 3; times += 1) collectMinor();
  let grown = 0;
  let last = oldBytes();
  for (let round = 1; round <= ROUNDS; round += 1) {
    work(round);
    if (round % ROUNDS_BETWEEN_COLLECTIONS > 0) continue;
    await turn();
    collectMinor();
    const now = oldBytes();
    grown += Math.max(0, now - last);
    last = now;
  }
  return grown;
}

function oldBytes(): number {
  const old = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space');
  return old?.space_used_size ?? Number.NaN;
}
