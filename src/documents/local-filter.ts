/** The filters that Redox does not have (reference §1.2): applied here, on what came back. */
import type { Item } from '../redox/messages.ts';
import { momentOf } from './moment.ts';

/** Milliseconds since 1970; `from` inclusive, `to` exclusive; null: open. */
export interface Span {
  readonly from: number | null;
  readonly to: number | null;
}

export interface LocalFilter {
  readonly fileTypes: ReadonlySet<string> | null;
  readonly created: Span | null;
  readonly serviced: Span | null;
}

export function passesLocalFilter(item: Item, { fileTypes, created, serviced }: LocalFilter): boolean {
  if (fileTypes !== null && (item.fileType === null || !fileTypes.has(item.fileType))) return false;
  return isWithin(item.creationDateTime, created) && isWithin(item.serviceDateTime, serviced);
}

function isWithin(dateTime: string | null, span: Span | null): boolean {
  if (span === null || (span.from === null && span.to === null)) return true;
  const moment = dateTime === null ? null : momentOf(dateTime);
  if (moment === null) return false;
  return (span.from === null || moment >= span.from) && (span.to === null || moment < span.to);
}
