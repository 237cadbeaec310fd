/** Filters that Redox does not have: they are applied here, to the items that it returned. */
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

export function passesLocalFilter(item: Item, { fileTypes, created, serviced }: LocalFilter): boolean {
  if (fileTypes !== null && (item.fileType === null || !fileTypes.has(item.fileType))) return false;
  return isWithin(item.creationDateTime, created) && isWithin(item.serviceDateTime, serviced);
}

function isWithin(dateTime: string | null, span: DateTimeSpan | null): boolean {
  if (span === null || (span.from === null && span.to === null)) return true;
  const date = dateTime === null ? null : readDateTime(dateTime);
  return date !== null && overlapsSpan(date, span);
}
