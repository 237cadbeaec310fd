/** Filters that Redox does not have: the gateway applies them to the items that Redox returned. */
import type { Item } from '../redox/messages.ts';
import { readDateTime } from './date-time.ts';
import { type DateTimeSpan, overlapsSpan } from './date-time-range.ts';

export interface LocalFilter {
  readonly fileTypes: ReadonlySet<string> | null;
  readonly created: DateTimeSpan | null;
  readonly serviced: DateTimeSpan | null;
}

/** True for the filter that every item passes. */
export function isNoFilter({ fileTypes, created, serviced }: LocalFilter): boolean {
  return fileTypes === null && created === null && serviced === null;
}

/** True for the filter that no item passes: Redox need not be queried. */
export function passesNothing({ fileTypes }: LocalFilter): boolean {
  return fileTypes?.size === 0;
}

/** Distinguishes the filter from others that pass other items, as JSON, since a cursor of one list is not valid for another. */
export function filterKey({ fileTypes, created, serviced }: LocalFilter): readonly unknown[] {
  return [fileTypes && [...fileTypes].sort(), boundsOf(created), boundsOf(serviced)];
}

/** Null if nothing is filtered out. */
function boundsOf(span: DateTimeSpan | null): readonly unknown[] | null {
  return span === null || isUnbounded(span) ? null : [span.from, span.to];
}

function isUnbounded({ from, to }: DateTimeSpan): boolean {
  return from === null && to === null;
}

export function passesLocalFilter(item: Item, { fileTypes, created, serviced }: LocalFilter): boolean {
  if (fileTypes !== null && (item.fileType === null || !fileTypes.has(item.fileType))) return false;
  return isWithin(item.creationDateTime, created) && isWithin(item.serviceDateTime, serviced);
}

function isWithin(dateTime: string | null, span: DateTimeSpan | null): boolean {
  if (span === null || isUnbounded(span)) return true;
  const date = dateTime === null ? null : readDateTime(dateTime);
  return date !== null && overlapsSpan(date, span);
}
