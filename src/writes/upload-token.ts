/** Upload tokens: the URI of a file that `POST /uploads` sent to Redox, sealed for the caller who uploaded it. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Caller, hashRights } from '../media/model/rights.ts';
import type { Seal } from '../seal.ts';

/** An hour is long enough to fill in a form. */
const VALID_FOR_MS = 3_600_000;

export interface Upload {
  readonly uri: string;
  readonly byteLength: number;
  readonly sha256: string;
}

export interface OpenedUpload extends Upload {
  /** Marks the upload as used, as each one can be used once. */
  readonly nonce: string;
}

/** The values that an upload is checked against: the caller, the source whose credential uploaded it, and the time. */
export interface UploadCheck {
  readonly caller: Caller;
  readonly source: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const schema = z.tuple([
  z.number(),
  z.string().nullable(),
  z.string().nullable(),
  z.string(),
  z.string(),
  z.string(),
  z.number(),
  z.string(),
  z.string(),
  z.string().nullable().default(null),
]);

export function sealUpload(
  { uri, byteLength, sha256 }: Upload,
  { caller, source, now }: UploadCheck,
  seal: Seal,
): string {
  const payload: z.infer<typeof schema> = [
    now + VALID_FOR_MS,
    caller.subject,
    caller.clientId,
    hashRights(caller.rights),
    source,
    uri,
    byteLength,
    sha256,
    randomUUID(),
    caller.token,
  ];
  return seal.close(payload);
}

/** Null for a text that this gateway did not seal for this caller, and for an expired upload. */
export function openUpload(
  token: string,
  { caller, source, now }: UploadCheck,
  seal: Seal,
): OpenedUpload | null {
  const parsed = schema.safeParse(seal.open(token));
  if (!parsed.success) return null;
  const [until, subject, clientId, rightsHash, from, uri, byteLength, sha256, nonce, bearer] = parsed.data;
  const isSameCaller = subject === caller.subject && clientId === caller.clientId && bearer === caller.token;
  const isOwners = isSameCaller && rightsHash === hashRights(caller.rights) && from === source;
  return isOwners && now < until ? { uri, byteLength, sha256, nonce } : null;
}
