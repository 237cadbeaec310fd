/** Dates as the health system wrote them: never converted to the time zone of the screen, which might show another day. */

const WRITTEN = /^(?<year>\d{4})-(?<month>\d{2})(?:-(?<day>\d{2}))?(?:T(?<time>\d{2}:\d{2}))?/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function nameOfMonth(number: string): string {
  return MONTHS[Number(number) - 1] ?? number;
}

/** `4 Mar 2025`; a text that is not a date is not changed; null if there is none. */
export function dayInWords(written: string | null): string | null {
  const { year, month, day } = WRITTEN.exec(written ?? '')?.groups ?? {};
  if (year === undefined || month === undefined) return written;
  return [day && String(Number(day)), nameOfMonth(month), year].filter(Boolean).join(' ');
}

/** With the time and the offset as they were written. */
export function dateTimeInWords(written: string | null): string | null {
  const time = WRITTEN.exec(written ?? '')?.groups?.['time'];
  const offset = /(?:Z|[+-]\d{2}:\d{2})$/.exec(written ?? '')?.[0];
  const zone = offset === 'Z' ? 'UTC' : offset;
  return [dayInWords(written), time, time && zone].filter(Boolean).join(' ') || null;
}

/** `2025-03`; null for a text that is not a date. */
export function monthOf(written: string | null): string | null {
  const { year, month } = WRITTEN.exec(written ?? '')?.groups ?? {};
  return year === undefined ? null : `${year}-${month}`;
}

export function monthInWords(month: string): string {
  const [year = '', number = ''] = month.split('-');
  return `${nameOfMonth(number)} ${year}`;
}

/** The next month, also as `2025-03`. */
export function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
}

export function previousMonth(month: string): string {
  return dayBefore(`${month}-01`).slice(0, 7);
}

/** `2025-03-04` → `2025-03-05`. */
export function nextDay(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
}

export function dayBefore(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - 1);
  return date.toISOString().slice(0, 10);
}

/** When Redox sent the answer, in the time zone of the screen. */
export function clockTime(dateTime: string): string {
  return new Date(dateTime).toLocaleTimeString('en-GB');
}
