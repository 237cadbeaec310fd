/** Limits that keep every line of the audit trail below 16 kB, whatever callers and destinations send. */
import { hash } from 'node:crypto';

/**
 * The maximum length of a name or an identifier. Longer ones are cut and get a digest. JSON may need six bytes for a character.
 */
const MAX_TEXT_CHARS = 128;
const DIGEST_CHARS = 32;
/**
 * The maximum length of a list in an entry: most needs take one or two calls, and most patients have two or three identifiers.
 */
const MAX_IDS = 16;
const MAX_IDENTIFIERS = 8;
/** The number of refused patients that an entry names: with 35 bytes each, they take a quarter of a line. */
export const MAX_REFUSED_PATIENTS = 100;

/** Whether `cutText` returns the text unchanged. */
export function isShort(text: string | null | undefined): boolean {
  return (text?.length ?? 0) <= MAX_TEXT_CHARS;
}

/** The text or, if it is too long, its beginning and a digest of the whole. */
export function cutText(text: string): string {
  if (isShort(text)) return text;
  const digest = hash('sha256', text).slice(0, DIGEST_CHARS);
  return `${text.slice(0, MAX_TEXT_CHARS - DIGEST_CHARS - 1)}…${digest}`;
}

/** Cuts lists, and counts what was left out of them. */
export class Cutter {
  omitted = 0;

  identifiers(texts: readonly string[]): readonly string[] {
    return this.#cut(texts, MAX_IDENTIFIERS);
  }

  ids(texts: Iterable<string>): readonly string[] {
    return this.#cut([...new Set(texts)], MAX_IDS);
  }

  #cut(texts: readonly string[], max: number): readonly string[] {
    this.omitted += Math.max(0, texts.length - max);
    return texts.slice(0, max).map(cutText);
  }
}
