/** Writes JSON that every parser accepts: text of Redox may hold unpaired surrogates, for which parsers in Rust refuse the whole. */

/** An escape for a surrogate. JSON.stringify writes one only for an unpaired surrogate. */
const ESCAPE = /\\(?:u[0-9a-f]{4}|.)/g;
const LONE_SURROGATE = '\\ud';

/** As JSON.stringify, with U+FFFD in place of each unpaired surrogate, as `toWellFormed` does. */
export function stringifyWellFormed(value: NonNullable<unknown> | null): string {
  const json = JSON.stringify(value);
  if (!json.includes(LONE_SURROGATE)) return json;
  return json.replace(ESCAPE, (written) => (written.startsWith(LONE_SURROGATE) ? '\ufffd' : written));
}
