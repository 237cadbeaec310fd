/**
 * Recent answers of Redox, for this process: cursors find the answer that they refer to, and queries whose callers accept an
 * answer of that age find one that contains them. Limited by bytes: the least recently used answer is evicted first.
 */
import { randomBytes } from 'node:crypto';
import { type Clock, nextTurn, type Timer } from '../../clock.ts';
import type { Item } from '../../redox/messages.ts';
import { treatmentCovers } from '../../redox/reply/contents.ts';
import { withoutContents } from '../../redox/reply/without-contents.ts';
import type { Answer } from '../model/answer.ts';
import { type Box, boxContains } from '../model/box.ts';
import type { DestinationAlias } from '../model/keys.ts';
import { AnswerIndex } from './answer-index.ts';
import { sizeOfAnswer } from './answer-size.ts';
import { LinkedList } from './linked-list.ts';
import { type AnswerScope, RecentAnswer, scopeKey } from './recent-answer.ts';
import { RecentTally } from './recent-tally.ts';

/** 72 bits: no two answers of any replicas have the same id. */
const ID_BYTES = 9;

/** One answer takes at most this fraction of the memory, which is some ten thousand documents with 64 MiB. */
const MAX_SHARE = 1 / 4;

/** Expired answers are removed at most this often: an expired answer is not used anyway. */
const MIN_SWEEP_MS = 1000;

/** The number of files whose types are read in one turn of the event loop, in less than a millisecond. */
const FILES_AT_ONCE = 32;

/** For destinations whose events arrive, outdated answers are forgotten at once, so answers are remembered for longer. */
export interface LiveFeeds {
  /** RECENT_SECONDS_LIVE, at least RECENT_SECONDS. */
  readonly recentMs: number;
  /** Since when all events of the destination have been received, in milliseconds of the clock; infinite while they are not. */
  liveSince(destination: DestinationAlias): number;
}

export interface RecentAnswersOptions {
  /** How long an answer is remembered (RECENT_SECONDS); 0: nothing is. */
  readonly recentMs: number;
  /** Absent: no events report changes. */
  readonly live?: LiveFeeds | undefined;
  /** RECENT_BYTES. */
  readonly maxBytes: number;
  readonly clock: Clock;
}

export class RecentAnswers {
  readonly #options: RecentAnswersOptions;
  readonly #clock: Clock;
  readonly #byUse = new LinkedList<RecentAnswer>();
  /** Each list contains the answers that are remembered for the same time. */
  readonly #byAge = new LinkedList<RecentAnswer>();
  readonly #liveByAge = new LinkedList<RecentAnswer>();
  readonly #index = new AnswerIndex();
  /** Only answers that a cursor names. */
  readonly #byId = new Map<string, RecentAnswer>();
  #last: RecentAnswer | null = null;
  #timer: Timer | null = null;
  #bytes = 0;
  #count = 0;
  /** Counts for answers that a cursor names, and for all others. */
  readonly #tallies = { page: new RecentTally(), question: new RecentTally() };

  constructor(options: RecentAnswersOptions) {
    this.#options = options;
    this.#clock = options.clock;
  }

  get recentMs(): number {
    return this.#options.recentMs;
  }

  /** The memory that it takes now, and how many answers were evicted before they expired. */
  get load(): { readonly bytes: number; readonly answers: number; readonly evicted: number } {
    const { page, question } = this.#tallies;
    return { bytes: this.#bytes, answers: this.#count, evicted: page.evictions + question.evictions };
  }

  get counts(): Readonly<Record<'page' | 'question', Readonly<RecentTally>>> {
    return this.#tallies;
  }

  /** Records that an operation has looked up an answer, for a page by its cursor or for a query. */
  countLookUp(kind: 'page' | 'question', isFound: boolean): void {
    this.#tallies[kind].countLookUp(isFound);
  }

  /**
   * Remembers an answer. `expiresAt`: when the caller's token expires, in milliseconds since 1970. Null if it is not remembered.
   */
  remember(scope: AnswerScope, answer: Answer, expiresAt: number): RecentAnswer | null {
    const { maxBytes, recentMs } = this.#options;
    const forMs = this.#recentMsOf(answer);
    const forgottenAt = answer.answeredAt + forMs;
    if (forgottenAt <= this.#clock.now() || expiresAt <= this.#clock.wallTime()) return null;
    const key = scopeKey(scope);
    const known = this.#sameAsLast(key, answer);
    if (known !== null) {
      known.expiresAt = Math.max(known.expiresAt, expiresAt);
      return known;
    }
    const recent = new RecentAnswer(key, withoutKeptBytes(answer), {
      forgottenAt,
      expiresAt,
      isLive: forMs > recentMs,
    });
    recent.bytes = sizeOfAnswer(answer);
    if (recent.bytes > maxBytes * MAX_SHARE) return null;
    this.#add(recent);
    if (!recent.isForgotten) this.#replaceOlder(recent);
    this.#last = recent;
    return recent;
  }

  /** The answer that a cursor names, unless it is forgotten or has another scope. */
  named(id: string, scope: AnswerScope): RecentAnswer | null {
    const recent = this.#byId.get(id);
    return recent?.scope === scopeKey(scope) && this.#isUsable(recent) ? recent : null;
  }

  /** The answers that contain the box, the newest first. */
  containing(box: Box, scope: AnswerScope): readonly RecentAnswer[] {
    return this.#index.containing(scopeKey(scope), box).filter((recent) => this.#isUsable(recent));
  }

  /** The id by which a cursor names it; null when it has expired. An answer that a newer one has replaced is remembered again. */
  idOf(recent: RecentAnswer): string | null {
    if (!this.#isUsable(recent)) return null;
    if (recent.isForgotten) this.#add(recent);
    if (recent.id === null) {
      this.#addBytes(recent, -recent.bytes);
      recent.id = randomBytes(ID_BYTES).toString('base64url');
      this.#byId.set(recent.id, recent);
      this.#addBytes(recent, recent.bytes);
    }
    return recent.id;
  }

  /** Records that it was used. */
  touch({ byUse }: RecentAnswer): void {
    if (byUse !== null) this.#byUse.moveToEnd(byUse);
  }

  #isUsable({ answer, forgottenAt, expiresAt }: RecentAnswer): boolean {
    const now = this.#clock.now();
    if (now >= forgottenAt || this.#clock.wallTime() >= expiresAt) return false;
    return now < answer.answeredAt + this.#recentMsOf(answer);
  }

  /** Longer if all events since then have been received; it may turn out later that they were not. */
  #recentMsOf({ need, answeredAt }: Answer): number {
    const { recentMs, live } = this.#options;
    return live !== undefined && live.liveSince(need.destination) <= answeredAt ? live.recentMs : recentMs;
  }

  /** Operations that shared a call receive lists of the same items, one after the other. */
  #sameAsLast(scope: string, { need, calls }: Answer): RecentAnswer | null {
    const last = this.#last;
    if (last === null || last.isForgotten || last.scope !== scope) return null;
    if (calls.length !== 1 || last.answer.calls.length !== 1 || calls[0] !== last.answer.calls[0])
      return null;
    const { need: known } = last.answer;
    const isSame = boxContains(known.box, need.box) && boxContains(need.box, known.box);
    return isSame && treatmentCovers(known.files, need.files) ? last : null;
  }

  #add(recent: RecentAnswer): void {
    recent.isForgotten = false;
    recent.byUse = this.#byUse.append(recent);
    recent.byAge = this.#listOf(recent).append(recent);
    this.#addBytes(recent, recent.bytes);
    this.#count += 1;
    while (this.#bytes > this.#options.maxBytes) {
      const oldest = this.#byUse.first?.value;
      if (oldest === undefined) break;
      this.#tallyOf(oldest).evictions += 1;
      this.#forget(oldest);
    }
    if (recent.answer.items.some(hasFile)) this.#dropContents(recent).catch(() => this.#forget(recent));
    this.#sweepLater();
  }

  #forget(recent: RecentAnswer): void {
    const { byUse, byAge, id } = recent;
    if (recent.isForgotten || byUse === null || byAge === null) return;
    this.#byUse.remove(byUse);
    this.#listOf(recent).remove(byAge);
    this.#index.remove(recent);
    if (id !== null) this.#byId.delete(id);
    if (this.#last === recent) this.#last = null;
    this.#addBytes(recent, -recent.bytes);
    this.#count -= 1;
    recent.isForgotten = true;
  }

  /** For new queries, the answer replaces older ones that it contains. Those are kept only if a cursor names them. */
  #replaceOlder(recent: RecentAnswer): void {
    for (const old of this.#index.add(recent)) {
      if (old.id === null) this.#forget(old);
      else this.#index.remove(old);
    }
  }

  #listOf({ isLive }: RecentAnswer): LinkedList<RecentAnswer> {
    return isLive ? this.#liveByAge : this.#byAge;
  }

  #sweepLater(): void {
    const times = [this.#byAge, this.#liveByAge].flatMap(({ first }) => first?.value.forgottenAt ?? []);
    if (this.#timer !== null || times.length === 0) return;
    // The next answer may expire before those that are remembered for longer.
    const firstMs = Math.min(Math.min(...times) - this.#clock.now(), this.#options.recentMs);
    const delayMs = Math.max(MIN_SWEEP_MS, firstMs);
    // The timer must not keep the process alive.
    this.#timer = this.#clock.setTimeout(() => this.#sweep(), delayMs).unref();
  }

  #sweep(): void {
    this.#timer = null;
    const now = this.#clock.now();
    for (const list of [this.#byAge, this.#liveByAge]) {
      for (let oldest = list.first?.value; oldest && oldest.forgottenAt <= now; oldest = list.first?.value) {
        this.#forget(oldest);
      }
    }
    this.#sweepLater();
  }

  /** The first bytes of a file identify its type, but are contents: they are dropped as soon as the type has been read. */
  async #dropContents(recent: RecentAnswer): Promise<void> {
    const { items } = recent.answer;
    const kept = [];
    for (const [at, item] of items.entries()) {
      kept.push(await withoutContents(item));
      if (at % FILES_AT_ONCE === FILES_AT_ONCE - 1) await nextTurn(this.#clock);
      if (recent.isForgotten) return;
    }
    recent.answer = { ...recent.answer, items: kept };
    const bytes = sizeOfAnswer(recent.answer);
    this.#addBytes(recent, bytes - recent.bytes);
    recent.bytes = bytes;
  }

  #tallyOf({ id }: RecentAnswer): RecentTally {
    return this.#tallies[id === null ? 'question' : 'page'];
  }

  #addBytes(recent: RecentAnswer, bytes: number): void {
    this.#bytes += bytes;
    this.#tallyOf(recent).bytes += bytes;
  }
}

/** The answer without the bytes of files, which it cannot serve to later queries. */
function withoutKeptBytes(answer: Answer): Answer {
  const { need } = answer;
  return typeof need.files === 'string' ? answer : { ...answer, need: { ...need, files: 'digest' } };
}

/**
 * Calls apply the most demanding treatment of the needs that share them, so items may have files that this need does not require.
 */
function hasFile({ contents }: Item): boolean {
  return contents.kind === 'inline' && typeof contents.file !== 'string';
}
