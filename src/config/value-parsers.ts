/** Parsers of single values. They return the typed value, or a fixed text that states what was expected. */
import { isIPv6 } from 'node:net';
import { Problem } from './problem.ts';
import type { Parser } from './setting.ts';

/** Node's timers overflow beyond this and fire after 1 ms. */
const MAX_MS = 2 ** 31 - 1;

/** V8 cannot hold a longer string, and a message must become a string to be parsed. */
const MAX_STRING = 2 ** 29 - 24;

/** No count is useful beyond this; a larger number is a typing error. */
const MAX_COUNT = 10_000;

/** Keys for AES-256 and HMAC-SHA-256 are derived from the secret; a shorter one would be weaker than these keys. */
const MIN_SECRET_BYTES = 32;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ALIAS = /^[A-Za-z0-9_-]{1,64}$/;
const HOST_NAME = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i;
const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
]);

export interface Rate {
  readonly calls: number;
  readonly windowMs: number;
}

export function integer(min: number, max: number): Parser<number> {
  const problem = new Problem(`must be a whole number from ${min} to ${max}`);
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : problem;
  };
}

export const port = integer(0, 65_535);
export const count = integer(1, MAX_COUNT);
export const durationMs = integer(1, MAX_MS);
export const delayMs = integer(0, MAX_MS);
export const sizeBytes = integer(1, MAX_STRING);

export function oneOf<const Word extends string>(...words: readonly Word[]): Parser<Word> {
  const problem = new Problem(`must be one of ${words.join(', ')}`);
  return (text) => words.find((word) => word === text) ?? problem;
}

export function flag(text: string): boolean | Problem {
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  return new Problem('must be true, false, 1 or 0');
}

/** A name or a credential. A newline left over from a file is refused, as it would otherwise show only at the first call. */
export function text(value: string): string | Problem {
  const clean = value === value.trim() && !/\p{Cc}/u.test(value);
  return clean
    ? value
    : new Problem('must be text without surrounding spaces and without control characters');
}

/** Any text; the code that uses it checks it. */
export function anyText(value: string): string {
  return value;
}

/** An address to listen on. Zones (`fe80::1%eth0`) are refused: no URL can name them. */
export function host(value: string): string | Problem {
  const isAddress = isIPv6(value) && URL.canParse(`http://[${value}]`);
  const isName = value.length <= 253 && HOST_NAME.test(value) && URL.canParse(`http://${value}`);
  return isAddress || isName ? value : new Problem('must be an IP address (without brackets) or a host name');
}

/** A rate such as `7500/300s`: calls within a rolling window. */
export function rate(value: string): Rate | Problem {
  const [, calls = '', length = '', unit = ''] = /^(\d{1,9})\/(\d{1,10})(ms|s|m)$/.exec(value) ?? [];
  const windowMs = Number(length) * (UNIT_MS.get(unit) ?? 0);
  return Number(calls) >= 1 && windowMs >= 1 && windowMs <= MAX_MS
    ? { calls: Number(calls), windowMs }
    : new Problem('must be calls/time like 7500/300s, in ms, s or m, both above 0 and within 24 days');
}

/** `general=UUID,county=UUID`, in this order: the first is the default destination. */
export function destinations(value: string): ReadonlyMap<string, string> | Problem {
  const pairs = splitList(value).map((entry): [string, string] => {
    const [alias = '', id = '', ...rest] = entry.split('=');
    return [alias.trim(), rest.length === 0 ? id.trim() : ''];
  });
  const aliases = new Set(pairs.map(([alias]) => alias));
  if (aliases.size < pairs.length) return new Problem('must not name an alias twice');
  return pairs.every(([alias, id]) => ALIAS.test(alias) && UUID.test(id))
    ? new Map(pairs)
    : new Problem('must be alias=UUID, comma-separated; an alias has 1 to 64 letters, digits, _ or -');
}

/** `general=A,county=B`, aliases and codes; or one code alone where there is one destination. */
export function facilityCodes(value: string): ReadonlyMap<string, string> | string | Problem {
  if (!value.includes('=')) return text(value);
  const pairs = splitList(value).map((entry): [string, string] => {
    const [alias = ''] = entry.split('=', 1);
    return [alias.trim(), entry.slice(alias.length + 1).trim()];
  });
  const aliases = new Set(pairs.map(([alias]) => alias));
  if (aliases.size < pairs.length) return new Problem('must not name an alias twice');
  const isPair = ([alias, code]: [string, string]) =>
    ALIAS.test(alias) && code !== '' && !(text(code) instanceof Problem);
  return pairs.every(isPair)
    ? new Map(pairs)
    : new Problem('must be alias=code, comma-separated, or one code alone');
}

/** `exact`, or `general=lone,county=lone`: the destinations that are trusted in calls for one patient. */
export function attribution(value: string): ReadonlyMap<string, 'lone'> | Problem {
  if (value === 'exact') return new Map();
  const aliases = splitList(value).map((entry) => /^([A-Za-z0-9_-]{1,64})\s*=\s*lone$/.exec(entry)?.[1]);
  if (new Set(aliases).size < aliases.length) return new Problem('must not name an alias twice');
  const pairs = aliases.flatMap((alias): [string, 'lone'][] =>
    alias === undefined ? [] : [[alias, 'lone']],
  );
  return pairs.length === aliases.length
    ? new Map(pairs)
    : new Problem('must be exact, or alias=lone, comma-separated');
}

export function secrets(value: string): readonly string[] | Problem {
  const entries = splitList(value);
  return entries.every((entry) => Buffer.byteLength(entry) >= MIN_SECRET_BYTES)
    ? entries
    : new Problem(`must be secrets of at least ${MIN_SECRET_BYTES} bytes each, comma-separated`);
}

/** Secrets that are sent as header values, and so consist of visible ASCII characters. */
export function eventTokens(value: string): readonly string[] | Problem {
  const tokens = secrets(value);
  if (tokens instanceof Problem) return tokens;
  return tokens.every((token) => /^[!-~]+$/.test(token))
    ? tokens
    : new Problem('must be tokens of visible ASCII characters, without spaces, comma-separated');
}

/** `general=UUID,county=UUID`: aliases by the IDs of sources, in lower case. An alias may have several sources. */
export function eventSources(value: string): ReadonlyMap<string, string> | Problem {
  const pairs = splitList(value).map((entry): [string, string] => {
    const [alias = '', id = '', ...rest] = entry.split('=');
    return [rest.length === 0 ? id.trim().toLowerCase() : '', alias.trim()];
  });
  if (!pairs.every(([id, alias]) => ALIAS.test(alias) && UUID.test(id))) {
    return new Problem('must be alias=UUID, comma-separated; an alias has 1 to 64 letters, digits, _ or -');
  }
  const sources = new Map(pairs);
  return sources.size < pairs.length ? new Problem('must not name a source twice') : sources;
}

/** The entries of a comma-separated list. Empty ones are kept, so that the parser refuses them. */
export function splitList(value: string): readonly string[] {
  return value.split(',').map((entry) => entry.trim());
}
