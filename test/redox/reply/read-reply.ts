/** Replies read as they might arrive, and what JSON.parse makes of the same text. */
import { hash } from 'node:crypto';
import type { FileContents, MediaMessage } from '../../../src/redox/messages.ts';
import { KEEP_ALL, type ReplyTreatment } from '../../../src/redox/reply/contents.ts';
import type { PartSize } from '../../../src/redox/reply/entry-list.ts';
import { ReplyReader } from '../../../src/redox/reply/reply-reader.ts';
import { asList, asObject, member } from '../../../src/redox/wire/loose-json.ts';
import { finishAtOnce } from '../../../src/turns.ts';
import { decodeAtOnce } from './decoded.ts';

/** `body` cut before each of `cuts`. */
export function cutBefore(body: Buffer, cuts: readonly number[]): Buffer[] {
  const ends = [...cuts.filter((cut) => cut < body.length).sort((a, b) => a - b), body.length];
  return ends.map((end, at) => body.subarray(ends[at - 1] ?? 0, end));
}

export function readReply(
  body: string | Buffer,
  treatment: ReplyTreatment = KEEP_ALL,
  cuts: readonly number[] = [],
  part?: PartSize,
): MediaMessage {
  const reader = new ReplyReader(treatment, part);
  for (const chunk of cutBefore(Buffer.from(body), cuts)) {
    // A copy, overwritten afterwards: the reader must not hold on to chunks.
    const copy = Buffer.from(chunk);
    reader.push(copy);
    copy.fill('!');
  }
  return finishAtOnce(reader.end());
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
