/** The one way by which resolvers load items: the files are treated as the selection below the field asks. */
import type { GraphQLResolveInfo } from 'graphql';
import { DEFAULT_ORDER, isLongToSort, prepareTies } from '../../documents/order.ts';
import type { DestinationAlias } from '../../media/model/keys.ts';
import { createNeed, type NeedLists } from '../../media/model/need.ts';
import type { Item } from '../../redox/messages.ts';
import { filesAskedBelow } from '../inputs/files-asked.ts';
import type { Context } from '../server/context.ts';

/** A need of one destination, but for its files. */
export interface MediaLists extends NeedLists {
  readonly destination: DestinationAlias;
}

/** The items that satisfy the lists. `info`: of the field whose resolver loads them; `order`: in which it will sort them. */
export async function loadMedia(
  { loader, responseBudget, turns }: Context,
  info: GraphQLResolveInfo,
  { destination, ...lists }: MediaLists,
  order = DEFAULT_ORDER,
): Promise<readonly Item[]> {
  responseBudget.spendLoad();
  const files = filesAskedBelow(info, responseBudget.maxBase64Bytes);
  try {
    const items = await loader.load(createNeed(destination, lists, files));
    if (isLongToSort(items)) await turns.finish(prepareTies(items, order));
    return items;
  } finally {
    // All that wait for a call go on when it is answered, with all that is selected below them, or when they are refused.
    if (turns.isOver) await turns.next();
  }
}
