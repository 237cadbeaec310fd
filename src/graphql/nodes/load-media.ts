/** The one way in which resolvers load items: the selection below the field determines how files are treated. */
import type { GraphQLResolveInfo } from 'graphql';
import { DEFAULT_ORDER, isLongToSort, prepareTies } from '../../documents/order.ts';
import type { LoadResult } from '../../media/loading.ts';
import { matchDocument } from '../../media/matching/match.ts';
import type { Box } from '../../media/model/box.ts';
import type { DestinationAlias } from '../../media/model/keys.ts';
import { createBox, createNeed, type NeedLists } from '../../media/model/need.ts';
import type { Item } from '../../redox/messages.ts';
import { findContentsMode } from '../inputs/contents-mode.ts';
import type { Context } from '../server/context.ts';

/** A need of one destination, without the treatment of files. */
export interface MediaLists extends NeedLists {
  readonly destination: DestinationAlias;
  /** A document of the patient's that the operation has loaded: a list that does not leave it out is not empty. */
  readonly document?: Item | undefined;
}

/** The items that satisfy the lists. `info`: that of the field whose resolver loads them, and sorts them in the default order. */
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
 * Like `loadMedia`, with the metadata of the answer, and synchronously if it is remembered. `answerIds`: for a page by cursors,
 * the answers that they name.
 */
export function loadAnswer(
  { loader, responseBudget, keepsFilesForLinks }: Context,
  info: GraphQLResolveInfo,
  lists: MediaLists,
  answerIds: readonly string[] | null = null,
): LoadResult | Promise<LoadResult> {
  responseBudget.spendLoad();
  const files = findContentsMode(info, responseBudget.maxBase64Bytes, keepsFilesForLinks);
  const need = createNeed(lists.destination, lists, files);
  const { document } = lists;
  if (document === undefined) return loader.takeAnswer(need, answerIds);
  return loader.takeAnswer(need, answerIds, (items) => isContradicted(items, need.box, document));
}

const UNFILTERED = createBox({});

/**
 * Whether the document belongs in a list that is empty. A destination that sends nothing for a patient whom its own document names
 * does not find patients by all the identifiers that its documents state: an empty list would look like an empty chart.
 */
function isContradicted(items: readonly Item[], requested: Box, document: Item): boolean {
  return items.length === 0 && matchDocument(document, requested, UNFILTERED) === 'yes';
}
