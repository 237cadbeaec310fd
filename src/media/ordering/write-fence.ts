/** Decides, for all destinations, for which writes a query waits, and which replies are too old for it. */
import type { Clock } from '../../clock.ts';
import type { Box } from '../model/box.ts';
import type { DestinationAlias, DestinationId } from '../model/keys.ts';
import { writtenPatient } from '../model/written-patient.ts';
import type { WriteTime } from './latest-write-times.ts';
import { RemoteWrites } from './remote-writes.ts';
import type { ShownDocument } from './removed-documents.ts';
import type { SentWrite, SharedWriteOrder } from './shared-write-order.ts';
import { WriteOrder } from './write-order.ts';

interface Destination {
  readonly id: DestinationId;
  readonly order: WriteOrder;
  /** Null: no other replica writes there. */
  readonly remote: RemoteWrites | null;
}

export class WriteFence {
  readonly #shared: SharedWriteOrder | null;
  /** By alias. */
  readonly #destinations: ReadonlyMap<DestinationAlias, Destination>;
  /** By alias; two aliases of one destination have the same order. */
  readonly orders: ReadonlyMap<DestinationAlias, WriteOrder>;

  /** `destinationIds`: Redox's ids by alias. Two aliases with one id are one destination, with one order. */
  constructor(
    destinationIds: ReadonlyMap<DestinationAlias, DestinationId>,
    shared: SharedWriteOrder | null,
    clock: Clock,
  ) {
    this.#shared = shared;
    const byId = new Map<DestinationId, Destination>();
    const destinationOf = (id: DestinationId): Destination => {
      const order = new WriteOrder(clock);
      const made = { id, order, remote: shared && new RemoteWrites(id, order, shared, clock) };
      const destination = byId.get(id) ?? made;
      byId.set(id, destination);
      return destination;
    };
    this.#destinations = new Map([...destinationIds].map(([alias, id]) => [alias, destinationOf(id)]));
    this.orders = new Map([...this.#destinations].map(([alias, { order }]) => [alias, order]));
  }

  /** Sends a write about a patient, in its place among the Media Queries of its destinations. */
  async send<T>(
    destinations: readonly DestinationAlias[],
    write: SentWrite,
    send: () => Promise<T>,
  ): Promise<T> {
    const patient = writtenPatient(write.patient);
    const removed = write.removes ? patient.names.documentOf(write.removes) : null;
    const writes = destinations.map((alias) => this.orderOf(alias).begin(patient, removed));
    try {
      return await this.#sendAnnounced(destinations, write, send);
    } finally {
      for (const one of writes) one.end();
    }
  }

  /**
   * Settles when a need that begins now may be queried, with whether it may join calls in flight; null when it may be queried at
   * once, and may join.
   */
  waitFor(destination: DestinationAlias, box: Box): Promise<boolean> | null {
    const { order, remote } = this.#at(destination);
    if (remote !== null) return this.#waitForAll(box, order, remote);
    const writes = order.writesToAwait(box);
    return writes?.then(() => true) ?? null;
  }

  /**
   * Whether a need that begins now may be answered from a query that was sent at this place of the order. Of other replicas'
   * writes, only those already known count, as a field belongs to the time when its operation began. Before an answer from before
   * the operation is used, `catchUp` must have resolved to true.
   */
  isCurrent(destination: DestinationAlias, box: Box, sentAt: number): boolean {
    const order = this.orderOf(destination);
    return order.writesToAwait(box) === null && order.isCurrent(box, sentAt);
  }

  /** See WriteOrder. */
  holdsRemoved(
    destination: DestinationAlias,
    items: readonly ShownDocument[],
    counts: (time: WriteTime) => boolean,
  ): boolean {
    return this.orderOf(destination).holdsRemoved(items, counts);
  }

  /** Whether other replicas write there: `catchUp` must then resolve before any remembered answer is used. */
  isShared(destination: DestinationAlias): boolean {
    return this.#at(destination).remote !== null;
  }

  /**
   * Reads all writes of other replicas until now, which must be known before a remembered answer is used; resolves to false when
   * they cannot be read. Null: no other replica writes there.
   */
  catchUp(destination: DestinationAlias): Promise<boolean> | null {
    return this.#at(destination).remote?.catchUp() ?? null;
  }

  /**
   * Whether no write that may concern the box was answered at `timeMs` or later, in milliseconds of the clock. The answer to a
   * query soon after a write may be older than the write, since accepted does not mean filed: it serves cursors and links, and no
   * new query.
   */
  isUnwrittenSince(destination: DestinationAlias, box: Box, timeMs: number): boolean {
    return this.orderOf(destination).isUnwrittenSince(box, timeMs);
  }

  /** The number of writes that were sent to a destination: a need before a write and the same need after it are different. */
  countWrites(destination: DestinationAlias): number {
    return this.orderOf(destination).begun;
  }

  orderOf(alias: DestinationAlias): WriteOrder {
    return this.#at(alias).order;
  }

  /** The other replicas are informed before it is sent, and before its caller receives its result. */
  async #sendAnnounced<T>(
    destinations: readonly DestinationAlias[],
    write: SentWrite,
    send: () => Promise<T>,
  ): Promise<T> {
    const shared = this.#shared;
    if (shared === null) return send();
    const ends = await Promise.all(destinations.map((alias) => shared.begin(this.#at(alias).id, write)));
    try {
      return await send();
    } finally {
      await Promise.all(ends.map((end) => end()));
    }
  }

  async #waitForAll(box: Box, order: WriteOrder, remote: RemoteWrites): Promise<boolean> {
    const isKnown = await remote.catchUp();
    const writes = order.writesToAwait(box);
    if (writes === null) return isKnown;
    remote.watch();
    await writes;
    return isKnown;
  }

  #at(alias: DestinationAlias): Destination {
    const destination = this.#destinations.get(alias);
    if (destination === undefined) throw new Error('a need names an unknown destination');
    return destination;
  }
}
