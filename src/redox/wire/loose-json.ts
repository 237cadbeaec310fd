/** Tolerant reading of parsed JSON of unknown shape: what is missing, null or of another kind reads as absent. */
import { parseExactly } from '../../exact-json.ts';
import { decodeUtf8 } from './utf8.ts';

/** A number that JavaScript would write otherwise than it stands in the message. No string: those may mean more. */
class WrittenNumber {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

/** The value as a JSON object, or null. */
export function asObject(value: unknown): object | null {
  const isObject = typeof value === 'object' && value !== null;
  return isObject && !Array.isArray(value) && !(value instanceof WrittenNumber) ? value : null;
}

/** An own member of a JSON object; undefined for anything else, so that `constructor` and the like are nothing. */
export function member(value: unknown, name: string): unknown {
  const object = asObject(value);
  return object !== null && Object.hasOwn(object, name) ? Reflect.get(object, name) : undefined;
}

/** The value as a JSON array; empty for anything else. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A string, or a number as it is written: VisitNumber was a number in Redox's traffic until 2021. */
export function asText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (value instanceof WrittenNumber) return value.source;
  return typeof value === 'number' ? String(value) : null;
}

/** As `asText`, for values that identify something: blank text identifies nothing. */
export function asKey(value: unknown): string | null {
  const text = asText(value);
  return text === null || text.trim() === '' ? null : text;
}

/**
 * The parsed text, or undefined when it is not JSON (JSON itself has no undefined). A number of more digits than JavaScript
 * holds is kept as it is written, for `asText`.
 */
export function parseJson(bytes: Buffer): unknown {
  try {
    // A byte order mark, which some integration engines prepend and JSON.parse refuses, is no part of the text.
    const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    return parseExactly(decodeUtf8(bytes.subarray(hasMark ? 3 : 0)), (value, source) =>
      String(value) === source ? value : new WrittenNumber(source),
    );
  } catch {
    return undefined;
  }
}
