/** What a Media Query, or several, brought for one need: what later needs that it contains are answered from. */
import type { Item } from '../../redox/messages.ts';
import type { Need } from './need.ts';
import type { CallIds } from './outcome.ts';

/** Of the Media Queries that an answer came from; of several, the oldest. */
export interface AnswerTimes {
  /** The place in the destination's order of writes. */
  readonly sentAt: number;
  /** When it was sent, and when it was answered, in milliseconds of the clock. */
  readonly askedAt: number;
  readonly answeredAt: number;
  /** When it was answered, in milliseconds since 1970. */
  readonly asOf: number;
}

export interface Answer extends AnswerTimes {
  readonly need: Need;
  readonly items: readonly Item[];
  readonly calls: readonly CallIds[];
  /** Some reply held items from outside what its call asked for. */
  readonly hasStrays: boolean;
}

/** The oldest of both, time by time. */
export function oldestTimes(a: AnswerTimes | null, b: AnswerTimes): AnswerTimes {
  if (a === null) return b;
  return {
    sentAt: Math.min(a.sentAt, b.sentAt),
    askedAt: Math.min(a.askedAt, b.askedAt),
    answeredAt: Math.min(a.answeredAt, b.answeredAt),
    asOf: Math.min(a.asOf, b.asOf),
  };
}
