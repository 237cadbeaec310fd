/** What a question must see of other replicas is what they wrote, and the events that they recorded. */
import type { SharedWriteOrder } from '../media/ordering/shared-write-order.ts';
import type { Inbox } from './inbox.ts';

/**
 * Also reads the events until now whenever it is read which writes there were: an event that one replica has recorded makes forgotten
 * at every other one at once. While events cannot be read, some may be missing, and whatever was asked until then may be old.
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
