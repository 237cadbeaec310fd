/** The hook by which a test lets the destination misbehave, and what it may return. */
import type { ChartDocument } from '../charts/chart.ts';
import type { MediaEvent } from './media-event.ts';
import type { ParsedQuery } from './media-query.ts';

/** An entry of `Media[]` that no chart can express: sent exactly as JSON serialises it. */
export interface RawItem {
  readonly raw: unknown;
}

/** Replaces the whole reply. A body that is neither text nor bytes is sent as JSON. */
export interface RawReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A list becomes the reply's `Media[]`, in its order; undefined has the same effect as no hook. */
export type Answer = readonly (ChartDocument | RawItem)[] | RawReply | undefined;

export type AnswerHook = (
  query: ParsedQuery,
  documents: readonly ChartDocument[],
) => Answer | Promise<Answer>;

/** Receives every well-formed write, and may return another response: then nothing is stored. */
export type WriteHook = (
  events: readonly MediaEvent[],
) => RawReply | undefined | Promise<RawReply | undefined>;

/** Array.isArray does not narrow readonly arrays. */
export function isRawReply(answer: Exclude<Answer, undefined>): answer is RawReply {
  return 'status' in answer;
}
