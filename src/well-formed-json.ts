/**
 * Writes JSON that every parser accepts: text from Redox may contain unpaired surrogates, because of which parsers in Rust refuse
 * the whole response.
 */

/** An escape for a surrogate. JSON.stringify writes one only for an unpaired surrogate. */
const ESCAPE = /\\(?:u[0-9a-f]{4}|.)/g;
const LONE_SURROGATE = '\\ud';

/** Like JSON.stringify, but writes U+FFFD in place of each unpaired surrogate, as `toWellFormed` does. */
export function stringifyWellFormed(value: NonNullable<unknown> | null): string {
  const json = JSON.stringify(value);
  if (!json.includes(LONE_SURROGATE)) return json;
  return json.replace(ESCAPE, (written) => (written.startsWith(LONE_SURROGATE) ? '\ufffd' : written));
}
