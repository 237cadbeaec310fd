/** An answer that is remembered, and until when. */
import type { Answer } from '../model/answer.ts';
import type { DestinationAlias, RightsKey } from '../model/keys.ts';
import type { Link } from './linked-list.ts';

/** Whose answers they are: of one destination, by one alias, and of callers of equal rights. */
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

/** The needs of an operation come one after the other, and a text is hashed when it is first looked up in a Map. */
let last: Partial<AnswerScope> & { readonly key: string } = { key: '' };

/** Its members that change are kept by RecentAnswers. */
export class RecentAnswer {
  /** See `scopeKey`. */
  readonly scope: string;
  /** Of its files, what they are and their digests alone. */
  answer: Answer;
  /** Whether its items were found to satisfy its own need, and to leave nothing of it open; contents do not matter for that. */
  isSettled = false;
  /** In milliseconds of the clock. */
  readonly forgottenAt: number;
  /** Whether it is remembered for longer, since its destination's events arrived when it was answered. */
  readonly isLive: boolean;
  /** When the token expires that it was read with, in milliseconds since 1970. */
  expiresAt: number;
  bytes = 0;
  /** Null: no cursor names it so far. */
  id: string | null = null;
  /** Whether it is held no longer, or not yet. */
  isForgotten = true;
  /** Whether questions find it. */
  isIndexed = false;
  byUse: Link<RecentAnswer> | null = null;
  /** In the list of those that are forgotten equally long after they were answered. */
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
