/** The result of one or more Media Queries for one need, from which later needs that it contains are answered. */
import type { Item } from '../../redox/messages.ts';
import type { Need } from './need.ts';
import type { CallIds } from './outcome.ts';

/** The times of the Media Queries that an answer came from; of several, the oldest. */
export interface AnswerTimes {
  /** Its place in the destination's order of writes. */
  readonly sentAt: number;
  /** When the query was sent and when it was answered, in milliseconds of the clock. */
  readonly startedAt: number;
  readonly answeredAt: number;
  /** When it was answered, in milliseconds since 1970. */
  readonly asOf: number;
}

export interface Answer extends AnswerTimes {
  readonly need: Need;
  readonly items: readonly Item[];
  readonly calls: readonly CallIds[];
  /** Whether a reply contained items that its call did not query for. */
  readonly hasStrays: boolean;
}

/** For each time, the older one. */
export function oldestTimes(a: AnswerTimes | null, b: AnswerTimes): AnswerTimes {
  if (a === null) return b;
  return {
    sentAt: Math.min(a.sentAt, b.sentAt),
    startedAt: Math.min(a.startedAt, b.startedAt),
    answeredAt: Math.min(a.answeredAt, b.answeredAt),
    asOf: Math.min(a.asOf, b.asOf),
  };
}
