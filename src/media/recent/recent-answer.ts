/** A remembered answer, with the time until which it is remembered. */
import type { Answer } from '../model/answer.ts';
import type { DestinationAlias, RightsKey } from '../model/keys.ts';
import type { Link } from './linked-list.ts';

/** The scope of answers: one destination, by one alias, and callers of equal rights. */
export interface AnswerScope {
  readonly destination: DestinationAlias;
  /** Equal for equal rights, different for different ones. */
  readonly rightsKey: RightsKey;
}

/** Equal for equal scopes, different for different ones. */
export function scopeKey({ destination, rightsKey }: AnswerScope): string {
  if (last.destination !== destination || last.rightsKey !== rightsKey) {
    last = { destination, rightsKey, key: `${destination.length}:${destination}${rightsKey}` };
  }
  return last.key;
}

/** The needs of an operation follow each other, and a string is hashed when it is first looked up in a Map. */
let last: Partial<AnswerScope> & { readonly key: string } = { key: '' };

/** Its mutable properties are maintained by RecentAnswers. */
export class RecentAnswer {
  /** See `scopeKey`. */
  readonly scope: string;
  /** Its files are represented only by their kinds and digests. */
  answer: Answer;
  /** Whether its items were found to satisfy its own need, and to leave nothing of it open; contents do not matter for this. */
  isSettled = false;
  /** In milliseconds of the clock. */
  readonly forgottenAt: number;
  /** Whether it is remembered for longer, since its destination's events were arriving when it was answered. */
  readonly isLive: boolean;
  /** When the caller's token expires, in milliseconds since 1970. */
  expiresAt: number;
  bytes = 0;
  /** Null: no cursor names it yet. */
  id: string | null = null;
  /** Whether it is not held: no longer, or not yet. */
  isForgotten = true;
  /** Whether new queries find it. */
  isIndexed = false;
  byUse: Link<RecentAnswer> | null = null;
  /** Its link in the list of answers that are remembered for the same time. */
  byAge: Link<RecentAnswer> | null = null;

  constructor(
    scope: string,
    answer: Answer,
    { forgottenAt, expiresAt, isLive }: Pick<RecentAnswer, 'forgottenAt' | 'expiresAt' | 'isLive'>,
  ) {
    this.scope = scope;
    this.answer = answer;
    this.forgottenAt = forgottenAt;
    this.expiresAt = expiresAt;
    this.isLive = isLive;
  }
}
