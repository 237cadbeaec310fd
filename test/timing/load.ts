/** Operations at a steady pace, whatever becomes of those before: as callers come who know nothing of each other. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answered, answer } from '../resilience/operations.ts';

export interface TimedAnswer extends Answered {
  /** Milliseconds since the load began. */
  readonly sentAt: number;
  readonly tookMs: number;
}

export interface LoadOptions {
  readonly perSecond: number;
  readonly seconds: number;
  readonly query: (at: number) => string;
}

export async function runLoad(
  url: string,
  { perSecond, seconds, query }: LoadOptions,
): Promise<TimedAnswer[]> {
  const begun = performance.now();
  const answers: Promise<TimedAnswer>[] = [];
  for (let at = 0; at < perSecond * seconds; at += 1) {
    const waitMs = begun + (at * 1000) / perSecond - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    answers.push(timeAnswer(url, query(at), begun));
  }
  return Promise.all(answers);
}

export async function timeAnswer(
  url: string,
  query: string,
  begun = performance.now(),
  variables: object = {},
): Promise<TimedAnswer> {
  const sentAt = performance.now() - begun;
  const answered = await answer(url, query, variables);
  return { ...answered, sentAt, tookMs: performance.now() - begun - sentAt };
}

/** The value below which `share` of them lies. */
export function quantile(values: readonly number[], share: number): number {
  const ascending = values.toSorted((a, b) => a - b);
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? Number.NaN;
}
