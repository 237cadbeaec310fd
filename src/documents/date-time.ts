/** Reads dates and date-times: those of destinations tolerantly, those of clients strictly. */

/** The time that a text states: a date-time, or a day, a month or a year. */
export interface DateTimeValue {
  /** Its beginning in local time, in milliseconds since 1970 as if local time were UTC. */
  readonly start: number;
  /** The end (exclusive) of a day, month or year, in the same way; null for a date-time. */
  readonly end: number | null;
  /** How far local time is ahead of UTC; null when the text does not state it. */
  readonly offsetMs: number | null;
}

/** The usual form, on a day that every month has: Date.parse reads it correctly, in a fifth of the time. */
const USUAL =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z$/;

/** ISO 8601, extended format. An offset may also follow a day, as in XML Schema's `xs:date`. */
const EXTENDED =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[Tt ](\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?)?([Zz]|[+-]\d\d(?::?\d\d)?)?)?)?$/;

/**
 * ISO 8601, basic format, and HL7's timestamps, which have no `T`. An hour without minutes is not accepted: a count of seconds
 * since 1970 would look the same.
 */
const BASIC =
  /^(\d{4})(?:(\d\d)(?:(\d\d)(?:[Tt ]?(\d\d)(\d\d)(?:(\d\d)(?:[.,](\d+))?)?)?([Zz]|[+-]\d\d(?::?\d\d)?)?)?)?$/;

/** What clients may write: RFC 3339, a day alone, and date-times without seconds or an offset. */
const ARGUMENT =
  /^\d{4}-\d\d-\d\d(?:[Tt ](?:[01]\d|2[0-3]):\d\d(?::\d\d(?:[.,]\d+)?)?(?:[Zz]|[+-]\d\d(?::?\d\d)?)?)?$/;

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A leap second and 24:00 belong to the day that they end, and come after every other time of it. */
const BEFORE_NEXT_MS = 0.0005;

/** The easternmost clocks are 14 hours ahead of UTC. */
const MAX_OFFSET_HOURS = 14;

/** Null for a text that is not a date, and for a day that does not exist. Exact to the microsecond. */
export function readDateTime(text: string): DateTimeValue | null {
  const trimmed = text.trim();
  const [, year, month, day, hour, minute, second, fraction, zone] =
    EXTENDED.exec(trimmed) ?? BASIC.exec(trimmed) ?? [];
  if (year === undefined) return null;
  const date = readCalendar(year, month, day);
  const offsetMs = readOffset(zone);
  if (date === null || offsetMs === undefined) return null;
  if (hour === undefined) return { ...date, offsetMs };
  const time = readTime(hour, minute, second, fraction);
  return time === null ? null : { start: date.start + time, end: null, offsetMs };
}

/** Like `readDateTime`, for days and date-times in the form that clients may write. */
export function readDateTimeArgument(text: string): DateTimeValue | null {
  return ARGUMENT.test(text) ? readDateTime(text) : null;
}

/** True for a day, a month or a year. */
export function isCalendarDate({ end }: DateTimeValue): boolean {
  return end !== null;
}

/**
 * The sort key of the text: its beginning in milliseconds since 1970, in UTC if it has no offset. Null for a text that is not a
 * date.
 */
export function sortKeyOf(text: string): number | null {
  if (USUAL.test(text)) return Date.parse(text);
  const value = readDateTime(text);
  return value && value.start - (value.offsetMs ?? 0);
}

/**
 * The same date-time in the form of RFC 3339, in UTC if it has no offset, with its own precision. `text` must be one that
 * `readDateTimeArgument` accepts.
 */
export function withOffset(text: string): string {
  const [, date = '', time, zone] = /^(.{10})(?:.([\d:.,]+)(.*))?$/.exec(text) ?? [];
  if (time === undefined) return date;
  return `${date}T${time.replace(',', '.')}${zone ? writeOffset(zone) : 'Z'}`;
}

function writeOffset(zone: string): string {
  if (zone === 'Z' || zone === 'z') return 'Z';
  return `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`;
}

function readCalendar(
  year: string,
  month: string | undefined,
  day: string | undefined,
): (Pick<DateTimeValue, 'start'> & { readonly end: number }) | null {
  const [y, m, d] = [Number(year), Number(month ?? 1), Number(day ?? 1)];
  const start = startOfDay(y, m, d);
  const date = new Date(start);
  // 31 February would roll over into March.
  if (date.getUTCMonth() + 1 !== m || date.getUTCDate() !== d) return null;
  if (day !== undefined) return { start, end: start + DAY_MS };
  return { start, end: month === undefined ? startOfDay(y + 1, 1, 1) : startOfDay(y, m + 1, 1) };
}

/** Date.UTC interprets years below 100 as years of the twentieth century. */
function startOfDay(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day);
}

/** Milliseconds since midnight; null when there is no such time of day. */
function readTime(hour: string, minute = '00', second = '00', fraction = ''): number | null {
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  if (h === 24 && m === 0 && s === 0 && Number(fraction) === 0) return DAY_MS - BEFORE_NEXT_MS;
  if (h > 23 || m > 59 || s > 60) return null;
  const minuteMs = h * HOUR_MS + m * MINUTE_MS;
  if (s === 60) return minuteMs + MINUTE_MS - BEFORE_NEXT_MS;
  return minuteMs + s * SECOND_MS + Number(fraction.slice(0, 6).padEnd(6, '0')) / 1000;
}

/** Null: the text has no offset. Undefined: there is no such offset. */
function readOffset(zone: string | undefined): number | null | undefined {
  if (zone === undefined) return null;
  if (zone === 'Z' || zone === 'z') return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(3).replace(':', ''))];
  if (hours > MAX_OFFSET_HOURS || minutes > 59) return undefined;
  const offsetMs = hours * HOUR_MS + minutes * MINUTE_MS;
  return zone.startsWith('-') ? -offsetMs : offsetMs;
}
