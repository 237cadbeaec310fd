/** Spans of time as clients write them, and whether the date of a document overlaps a span. */
import { type DateTimeValue, isCalendarDate } from './date-time.ts';

/** `from` is inclusive, `to` exclusive; null: no bound. */
export interface DateTimeSpan {
  readonly from: DateTimeValue | null;
  readonly to: DateTimeValue | null;
}

/**
 * True for a span that ends before it begins, which is a mistake. A span that ends where it begins is empty, but not a mistake.
 */
export function isReversed({ from, to }: DateTimeSpan): boolean {
  return from !== null && to !== null && shiftTo(to, from) + from.start > to.start;
}

/**
 * True when the date overlaps the span; a day, a month or a year is a span itself. A date without an offset is compared in the
 * offset of the bound. When the bound itself is a day, every date is compared with it as it is written.
 */
export function overlapsSpan(date: DateTimeValue, { from, to }: DateTimeSpan): boolean {
  if (from !== null && to !== null && shiftTo(to, from) + from.start >= to.start) return false;
  return (
    (from === null || endsAfter(date, from)) && (to === null || date.start + shiftTo(to, date) < to.start)
  );
}

/** Whether some part of the date is at the bound or after it. */
function endsAfter(date: DateTimeValue, bound: DateTimeValue): boolean {
  const shift = shiftTo(bound, date);
  return date.end === null ? date.start + shift >= bound.start : date.end + shift > bound.start;
}

/** What to add to a date as it is written to convert it to the offset of the bound. A date-time without an offset is in UTC. */
function shiftTo(bound: DateTimeValue, date: DateTimeValue): number {
  const floats = isCalendarDate(date) && date.offsetMs === null;
  if (isCalendarDate(bound) || floats) return 0;
  return (bound.offsetMs ?? 0) - (date.offsetMs ?? 0);
}
