/**
 * The changes of other replicas that a query must take into account: the writes that they sent, and the events that they
 * recorded.
 */
import type { SharedWriteOrder } from '../media/ordering/shared-write-order.ts';
import type { Inbox } from './inbox.ts';

/**
 * Reading the writes of other replicas also reads all events until now, so that an event that one replica has recorded has its
 * effect at all others at once. While events cannot be read, some may be missing, and every earlier answer may be outdated.
 */
export function withEvents(writes: SharedWriteOrder, inbox: Pick<Inbox, 'catchUp'>): SharedWriteOrder {
  return {
    begin: (destinationId, write) => writes.begin(destinationId, write),
    async read(destinationId) {
      const [reading, isCaughtUp] = await Promise.all([writes.read(destinationId), inbox.catchUp() ?? true]);
      return reading === null || isCaughtUp ? reading : { news: reading.news, hasGap: true };
    },
  };
}
