/** Tolerant reading of parsed JSON of unknown shape: what is missing, null or of another kind reads as absent. */

/** The value as a JSON object, or null. */
export function asObject(value: unknown): object | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
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

/**
 * A string, or a number as a string: VisitNumber was a number in Redox's traffic until 2021. A number that
 * JSON.parse has rounded reads as null: a wrong identifier is worse than none.
 */
export function asText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER) return String(value);
  return null;
}

/** As `asText`, for values that identify something: blank text identifies nothing. */
export function asKey(value: unknown): string | null {
  return asText(value) || null;
}

/** The parsed text, or undefined when it is not JSON (JSON itself has no undefined). */
export function parseJson(bytes: Buffer): unknown {
  try {
    // A byte order mark, which some integration engines prepend and JSON.parse refuses, is no part of the text.
    const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    return JSON.parse(bytes.toString('utf8', hasMark ? 3 : 0));
  } catch {
    return undefined;
  }
}
