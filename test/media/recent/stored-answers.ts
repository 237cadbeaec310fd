/** Answers as they are remembered. */
import type { Answer } from '../../../src/media/model/answer.ts';
import type { Box } from '../../../src/media/model/box.ts';
import { destinationAlias, rightsKey } from '../../../src/media/model/keys.ts';
import { createNeed, type NeedLists } from '../../../src/media/model/need.ts';
import type { RecentAnswer } from '../../../src/media/recent/recent-answer.ts';
import type { FakeClock } from '../../support/fake-clock.ts';

export const GENERAL = destinationAlias('general');
export const SCOPE = { destination: GENERAL, rightsKey: rightsKey('all') };
export const RECENT_MS = 120_000;
export const FOREVER = Number.POSITIVE_INFINITY;
export const mr = (id: string) => [{ idType: 'MR', id: `SYN-${id}` }];

export function answerTo(lists: NeedLists, clock: FakeClock, fields: Partial<Answer> = {}): Answer {
  const now = clock.now();
  return {
    need: createNeed(GENERAL, lists),
    items: [],
    calls: [{ id: `call at ${now}`, logIds: [], traceId: null }],
    hasStrays: false,
    sentAt: 1,
    startedAt: now,
    answeredAt: now,
    asOf: clock.wallTime(),
    ...fields,
  };
}

export const boxOf = (lists: NeedLists): Box => createNeed(GENERAL, lists).box;
export const OF_ONE = { patients: [mr('1')] };

export function remembered(recent: RecentAnswer | null): RecentAnswer {
  if (recent === null) throw new Error('the answer was not remembered');
  return recent;
}
