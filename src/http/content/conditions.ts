/** What a request asks for of a file: by its method, by its preconditions, then by its range, in the order of RFC 9110 §13.2.2. */
import type { FastifyRequest } from 'fastify';
import { type ByteRange, readRange } from './byte-range.ts';

/** The file as it is known from its link. */
export interface Representation {
  /** A strong entity tag. */
  readonly etag: string;
  readonly byteLength: number;
}

/**
 * `other`: the caller wants a file that this one is not (412). `known`: the caller has this file (304). `headers`: only what
 * HEAD tells. `beyond`: a range that begins after the end of the file (416).
 */
export type RequestedPart =
  | { readonly kind: 'preconditionFailed' | 'notModified' | 'headersOnly' | 'rangeNotSatisfiable' }
  | { readonly kind: 'bytes'; readonly range: ByteRange | null };

/**
 * Conditions by date count as absent, as a file has no date of its last change. Only GET has ranges (§14.2), and a range is
 * looked at last, so that a caller who has the file is told so whatever range the request names.
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
  // The parts that the caller has are of another file, so it needs the whole of this one (§13.1.5).
  if (ifRange !== undefined && ifRange !== etag) return { kind: 'bytes', range: null };
  const range = readRange(headers.range, byteLength);
  return range === 'unsatisfiable' ? { kind: 'rangeNotSatisfiable' } : { kind: 'bytes', range };
}

/** Whether a list of entity tags holds this one. A weak tag equals no tag when compared strongly (§8.8.3.2). */
function isListed(list: string, etag: string, comparison: 'strongly' | 'weakly'): boolean {
  if (list.trim() === '*') return true;
  const tags = list.split(',').map((tag) => tag.trim());
  return tags.some((tag) => (comparison === 'weakly' ? tag.replace(/^W\//, '') : tag) === etag);
}
