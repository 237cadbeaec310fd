/**
 * Decides what to send of a file: by the method, the preconditions and the range of the request, in the order of RFC 9110
 * §13.2.2.
 */
import type { FastifyRequest } from 'fastify';
import { type ByteRange, readRange } from './byte-range.ts';

/** What the link states about the file. */
export interface Representation {
  /** A strong entity tag. */
  readonly etag: string;
  readonly byteLength: number;
}

/**
 * `preconditionFailed`: the client wants another file (412). `notModified`: the client has this file (304). `headersOnly`: the
 * request is a HEAD. `rangeNotSatisfiable`: the range begins after the end of the file (416).
 */
export type RequestedPart =
  | { readonly kind: 'preconditionFailed' | 'notModified' | 'headersOnly' | 'rangeNotSatisfiable' }
  | { readonly kind: 'bytes'; readonly range: ByteRange | null };

/**
 * Conditions by date are ignored, as a file has no modification date. Only GET has ranges (§14.2). The range is checked last, so
 * that a client who has the file gets a 304 whatever range it requests.
 */
export function readConditions(
  method: string,
  headers: FastifyRequest['headers'],
  { etag, byteLength }: Representation,
): RequestedPart {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch, 'if-range': ifRange } = headers;
  if (ifMatch !== undefined && !isListed(ifMatch, etag, 'strongly')) return { kind: 'preconditionFailed' };
  if (ifNoneMatch !== undefined && isListed(ifNoneMatch, etag, 'weakly')) return { kind: 'notModified' };
  if (method === 'HEAD') return { kind: 'headersOnly' };
  // The client has parts of another file, so it needs the whole of this one (§13.1.5).
  if (ifRange !== undefined && ifRange !== etag) return { kind: 'bytes', range: null };
  const range = readRange(headers.range, byteLength);
  return range === 'unsatisfiable' ? { kind: 'rangeNotSatisfiable' } : { kind: 'bytes', range };
}

/** Whether a list of entity tags contains this one. In a strong comparison, a weak tag equals no tag (§8.8.3.2). */
function isListed(list: string, etag: string, comparison: 'strongly' | 'weakly'): boolean {
  if (list.trim() === '*') return true;
  const tags = list.split(',').map((tag) => tag.trim());
  return tags.some((tag) => (comparison === 'weakly' ? tag.replace(/^W\//, '') : tag) === etag);
}
