/** JSON that every reader takes: text of Redox may hold halves of surrogate pairs, for which readers in Rust refuse the whole. */

/** An escape of JSON.stringify, which writes surrogates as escapes only where they are alone. */
const ESCAPE = /\\(?:u[0-9a-f]{4}|.)/g;
const LONE_SURROGATE = '\\ud';

/** As JSON.stringify, with U+FFFD in place of each lone surrogate, as `toWellFormed` puts it. */
export function stringifyWellFormed(value: object): string {
  const json = JSON.stringify(value);
  if (!json.includes(LONE_SURROGATE)) return json;
  return json.replace(ESCAPE, (written) => (written.startsWith(LONE_SURROGATE) ? '\ufffd' : written));
}
