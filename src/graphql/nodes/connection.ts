/**
 * Makes one page of items: filtered, ordered and cut as the arguments say. `totalCount` and `pageInfo` always show what was cut
 * off.
 */

import type { GraphQLResolveInfo } from 'graphql';
import {
  isNoFilter,
  type LocalFilter,
  passesLocalFilter,
  passesNothing,
} from '../../documents/local-filter.ts';
import { compareToPosition, type Order, type Placed, placeInOrder } from '../../documents/order.ts';
import { badInput } from '../../errors.ts';
import type { InputMaybe, MediaFilter, MediaOrder } from '../../generated/resolvers.ts';
import type { LoadResult } from '../../media/loading.ts';
import type { Item } from '../../redox/messages.ts';
import type { Seal } from '../../seal.ts';
import { readLocalFilter, readOrder } from '../inputs/arguments.ts';
import type { Context } from '../server/context.ts';
import type { ResponseBudget } from '../server/response-budget.ts';
import { admitCursors, checkCursors } from './admit-reference.ts';
import { CursorList, type OpenedCursor, openCursor } from './cursor.ts';
import { mediaFactory, type Origin } from './found-media.ts';
import { loadAnswer, type MediaLists } from './load-media.ts';
import type { ConnectionModel } from './models.ts';
import { sortList } from './sorted-lists.ts';

/** The value of `first` when a client gives neither `first` nor `last`. */
const DEFAULT_PAGE = 100;
/** A page of 1,000 documents is about a megabyte of JSON. */
const MAX_PAGE = 1000;

export interface ConnectionArgs {
  readonly filter?: InputMaybe<MediaFilter>;
  readonly orderBy?: InputMaybe<MediaOrder>;
  readonly first?: InputMaybe<number>;
  readonly after?: InputMaybe<string>;
  readonly last?: InputMaybe<number>;
  readonly before?: InputMaybe<string>;
}

/** How to make a page; it is read from the arguments before anything is fetched. */
export interface PageRequest {
  readonly filter: LocalFilter;
  readonly order: Order;
  readonly take: {
    readonly from: 'start' | 'end';
    readonly count: number;
    /** False: `count` is the default. */
    readonly isGiven: boolean;
  };
  readonly after: OpenedCursor | null;
  readonly before: OpenedCursor | null;
}

export function readPageRequest(args: ConnectionArgs, cursors: Seal): PageRequest {
  const order = readOrder(args.orderBy);
  return {
    filter: readLocalFilter(args.filter),
    order,
    take: readTake(args.first ?? null, args.last ?? null),
    after: readCursor(args.after, order, cursors, 'after'),
    before: readCursor(args.before, order, cursors, 'before'),
  };
}

/** The list that pages are cut from. */
export interface LoadedList extends Pick<LoadResult, 'items' | 'asOf' | 'answerId'> {
  readonly list: CursorList;
  /** The items in the order of the page; null if they are few and not sorted yet. */
  readonly sorted: readonly Placed[] | null;
}

/**
 * Loads the list that the page is cut from. If a cursor is given, this is the answer that the cursor names, while it is
 * remembered. If the filter matches no document, no call is made. @throws BAD_USER_INPUT for a cursor of another list or of other
 * rights; FORBIDDEN for a cursor of a patient whom the rights do not cover.
 */
export function loadList(
  context: Context,
  info: GraphQLResolveInfo,
  lists: MediaLists,
  page: PageRequest,
): LoadedList | Promise<LoadedList> {
  const { filter, order, after, before } = page;
  const list = new CursorList({ lists, filter, order, rightsKey: context.rightsKey });
  checkCursors(page, list, lists.destination, context);
  if (passesNothing(filter)) return { ...context.loader.createEmptyResult(), list, sorted: null };
  const isFurther = after !== null || before !== null;
  const answerIds = isFurther ? [after, before].flatMap((cursor) => cursor?.answerId ?? []) : null;
  return afterwards(loadAnswer(context, info, lists, answerIds), (given) => {
    const { items, asOf, answerId } = given;
    if (isFurther) admitCursors(page, items, lists.destination, context);
    const sorting = sortList(given, order, context.slices);
    return afterwards(sorting, (sorted) => ({ items, asOf, answerId, list, sorted }));
  });
}

/** Calls `go` synchronously if the value is not a promise. */
export function afterwards<T, R>(value: T | Promise<T>, go: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(go) : go(value);
}

/** @throws BAD_USER_INPUT when the page no longer fits into the response. */
export function createConnection(
  { items, asOf, answerId, list, sorted }: LoadedList,
  page: PageRequest,
  origin: Origin,
  budget: ResponseBudget,
): ConnectionModel {
  const { order, filter } = page;
  const passes = isNoFilter(filter) ? null : (item: Item) => passesLocalFilter(item, filter);
  const placed =
    sorted === null
      ? placeInOrder(passes === null ? items : items.filter(passes), order)
      : // Items that are equal in everything pass together, so that they are numbered as if the others were not there.
        filterPlaced(sorted, passes);
  const { start, end, hasPreviousPage, hasNextPage } = cutPage(placed, page);
  budget.spend(end - start, page.take.from === 'start' ? 'first' : 'last');
  const createMedia = mediaFactory(origin);
  const cutFrom = { list, answerId };
  return {
    edges: placed
      .slice(start, end)
      .map((one) => ({ node: createMedia(one.item, one.ordinal), placed: one, cutFrom })),
    hasPreviousPage,
    hasNextPage,
    totalCount: placed.length,
    asOf,
  };
}

function filterPlaced(
  placed: readonly Placed[],
  passes: ((item: Item) => boolean) | null,
): readonly Placed[] {
  return passes === null ? placed : placed.filter(({ item }) => passes(item));
}

interface Cut {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly hasPreviousPage: boolean;
  readonly hasNextPage: boolean;
}

/**
 * Where the page begins and ends in the whole list, by the algorithm of Relay's Cursor Connections (§4.4, §5.1). In the direction
 * of the page there is more when the page was cut; in the other direction there is more when a cursor is given and documents lie
 * beyond it, including the document of the cursor.
 */
function cutPage(placed: readonly Placed[], { after, before, order, take }: PageRequest): Cut {
  const low = after ? placed.filter((one) => compareToPosition(one, after.position, order) <= 0).length : 0;
  const high = before
    ? placed.filter((one) => compareToPosition(one, before.position, order) < 0).length
    : placed.length;
  const between = Math.max(0, high - low);
  const count = Math.min(between, take.count);
  const isCut = between > count;
  if (take.from === 'end') {
    const end = low + between;
    return { start: end - count, end, hasPreviousPage: isCut, hasNextPage: high < placed.length };
  }
  const hasNextPage = isCut || (!take.isGiven && high < placed.length);
  return { start: low, end: low + count, hasPreviousPage: low > 0, hasNextPage };
}

function readTake(first: number | null, last: number | null): PageRequest['take'] {
  if (first !== null && last !== null) throw badInput('last', 'cannot be combined with first');
  if (last !== null) return { from: 'end', count: readCount(last, 'last'), isGiven: true };
  return { from: 'start', count: readCount(first ?? DEFAULT_PAGE, 'first'), isGiven: first !== null };
}

function readCount(count: number, argument: string): number {
  if (count < 0 || count > MAX_PAGE) throw badInput(argument, `must be between 0 and ${MAX_PAGE}`);
  return count;
}

function readCursor(
  cursor: InputMaybe<string>,
  order: Order,
  cursors: Seal,
  argument: string,
): OpenedCursor | null {
  if (cursor === null || cursor === undefined) return null;
  const opened = openCursor(cursor, order, cursors);
  if (opened === undefined) throw badInput(argument, 'is not a cursor of this order');
  return opened;
}
