/** One subscription: the events of the inbox that match it, first those after its cursor, then new ones. */
import { type Clock, nextTurn } from '../clock.ts';
import { GatewayError, type GatewayErrorDetails } from '../errors.ts';
import type { ChangeCursors } from './change-cursors.ts';
import type { ChangeMatcher, Match } from './change-matcher.ts';
import type { ChangeStream, MediaChangeEvent } from './changes.ts';
import { DeliveredChange, isChange, type RecordedChange } from './delivered-change.ts';
import type { Inbox } from './inbox.ts';
import type { RecordedEvent } from './media-change.ts';

/** `left`: ended by its reader or its operation's signal; `failed`: the inbox cannot be read, or an event could not be sent. */
export type EndOfSubscription = 'left' | 'slow' | 'expired' | 'failed' | 'stopping';

export interface SubscriptionHooks {
  /** Called when it has replayed all missed events: from now on it is offered new ones. */
  live(subscription: Subscription): void;
  /** Called when this many more, or fewer, events wait for its reader. */
  buffered(change: number): void;
  /** Called when an event was passed to its reader. */
  delivered(event: RecordedChange, from: 'inbox' | 'buffer'): void;
  ended(subscription: Subscription, reason: EndOfSubscription): void;
}

export interface SubscriptionOptions {
  readonly matcher: ChangeMatcher;
  /** Null: it begins with new events. */
  readonly after: string | null;
  readonly inbox: Inbox;
  readonly cursors: ChangeCursors;
  readonly maxBuffered: number;
  readonly clock: Pick<Clock, 'setImmediate'>;
  readonly signal: AbortSignal;
  readonly hooks: SubscriptionHooks;
}

/** The number of events that are replayed in some milliseconds, after which other work may run. */
const PAGE = 100;

/** The reader does not wait for an event. */
const NOTHING = () => {};

interface Waiting {
  readonly recorded: RecordedChange;
  readonly match: Match;
}

/** This is not an async generator, as its `return` would wait for the next event, which may never come. */
export class Subscription implements ChangeStream {
  readonly matcher: ChangeMatcher;
  readonly #options: SubscriptionOptions;
  /** Null when it has replayed all missed events. */
  #missed: AsyncGenerator<MediaChangeEvent, void, void> | null;
  #queue: Waiting[] = [];
  #wake: () => void = NOTHING;
  /** `error`: the error that its reader has not received yet; null: there is none. */
  #end: { readonly error: unknown } | null = null;
  /** The positions of the last event that was passed on and of the one before it, or the position where it began. */
  #last: string | null;
  #previous: string | null;
  /** Events up to this position have been replayed, and may be offered again. */
  #replayedUntil: string | null = null;

  constructor(options: SubscriptionOptions) {
    const { matcher, after, inbox, signal, hooks } = options;
    this.matcher = matcher;
    this.#options = options;
    this.#last = after ?? inbox.newest;
    this.#previous = this.#last;
    this.#missed = after === null ? null : this.#replay(after);
    if (after === null) hooks.live(this);
    signal.addEventListener('abort', this.#abort, { once: true });
    if (signal.aborted) this.#abort();
  }

  /** Receives a new event, when it is live. */
  offer(recorded: RecordedChange): void {
    const { inbox, maxBuffered } = this.#options;
    if (this.#replayedUntil !== null && inbox.compare(recorded.position, this.#replayedUntil) <= 0) return;
    this.#replayedUntil = null;
    const match = this.matcher.match(recorded.event);
    if (match === null || this.#end !== null) return;
    if (this.#queue.length >= maxBuffered) {
      this.#fail('slow', this.#errorAfter(this.#last, 'OVERLOADED'));
      return;
    }
    this.#queue.push({ recorded, match });
    this.#options.hooks.buffered(1);
    this.#wakeReader();
  }

  /** Events were missed that can no longer be read. */
  expire(): void {
    this.#fail('expired', new GatewayError('CURSOR_EXPIRED'));
  }

  /** The gateway stops: it returns after the events that it has been offered already. */
  stop(): void {
    this.#finish('stopping', null);
  }

  whenReady(wake: () => void): void {
    if (this.#missed !== null || this.#queue.length > 0 || this.#end !== null) wake();
    else this.#wake = wake;
  }

  next(): Promise<IteratorResult<MediaChangeEvent, void>> {
    if (this.#missed !== null) return this.#nextMissed(this.#missed);
    return new Promise<void>((resolve) => this.whenReady(resolve)).then(this.#nextNew);
  }

  async return(): Promise<IteratorResult<MediaChangeEvent, void>> {
    this.#fail('left', null);
    return { value: undefined, done: true };
  }

  /** Its last event could not be passed on: a client that continues must receive it again. */
  async throw(error: unknown): Promise<IteratorResult<MediaChangeEvent, void>> {
    this.#fail('failed', null);
    if (!(error instanceof GatewayError)) throw error;
    const { code, details, cause } = error;
    throw this.#errorAfter(this.#previous, code, { ...details, cause });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  async #nextMissed(
    missed: AsyncGenerator<MediaChangeEvent, void, void>,
  ): Promise<IteratorResult<MediaChangeEvent, void>> {
    const result = await missed.next();
    if (result.done !== true) return result;
    this.#missed = null;
    return this.next();
  }

  readonly #nextNew = ():
    | IteratorResult<MediaChangeEvent, void>
    | Promise<IteratorResult<MediaChangeEvent, void>> => {
    const waiting = this.#queue.shift();
    if (waiting !== undefined) {
      this.#options.hooks.buffered(-1);
      return { value: this.#handOut(waiting, 'buffer'), done: false };
    }
    if (this.#end === null) return this.next();
    const { error } = this.#end;
    // Only once: nothing follows an error.
    this.#end = { error: null };
    if (error !== null) throw error;
    return { value: undefined, done: true };
  };

  /** Nothing is awaited between the last read of the inbox and becoming live, so that no event is lost in between. */
  async *#replay(after: string): AsyncGenerator<MediaChangeEvent, void, void> {
    const { hooks, clock } = this.#options;
    let last = after;
    for (;;) {
      for (const recorded of await this.#readPage(last)) {
        if (this.#end !== null) return;
        last = recorded.position;
        const waiting = this.#matched(recorded);
        if (waiting !== null) yield this.#handOut(waiting, 'inbox');
      }
      if (this.#end !== null) return;
      if (this.#isNewest(last)) break;
      // Many subscriptions may reconnect at the same time, and an inbox in memory makes none of them wait.
      await nextTurn(clock);
    }
    this.#replayedUntil = last;
    hooks.live(this);
  }

  #matched(recorded: RecordedEvent): Waiting | null {
    if (!isChange(recorded)) return null;
    const match = this.matcher.match(recorded.event);
    return match && { recorded, match };
  }

  /** Whether the listeners of the inbox have received nothing later. */
  #isNewest(position: string): boolean {
    const { inbox } = this.#options;
    return inbox.newest === null || inbox.compare(position, inbox.newest) >= 0;
  }

  async #readPage(after: string): Promise<readonly RecordedEvent[]> {
    try {
      const page = await this.#options.inbox.readAfter(after, PAGE);
      if (page !== 'expired') return page;
      this.expire();
    } catch (cause) {
      this.#fail('failed', this.#errorAfter(this.#last, 'OVERLOADED', { cause }));
    }
    return [];
  }

  #handOut({ recorded, match: { requested } }: Waiting, from: 'inbox' | 'buffer'): MediaChangeEvent {
    const { cursors, hooks } = this.#options;
    this.#previous = this.#last;
    this.#last = recorded.position;
    hooks.delivered(recorded, from);
    return new DeliveredChange(recorded, requested, cursors);
  }

  readonly #abort = (): void => {
    const { reason } = this.#options.signal;
    this.#fail('left', reason instanceof GatewayError ? reason : null);
  };

  /** It ends at once, even if events wait for its reader. */
  #fail(reason: EndOfSubscription, error: unknown): void {
    this.#options.hooks.buffered(-this.#queue.length);
    this.#queue = [];
    this.#finish(reason, error);
  }

  #finish(reason: EndOfSubscription, error: unknown): void {
    if (this.#end !== null) return;
    this.#end = { error };
    this.#options.signal.removeEventListener('abort', this.#abort);
    this.#options.hooks.ended(this, reason);
    this.#wakeReader();
  }

  #wakeReader(): void {
    const wake = this.#wake;
    this.#wake = NOTHING;
    wake();
  }

  #errorAfter(
    position: string | null,
    code: GatewayError['code'],
    details: GatewayErrorDetails = {},
  ): GatewayError {
    const cursor = position === null ? {} : { cursor: this.#options.cursors.close(position) };
    return new GatewayError(code, { ...details, ...cursor });
  }
}
