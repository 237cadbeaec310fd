/** The one way by which resolvers load items: the files are treated as the selection below the field asks. */
import type { GraphQLResolveInfo } from 'graphql';
import { DEFAULT_ORDER, isLongToSort, prepareTies } from '../../documents/order.ts';
import type { LoadResult } from '../../media/loading.ts';
import type { DestinationAlias } from '../../media/model/keys.ts';
import { createNeed, type NeedLists } from '../../media/model/need.ts';
import type { Item } from '../../redox/messages.ts';
import { findContentsMode } from '../inputs/contents-mode.ts';
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
  if (isLongToSort(items)) await context.slices.finish(prepareTies(items, DEFAULT_ORDER));
  return items;
}

/**
 * As `loadMedia`, with what is known of the answer, and at once where it is remembered. `answerIds`: of a page by cursors, the answers that
 * they name.
 */
export function loadAnswer(
  { loader, responseBudget, keepsFilesForLinks }: Context,
  info: GraphQLResolveInfo,
  lists: MediaLists,
  answerIds: readonly string[] | null = null,
): LoadResult | Promise<LoadResult> {
  responseBudget.spendLoad();
  const files = findContentsMode(info, responseBudget.maxBase64Bytes, keepsFilesForLinks);
  return loader.takeAnswer(createNeed(lists.destination, lists, files), answerIds);
}
