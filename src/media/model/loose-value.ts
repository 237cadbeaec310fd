/** The loose form of a value: equal for two values that differ only in ways in which destinations are known to alter values. */

/** Printable ASCII without blanks that does not begin with a zero: only the case of such a text can differ loosely. */
const PLAIN = /^[!-/1-~][!-~]*$/;

/**
 * Equal for values that differ only in case, in blanks at their ends, in the length of blanks within them, or in leading zeros of
 * a number: `photo` and `Photo `, `0042` and `42`.
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
