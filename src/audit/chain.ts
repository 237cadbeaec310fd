/**
 * A chain of lines: each line holds its own SHA-256 and that of the line before, so that an attacker cannot change, remove or insert a
 * line without writing all later lines anew. A missing end is detected only with the hash of a later line.
 */
import { hash } from 'node:crypto';
import { stringifyWellFormed } from '../well-formed-json.ts';

export interface Link {
  readonly seq: number;
  readonly hash: string;
}

/** The link that the first line follows. */
export const START: Link = { seq: 0, hash: '0'.repeat(64) };

/**
 * The line of an entry that follows `previous`, without its line break, and the link for the next line. `event`: what the line
 * reports, if the entry itself does not state it; a text that JSON need not escape.
 */
export function writeLine(
  entry: object,
  previous: Link,
  event?: string,
): { readonly line: string; readonly link: Link } {
  const seq = previous.seq + 1;
  // They are written as if they were properties of the entry: copying each entry for them would take as long as writing it.
  const rest = stringifyWellFormed(entry).slice(1);
  const head = `{"seq":${seq},"previous":"${previous.hash}"${event === undefined ? '' : `,"event":"${event}"`}`;
  const body = `${head}${rest === '}' ? '' : ','}${escapeLineEnds(rest)}`;
  const link = { seq, hash: hash('sha256', body) };
  // The hash is the last property and covers the text before it, so that a checker need not serialise JSON in the same way.
  return { line: `${body.slice(0, -1)},"hash":"${link.hash}"}`, link };
}

const LINE_ENDS = /[\u2028\u2029]/;

/** JSON does not escape two of Unicode's line separators, at which some programs would split a line. */
function escapeLineEnds(json: string): string {
  if (!LINE_ENDS.test(json)) return json;
  return json.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

const ENDING = /,"hash":"([0-9a-f]{64})"\}$/;

/** The link of this line; null when the line does not follow `previous` or was changed. */
export function checkLine(line: string, previous: Link): Link | null {
  const link = readLink(line);
  if (link === null || link.seq !== previous.seq + 1) return null;
  const body = `${line.replace(ENDING, '')}}`;
  const isNext = body.startsWith(`{"seq":${link.seq},"previous":"${previous.hash}",`);
  return isNext && hash('sha256', body) === link.hash ? link : null;
}

/** The link that a line states, unchecked; null when it is not a line of an audit trail. */
export function readLink(line: string): Link | null {
  const [, own] = ENDING.exec(line) ?? [];
  const [, seq] = /^\{"seq":(\d{1,15}),"previous":"[0-9a-f]{64}",/.exec(line) ?? [];
  return own === undefined || seq === undefined ? null : { seq: Number(seq), hash: own };
}
