/** Reads ISO 8601 days and moments as destinations and callers write them. */

const ISO_8601 =
  /^(?<day>\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?:[Tt ](?<time>(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?)(?<offset>[Zz]|[+-](?:0\d|1[0-4]):?[0-5]\d)?)?$/;

/**
 * Milliseconds since 1970 of a date (`2026-03-04`: its start, UTC) or date-time (without an offset: UTC).
 * Null when the text is neither, or names a day that does not exist.
 */
export function momentOf(text: string): number | null {
  const groups = ISO_8601.exec(text)?.groups;
  if (groups === undefined) return null;
  const { day = '', time = '00:00', offset = 'Z' } = groups;
  const start = Date.parse(`${day}T00:00:00Z`);
  // Date.parse rolls 31 February over into March.
  if (Number.isNaN(start) || !new Date(start).toISOString().startsWith(day)) return null;
  const zone = /^[zZ]$/.test(offset) ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(-2)}`;
  return Date.parse(`${day}T${time.replace(',', '.')}${zone}`);
}
