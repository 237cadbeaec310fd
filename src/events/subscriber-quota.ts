/** Limits the number of subscriptions and the size of their filters, in total and for each caller. */
import { GatewayError } from '../errors.ts';
import type { ChangeFilter } from './changes.ts';

export interface SubscriberQuotaLimits {
  readonly subscriptions: number;
  readonly subscriptionsPerCaller: number;
}

/** The limit for the filters of all subscriptions: a process with 384 MiB, the documented minimum, has room for this. */
const MAX_FILTER_BYTES = 33_554_432;
/** No caller may take the room of all others. */
const MAX_FILTER_BYTES_PER_CALLER = MAX_FILTER_BYTES / 4;

/** A value of a filter is a string in a list, in a set and in the index. */
const BYTES_PER_VALUE = 200;
const BYTES_PER_CHARACTER = 2;

interface Held {
  count: number;
  bytes: number;
}

export class SubscriberQuota {
  readonly #limits: SubscriberQuotaLimits;
  readonly #all: Held = { count: 0, bytes: 0 };
  readonly #byCaller = new Map<string, Held>();

  constructor(limits: SubscriberQuotaLimits) {
    this.#limits = limits;
  }

  /**
   * Returns a function that releases it. @throws RATE_LIMITED when the caller has too many, OVERLOADED when all callers together
   * have.
   */
  take(caller: string, bytes: number): () => void {
    const { subscriptions, subscriptionsPerCaller } = this.#limits;
    const own = this.#byCaller.get(caller) ?? { count: 0, bytes: 0 };
    if (own.count >= subscriptionsPerCaller || own.bytes + bytes > MAX_FILTER_BYTES_PER_CALLER) {
      throw new GatewayError('RATE_LIMITED');
    }
    if (this.#all.count >= subscriptions || this.#all.bytes + bytes > MAX_FILTER_BYTES) {
      throw new GatewayError('OVERLOADED');
    }
    this.#byCaller.set(caller, own);
    for (const held of [own, this.#all]) add(held, 1, bytes);
    return () => {
      for (const held of [own, this.#all]) add(held, -1, -bytes);
      if (own.count === 0) this.#byCaller.delete(caller);
    };
  }
}

function add(held: Held, count: number, bytes: number): void {
  held.count += count;
  held.bytes += bytes;
}

/** The approximate size of a filter in bytes. */
export function sizeOfFilter({ patients, visitNumbers, documentTypes }: ChangeFilter): number {
  let bytes = 0;
  for (const text of [...(visitNumbers ?? []), ...(documentTypes ?? [])]) bytes += sizeOf(text.length);
  for (const { id, idType } of (patients ?? []).flat()) bytes += sizeOf(id.length + idType.length);
  return bytes;
}

function sizeOf(characters: number): number {
  return BYTES_PER_VALUE + characters * BYTES_PER_CHARACTER;
}
