/** How long to measure: enough for numbers to quote, or just enough to notice that something got slow. */
import type { Rounds } from './rounds.ts';

export interface Effort {
  readonly plannerRuns: number;
  /** Programs without latency: bound by their CPU. */
  readonly busy: Rounds;
  /** Programs that wait for a slow upstream. */
  readonly waiting: Rounds;
  /** Operations one at a time, of each kind. */
  readonly singleOperations: number;
  /** Of 16 large replies at once. */
  readonly largeRounds: number;
  /** Also measures what no goal is set for. */
  readonly withoutGoals: boolean;
}

export const FULL: Effort = {
  plannerRuns: 200,
  busy: { count: 9, window: { settleMs: 200, measureMs: 1300 }, warmUpMs: 3000 },
  waiting: { count: 5, window: { settleMs: 500, measureMs: 3000 }, warmUpMs: 3000 },
  singleOperations: 150,
  largeRounds: 10,
  withoutGoals: true,
};

export const SHORT: Effort = {
  plannerRuns: 20,
  busy: { count: 4, window: { settleMs: 100, measureMs: 700 }, warmUpMs: 1500 },
  waiting: { count: 1, window: { settleMs: 500, measureMs: 2500 }, warmUpMs: 2000 },
  singleOperations: 40,
  largeRounds: 4,
  withoutGoals: false,
};
