/** JSON whose numbers are read as they are written: JSON.parse makes 9007199254740992 of 9007199254740993, another patient. */

/**
 * Whether a text may hold numbers that JavaScript would write otherwise: of sixteen digits or more, with a fraction or an
 * exponent, or -0. That may stand within a string, too; then the text is only read more slowly than need be.
 */
const MAY_HOLD_INEXACT = /(?:"\s*:|[[,]|^)\s*(?:-0|-?(?:\d{16}|\d+[.eE]))/;

/** Whether `parseExactly` can read this text otherwise than JSON.parse. */
export function mayHoldInexact(json: string): boolean {
  return MAY_HOLD_INEXACT.test(json);
}

/** What to make of a number: `value` may be rounded, `source` is how it is written. */
export type ReadNumber = (value: number, source: string) => unknown;

/**
 * As JSON.parse; `readNumber` is asked for numbers that may be rounded, and perhaps for others.
 * @throws SyntaxError for what is no JSON, RangeError for what nests too deeply.
 */
export function parseExactly(json: string, readNumber: ReadNumber): unknown {
  if (!mayHoldInexact(json)) return JSON.parse(json);
  return JSON.parse(json, (_name, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' && context?.source !== undefined ? readNumber(value, context.source) : value,
  );
}

/** Whether a JSON number is, as it is written, exactly this integer: `417`, `417.0` and `4.17e2` are 417. */
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
