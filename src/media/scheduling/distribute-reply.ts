/** Finds what of a call's reply each of its needs gets, with pauses in which others may go on. */
import type { MediaReply } from '../../redox/messages.ts';
import type { Work } from '../../turns.ts';
import { type Distribution, distribute } from '../matching/distribute.ts';
import { dropRepeats } from '../model/item.ts';
import type { PendingNeed } from './pending-need.ts';
import type { UpstreamCall } from './upstream-call.ts';

/** Among those that wait for the call now. Until it ends some may be gone, and none comes. */
export function* distributeReply(
  call: UpstreamCall,
  { items, unreadable }: MediaReply,
  trustsLone: boolean,
): Work<Distribution<PendingNeed>> {
  call.recordAnswer();
  const documents = { items: dropRepeats(items), unreadable };
  return yield* distribute(documents, call.openNeeds, call.box, { trustsLone, partOf: call.partOf() });
}
