/** What a question must see of writes, at every destination: which it waits for, and which answers are too old for it. */
import type { Identifier } from '../../redox/messages.ts';
import type { Need } from '../model/need.ts';
import { isAnotherThan } from '../model/patients.ts';
import { WriteOrder } from './write-order.ts';

export class WriteFence {
  /** By alias. */
  readonly #orders: ReadonlyMap<string, WriteOrder>;

  /** `destinationIds`: Redox's, by alias. What two aliases name is one destination, with one order. */
  constructor(destinationIds: ReadonlyMap<string, string>) {
    const orders = new Map([...destinationIds.values()].map((id) => [id.toLowerCase(), new WriteOrder()]));
    this.#orders = new Map(
      [...destinationIds].flatMap(([alias, id]) => {
        const order = orders.get(id.toLowerCase());
        return order ? [[alias, order]] : [];
      }),
    );
  }

  /** Sends a write about a patient, as it takes its place among the Media Queries of its destinations. */
  async send<T>(
    destinations: readonly string[],
    patient: readonly Identifier[],
    send: () => Promise<T>,
  ): Promise<T> {
    const isAnother = isAnotherThan(patient);
    const writes = destinations.map((alias) => this.orderOf(alias).begin(isAnother));
    try {
      return await send();
    } finally {
      for (const write of writes) write.end();
    }
  }

  /** Settles when a need that begins now may be asked; null when it may at once. */
  waitFor({ destination, box }: Need): Promise<unknown> | null {
    return this.orderOf(destination).writesToAwait(box);
  }

  /** Whether a need that begins now may be answered from what was asked at this place of the order. */
  isCurrent(need: Need, sentAt: number): boolean {
    return this.waitFor(need) === null && this.orderOf(need.destination).isCurrent(need.box, sentAt);
  }

  /** How many writes were sent to a destination: needs on both sides of one are different questions. */
  countWrites(destination: string): number {
    return this.orderOf(destination).begun;
  }

  orderOf(destination: string): WriteOrder {
    const order = this.#orders.get(destination);
    if (order === undefined) throw new Error('a need names an unknown destination');
    return order;
  }
}
