/** Replies read as they might arrive, and what JSON.parse makes of the same text. */
import { hash } from 'node:crypto';
import { expect } from 'vitest';
import type { FileContents, MediaMessage } from '../../../src/redox/messages.ts';
import { RedoxError } from '../../../src/redox/redox-error.ts';
import { KEEP_ALL, type ReplyTreatment } from '../../../src/redox/reply/contents.ts';
import type { PartSize } from '../../../src/redox/reply/entry-list.ts';
import { IncomingReply } from '../../../src/redox/reply/incoming-reply.ts';
import { ReplyReader } from '../../../src/redox/reply/reply-reader.ts';
import { ReplyRelay } from '../../../src/redox/reply/reply-relay.ts';
import { asList, asObject, member } from '../../../src/redox/wire/loose-json.ts';
import { finishAtOnce } from '../../../src/time-slices.ts';
import { decodeAtOnce } from './decoded.ts';

/** `body` cut before each of `cuts`. */
export function cutBefore(body: Buffer, cuts: readonly number[]): Buffer[] {
  const ends = [...cuts.filter((cut) => cut < body.length).sort((a, b) => a - b), body.length];
  return ends.map((end, at) => body.subarray(ends[at - 1] ?? 0, end));
}

/** By the reader of replies as they arrive; and, where it is complete, as the client reads it, to the same result. */
export function readReply(
  body: string | Buffer,
  treatment: ReplyTreatment = KEEP_ALL,
  cuts: readonly number[] = [],
  part?: PartSize,
): MediaMessage {
  const bytes = Buffer.from(body);
  const read = () => {
    const reader = new ReplyReader(treatment, part);
    for (const chunk of cutBefore(bytes, cuts)) {
      // A copy, overwritten afterwards: the reader must not hold on to chunks.
      const copy = Buffer.from(chunk);
      reader.push(copy);
      copy.fill('!');
    }
    return finishAtOnce(reader.end());
  };
  // A relay passes on its file but once.
  if (treatment instanceof ReplyRelay) return read();
  const outcome = outcomeOf(read);
  const asIncoming = outcomeOf(() => readIncoming(bytes, treatment, cuts));
  expect(plainOutcome(asIncoming)).toEqual(plainOutcome(outcome));
  if (outcome instanceof RedoxError) throw outcome;
  return outcome;
}

function readIncoming(body: Buffer, treatment: ReplyTreatment, cuts: readonly number[]): MediaMessage {
  const reply = new IncomingReply(treatment);
  for (const chunk of cutBefore(body, cuts)) reply.push(chunk);
  return finishAtOnce(reply.end());
}

/** What `read` returns, or the RedoxError that it throws. */
export function outcomeOf<T>(read: () => T): T | RedoxError {
  try {
    return read();
  } catch (error) {
    if (error instanceof RedoxError) return error;
    throw error;
  }
}

/** All that there is to know of an outcome, whatever blocks files are kept in. */
export function plainOutcome(outcome: MediaMessage | RedoxError): unknown {
  if (outcome instanceof RedoxError) {
    const { code, message, details, splittable, autoRetry, failedParty } = outcome;
    return { code, message, details, splittable, autoRetry, failedParty };
  }
  return {
    ...outcome,
    items: outcome.items.map((item) => ({ ...item, contents: withOneBlock(item.contents) })),
  };
}

function withOneBlock(contents: FileContents): unknown {
  if (contents.kind !== 'inline' || typeof contents.file === 'string') return contents;
  const { blocks } = contents.file;
  return { ...contents, file: { ...contents.file, blocks: blocks && Buffer.concat(blocks) } };
}

/** Contents in a form that can be compared: kept bytes as one, and nothing of how the text was written. */
export function plainContents(contents: FileContents): unknown {
  if (contents.kind !== 'inline') return contents;
  const { file } = contents;
  if (typeof file === 'string') return file;
  return {
    sha256: file.sha256,
    byteLength: file.byteLength,
    bytes: file.blocks && Buffer.concat(file.blocks),
  };
}

/** What the contents of all entries are when the whole text, as its bytes have it, is parsed at once. */
export function parseContents(text: string): unknown[] {
  const media = member(JSON.parse(Buffer.from(text).toString()), 'Media');
  const alone = asObject(media);
  const entries = alone !== null && Object.keys(alone).length > 0 ? [alone] : asList(media);
  return entries.flatMap((entry) => {
    if (entry === null || isOfUnreadablePatient(member(entry, 'Patient'))) return [];
    const value = asObject(entry) && member(entry, 'FileContents');
    if (typeof value !== 'string' || value === '') return { kind: 'none' };
    if (isUri(value)) return { kind: 'reference', uri: value };
    const bytes = decodeAtOnce(value);
    return bytes ? { sha256: hash('sha256', bytes), byteLength: bytes.length, bytes } : 'undecodable';
  });
}

/** Of entries without Identifiers. */
function isOfUnreadablePatient(patient: unknown): boolean {
  const isNothing = patient === undefined || patient === null || asList(patient) === patient;
  return isNothing ? asList(patient).length > 0 : asObject(patient) === null;
}

/** Of the web or a URN, absolute, with nothing in it that is not seen, and of 2 kB at most. */
function isUri(text: string): boolean {
  const isVisible = !/[\s\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/u.test(text) && Buffer.byteLength(text) <= 2000;
  const isAbsolute = /^https?:\/\/[^/]/i.test(text) || /^urn:[a-z0-9-]+:./i.test(text);
  return isVisible && isAbsolute && URL.canParse(text);
}
