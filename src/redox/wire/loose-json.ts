/** Reads parsed JSON of unknown shape tolerantly: a property that is missing, null or of another type counts as absent. */
import { mayHoldInexact, parseExactly } from '../../exact-json.ts';
import { decodeUtf8 } from './utf8.ts';

/**
 * A number that JavaScript would write differently from the message. It is not kept as a string, as strings may be references.
 */
class WrittenNumber {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

/**
 * A parsed JSON object. Its properties are read by Redox's constant names, none of which an object inherits; for other names
 * there is `member`, at several times the cost.
 */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as a JSON object, or null. */
export function asObject(value: unknown): JsonObject | null {
  return isJsonObject(value) ? value : null;
}

function isJsonObject(value: unknown): value is JsonObject {
  const isObject = typeof value === 'object' && value !== null;
  return isObject && !Array.isArray(value) && !(value instanceof WrittenNumber);
}

/** An own property of a JSON object; undefined for any other value, so that `constructor` and the like are not found. */
export function member(value: unknown, name: string): unknown {
  const object = asObject(value);
  return object !== null && Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The value as a JSON array; empty for any other value. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A string, or a number as the message writes it: VisitNumber was a number in Redox's traffic until 2021. */
export function asText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (value instanceof WrittenNumber) return value.source;
  return typeof value === 'number' ? String(value) : null;
}

/** Like `asText`, for values that identify something: a blank text is null. */
export function asKey(value: unknown): string | null {
  const text = asText(value);
  return text === null || text.trim() === '' ? null : text;
}

/**
 * The parsed value, or undefined when the text is not JSON (JSON itself has no undefined). A number with more digits than
 * JavaScript can represent is kept as it is written, for `asText`. `mayHoldNumbers`: false skips the search for such numbers.
 */
export function parseJson(bytes: Buffer, mayHoldNumbers = true): unknown {
  try {
    const text = decodeText(bytes);
    if (!mayHoldNumbers) return JSON.parse(text);
    return parseExactly(text, (value, source) =>
      String(value) === source ? value : new WrittenNumber(source),
    );
  } catch {
    return undefined;
  }
}

/**
 * Like `parseJson`, but also undefined when a number might have to be kept as it is written, which takes ten times as long. It is
 * for texts of which it is not known whether they contain numbers: their parsed values show it faster than a search does.
 */
export function parseSimpleJson(bytes: Buffer): unknown {
  try {
    const text = decodeText(bytes);
    const value: unknown = JSON.parse(text);
    return holdsNumbers(value, 0) && mayHoldInexact(text) ? undefined : value;
  } catch {
    return undefined;
  }
}

function decodeText(bytes: Buffer): string {
  // Some integration engines prepend a byte order mark, which JSON.parse refuses.
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return decodeUtf8(bytes.subarray(hasMark ? 3 : 0));
}

/** At a greater depth, numbers are assumed. A message of Redox has five levels. */
const MAX_SEARCH_DEPTH = 16;

/**
 * It creates no list of the values, which would take longer than the search. Parsed objects inherit nothing that `in` enumerates.
 */
function holdsNumbers(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'number';
  if (depth === MAX_SEARCH_DEPTH) return true;
  if (!isParsedObject(value)) {
    for (const inner of asList(value)) if (holdsNumbers(inner, depth + 1)) return true;
    return false;
  }
  for (const name in value) {
    const inner = value[name];
    if (typeof inner !== 'string' && holdsNumbers(inner, depth + 1)) return true;
  }
  return false;
}

/** Like `isJsonObject`, for a value that JSON.parse alone has created. */
function isParsedObject(value: object): value is JsonObject {
  return !Array.isArray(value);
}
