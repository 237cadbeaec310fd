/**
 * A chain of lines: each holds the SHA-256 of the one before and its own, so that no line can be changed, taken out or put in
 * without all that follow being written anew. That the end was cut off shows only to who has kept a later hash.
 */
import { hash } from 'node:crypto';
import { stringifyWellFormed } from '../well-formed-json.ts';

export interface Link {
  readonly seq: number;
  readonly hash: string;
}

/** Before the first line. */
export const START: Link = { seq: 0, hash: '0'.repeat(64) };

/** The line for an entry that follows `previous`, without its line break, and what the next one follows. */
export function writeLine(entry: object, previous: Link): { readonly line: string; readonly link: Link } {
  const seq = previous.seq + 1;
  const body = escapeLineEnds(stringifyWellFormed({ seq, previous: previous.hash, ...entry }));
  const link = { seq, hash: hash('sha256', body) };
  // The hash stands last, and is of all before it: whoever checks needs no way of writing JSON that is the same as ours.
  return { line: `${body.slice(0, -1)},"hash":"${link.hash}"}`, link };
}

/** JSON leaves two of Unicode's line ends as they are; readers of lines may not. */
function escapeLineEnds(json: string): string {
  return json.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

const ENDING = /,"hash":"([0-9a-f]{64})"\}$/;

/** What follows this line; null when it does not follow `previous`, or is not what was written. */
export function checkLine(line: string, previous: Link): Link | null {
  const link = readLink(line);
  if (link === null || link.seq !== previous.seq + 1) return null;
  const body = `${line.replace(ENDING, '')}}`;
  const isNext = body.startsWith(`{"seq":${link.seq},"previous":"${previous.hash}",`);
  return isNext && hash('sha256', body) === link.hash ? link : null;
}

/** What a line says it is. */
export function readLink(line: string): Link | null {
  const [, own] = ENDING.exec(line) ?? [];
  const [, seq] = /^\{"seq":(\d{1,15}),"previous":"[0-9a-f]{64}",/.exec(line) ?? [];
  return own === undefined || seq === undefined ? null : { seq: Number(seq), hash: own };
}
