/** Filters that Redox does not have: they are applied here, to the items that it returned. All that a filter means stands here. */
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

/** True for the filter that no item passes: Redox need not be asked. */
export function passesNothing({ fileTypes }: LocalFilter): boolean {
  return fileTypes?.size === 0;
}

/** What tells it from filters that other items pass, as JSON: a cursor of one list fits no other. */
export function filterKey({ fileTypes, created, serviced }: LocalFilter): readonly unknown[] {
  return [fileTypes && [...fileTypes].sort(), boundsOf(created), boundsOf(serviced)];
}

/** Null where nothing is left out. */
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
