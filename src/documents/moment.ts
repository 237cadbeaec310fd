/** Reads ISO 8601 days and moments as destinations and callers write them. */

/** Year, month, day; hour, minute, second, fraction; `Z` or the offset's sign, hours and minutes. */
const ISO_8601 =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?:[Tt ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,9}))?)?(?:[Zz]|([+-])(0\d|1[0-4]):?([0-5]\d))?)?$/;

/** As most destinations write it, on a day that every month has: Date.parse reads it right, at a fifth of the time. */
const USUAL =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z$/;

const MINUTE_MS = 60_000;

/**
 * Milliseconds since 1970 of a date (`2026-03-04`: its start, UTC) or date-time (without an offset: UTC).
 * Null when the text is neither, or names a day that does not exist.
 */
export function momentOf(text: string): number | null {
  if (USUAL.test(text)) return Date.parse(text);
  const parts = ISO_8601.exec(text);
  if (parts === null) return null;
  const [
    ,
    year,
    month,
    day,
    hour = 0,
    minute = 0,
    second = 0,
    fraction = 0,
    sign,
    offsetHours,
    offsetMinutes,
  ] = parts;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // 31 February would roll over into March.
  if (date.getUTCDate() !== Number(day)) return null;
  const timeMs = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000;
  const fractionMs = fraction === 0 ? 0 : Math.floor(Number(`0.${fraction}`) * 1000);
  const offsetMs = sign === undefined ? 0 : (Number(offsetHours) * 60 + Number(offsetMinutes)) * MINUTE_MS;
  return date.getTime() + timeMs + fractionMs + (sign === '-' ? offsetMs : -offsetMs);
}
