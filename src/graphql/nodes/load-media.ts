/** The one way by which resolvers load items: the files are treated as the selection below the field asks. */
import type { GraphQLResolveInfo } from 'graphql';
import { DEFAULT_ORDER, isLongToSort, prepareTies } from '../../documents/order.ts';
import type { Given } from '../../media/loading.ts';
import type { DestinationAlias } from '../../media/model/keys.ts';
import { createNeed, type NeedLists } from '../../media/model/need.ts';
import type { Item } from '../../redox/messages.ts';
import { filesAskedBelow } from '../inputs/files-asked.ts';
import type { Context } from '../server/context.ts';

/** A need of one destination, but for its files. */
export interface MediaLists extends NeedLists {
  readonly destination: DestinationAlias;
}

/** The items that satisfy the lists. `info`: of the field whose resolver loads them, and sorts them in the default order. */
export async function loadMedia(
  context: Context,
  info: GraphQLResolveInfo,
  lists: MediaLists,
): Promise<readonly Item[]> {
  const { items } = await loadAnswer(context, info, lists);
  if (isLongToSort(items)) await context.turns.finish(prepareTies(items, DEFAULT_ORDER));
  return items;
}

/** As `loadMedia`, with what is known of the answer. `answerIds`: of a page by cursors, the answers that they name. */
export async function loadAnswer(
  { loader, responseBudget, turns, keepsFilesForLinks }: Context,
  info: GraphQLResolveInfo,
  { destination, ...lists }: MediaLists,
  answerIds: readonly string[] | null = null,
): Promise<Given> {
  responseBudget.spendLoad();
  const files = filesAskedBelow(info, responseBudget.maxBase64Bytes, keepsFilesForLinks);
  try {
    return await loader.loadAnswer(createNeed(destination, lists, files), answerIds);
  } finally {
    // All that wait for a call go on when it is answered, with all that is selected below them, or when they are refused.
    if (turns.isOver) await turns.next();
  }
}
