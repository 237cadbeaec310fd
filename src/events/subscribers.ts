/** All subscriptions of this replica: it limits their number, and passes each event to those that it concerns. */
import type { Clock } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import { createNeed } from '../media/model/need.ts';
import { type CallerName, callerKey, checkNeed, type Rights } from '../media/model/rights.ts';
import type { Seal } from '../seal.ts';
import { ChangeCursors } from './change-cursors.ts';
import { ChangeMatcher } from './change-matcher.ts';
import type { ChangeRequest, ChangeStream } from './changes.ts';
import { isChange } from './delivered-change.ts';
import type { Inbox, InboxListener } from './inbox.ts';
import type { RecordedEvent } from './media-change.ts';
import { SubscriberIndex } from './subscriber-index.ts';
import { SubscriberQuota, sizeOfFilter } from './subscriber-quota.ts';
import { type EndOfSubscription, Subscription, type SubscriptionHooks } from './subscription.ts';

export interface SubscriberLimits {
  /** The limit for this process. */
  readonly subscriptions: number;
  readonly subscriptionsPerCaller: number;
  /** The limit for one subscription. */
  readonly bufferedEvents: number;
}

/** Reports about subscriptions. */
export interface SubscriberReport {
  readonly replayed: () => void;
  /** `receivedAt`: for a new event, in milliseconds since 1970; null for a replayed one. */
  readonly delivered: (receivedAt: number | null) => void;
  readonly ended: (reason: EndOfSubscription) => void;
}

export interface SubscribersOptions {
  readonly inbox: Inbox;
  /** The seal for the purpose `change`. */
  readonly seal: Seal;
  readonly limits: SubscriberLimits;
  readonly clock: Pick<Clock, 'setImmediate'>;
  readonly report: SubscriberReport;
}

export interface Subscribing {
  readonly caller: CallerName & { readonly rights: Rights };
  /** Ends the subscription: with its reason, if that is a GatewayError. */
  readonly signal: AbortSignal;
}

export class Subscribers implements InboxListener {
  readonly #options: SubscribersOptions;
  readonly #cursors: ChangeCursors;
  readonly #index = new SubscriberIndex<Subscription>();
  readonly #quota: SubscriberQuota;
  /** For each open subscription, the function that releases its part of the quota. */
  readonly #open = new Map<Subscription, () => void>();
  readonly #live = new Set<Subscription>();
  #buffered = 0;
  #isClosed = false;

  constructor(options: SubscribersOptions) {
    this.#options = options;
    this.#cursors = new ChangeCursors(options.seal);
    this.#quota = new SubscriberQuota(options.limits);
  }

  get count(): number {
    return this.#open.size;
  }

  /** The number of events that wait for their readers, for all subscriptions. */
  get buffered(): number {
    return this.#buffered;
  }

  /**
   * @throws FORBIDDEN when the caller's rights do not cover the request, RATE_LIMITED or OVERLOADED when there are too many
   * subscriptions, BAD_USER_INPUT for an invalid cursor. See `Changes` for how it ends.
   */
  subscribe(request: ChangeRequest, { caller, signal }: Subscribing): ChangeStream {
    checkRequest(request, caller.rights);
    const after = request.after === null ? null : this.#cursors.open(request.after);
    if (this.#isClosed) throw new GatewayError('OVERLOADED');
    const release = this.#quota.take(callerKey(caller), sizeOfFilter(request));
    if (after !== null) this.#options.report.replayed();
    const { inbox, limits, clock } = this.#options;
    const subscription = new Subscription({
      matcher: new ChangeMatcher(request, caller.rights),
      after,
      inbox,
      cursors: this.#cursors,
      maxBuffered: limits.bufferedEvents,
      clock,
      signal,
      hooks: this.#hooks,
    });
    if (signal.aborted) release();
    else this.#open.set(subscription, release);
    return subscription;
  }

  recorded(recorded: RecordedEvent): void {
    if (!isChange(recorded)) return;
    for (const subscription of this.#index.concernedBy(recorded.event)) subscription.offer(recorded);
  }

  missed(): void {
    // Including subscriptions that are still replaying: they would be live before the next event.
    for (const subscription of this.#open.keys()) subscription.expire();
  }

  /** The gateway stops: all subscriptions return after the events that they have been offered already. */
  close(): void {
    this.#isClosed = true;
    for (const subscription of this.#open.keys()) subscription.stop();
  }

  readonly #hooks: SubscriptionHooks = {
    live: (subscription) => {
      this.#live.add(subscription);
      this.#index.add(subscription);
    },
    buffered: (change) => {
      this.#buffered += change;
    },
    delivered: ({ receivedAt }, from) =>
      this.#options.report.delivered(from === 'buffer' ? receivedAt : null),
    ended: (subscription, reason) => {
      if (this.#live.delete(subscription)) this.#index.delete(subscription);
      this.#open.get(subscription)?.();
      this.#open.delete(subscription);
      this.#options.report.ended(reason);
    },
  };
}

/**
 * Unlike a query, a subscription is not narrowed to the patients in the rights: a caller without a filter by patients would
 * expect to receive events about all patients.
 */
function checkRequest({ destination, patients }: ChangeRequest, rights: Rights): void {
  checkNeed(createNeed(destination, { patients }), rights);
  if (rights.patients !== 'all' && patients === null) throw new GatewayError('FORBIDDEN');
}
