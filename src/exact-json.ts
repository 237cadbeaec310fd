/** Parses JSON without rounding numbers: JSON.parse reads 9007199254740993 as 9007199254740992, which may be another patient. */

/**
 * Whether a text may hold numbers that JavaScript would write differently: those with sixteen digits or more, with a fraction or
 * an exponent, and -0. A match inside a string only makes the parsing slower than necessary.
 */
const MAY_HOLD_INEXACT = /(?:"\s*:|[[,]|^)\s*(?:-0|-?(?:\d{16}|\d+[.eE]))/;

/** Whether `parseExactly` may read this text differently from JSON.parse. */
export function mayHoldInexact(json: string): boolean {
  return MAY_HOLD_INEXACT.test(json);
}

/** Converts a number: `value` may be rounded, `source` is the number as it is written. */
export type ReadNumber = (value: number, source: string) => unknown;

/**
 * Like JSON.parse, but calls `readNumber` for every number that may be rounded; it may be called for other numbers too. @throws
 * SyntaxError when the text is not JSON, RangeError when it is nested too deeply.
 */
export function parseExactly(json: string, readNumber: ReadNumber): unknown {
  if (!mayHoldInexact(json)) return JSON.parse(json);
  return JSON.parse(json, (_name, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' && context?.source !== undefined ? readNumber(value, context.source) : value,
  );
}

/** Whether a JSON number, as it is written, is exactly this integer: `417`, `417.0` and `4.17e2` are 417. */
export function denotesInteger(source: string, value: number): boolean {
  const { whole = '', fraction = '', exponent = '0' } = NUMBER.exec(source)?.groups ?? {};
  const all = whole + fraction;
  const digits = all.replace(/^0+/, '');
  if (digits === '') return value === 0;
  const point = whole.length - (all.length - digits.length) + Number(exponent);
  const expected = String(Math.abs(value));
  if (point !== expected.length) return false;
  return digits.slice(0, point).padEnd(point, '0') === expected && /^0*$/.test(digits.slice(point));
}

const NUMBER = /^-?(?<whole>\d+)(?:\.(?<fraction>\d+))?(?:e(?<exponent>[+-]?\d+))?$/i;
