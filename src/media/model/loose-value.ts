/** When two values differ only in ways in which destinations are known to change values. */

/** Printable ASCII without blanks that does not begin with a zero: nothing of it differs loosely but its case. */
const PLAIN = /^[!-/1-~][!-~]*$/;

/**
 * Equal for values that differ only in case, blanks at their ends, the length of blanks within them, and zeros that lead a
 * number: `photo` and `Photo `, `0042` and `42`.
 */
export function looseValue(value: string): string {
  if (PLAIN.test(value)) return value.toLowerCase();
  return value
    .normalize()
    .trim()
    .replace(/\s+/g, ' ')
    .toLowerCase()
    .replace(/^0+(?=.)/, '');
}
