/**
 * Reads a small reply when it has arrived completely: native search finds its files in a fifth of the time that FileFinder takes.
 */

import type { MediaMessage } from '../messages.ts';
import { asObject, member, parseSimpleJson } from '../wire/loose-json.ts';
import { readMediaReply } from '../wire/reply.ts';
import { findClosingQuote } from './closing-quote.ts';
import { type ContentsMode, type FileKeeper, readContents } from './contents.ts';
import { skipBlanks } from './parse-parts.ts';
import {
  isWrittenReference,
  MAX_WRITTEN_REFERENCE_BYTES,
  mayBecomeReference,
  mayBeginReference,
} from './written-reference.ts';

/** Without their opening quotes, which are so common that a search for them takes four times as long. */
const CONTENTS_NAME = Buffer.from('FileContents"');
const MEDIA_NAME = Buffer.from('Media"');

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];

/** The last part of any spelling of the two names in which a letter is written as an escape. */
const ESCAPED_NAME = /\\u00[4-7][\da-f][a-z]{0,11}"\s*:/i;

/**
 * So many entries are read within three milliseconds, without a pause, and so is the text besides their files. Most have some 450
 * bytes each.
 */
const MAX_SMALL_REPLY_ENTRIES = 1000;
const MAX_SMALL_REPLY_TEXT_BYTES = 262_144;

/** The maximum length of a file's text. */
const MAX_SMALL_FILE_BYTES = 4096;

/** Where the contents of a file are in the reply: after the opening quote, up to the closing one. */
type Place = readonly [from: number, to: number];

/**
 * The reply, exactly as `ReplyReader` reads it; null if `ReplyReader` has to read it. The text of every FileContents, at whatever
 * place, is regarded as a file and replaced by the number of the file. A reply may contain such numbers itself. They cannot be
 * mistaken for files: all properties of that name were found, as none is spelled with escapes, and as many entries have one, so
 * none is elsewhere and no entry has two. `keeper`: receives files that are kept for links. @throws RedoxError as
 * `readMediaReply` does.
 */
export function readSmallReply(
  bytes: Buffer,
  mode: ContentsMode,
  keeper: FileKeeper | null = null,
): MediaMessage | null {
  const found = findFiles(bytes);
  if (found === null) return null;
  const { places, members } = found;
  const text = withoutFiles(bytes, places);
  if (text.length > MAX_SMALL_REPLY_TEXT_BYTES) return null;
  if (text.includes(BACKSLASH) && ESCAPED_NAME.test(text.toString('latin1'))) return null;
  if (!hasOneList(text)) return null;
  const message = parseSimpleJson(text);
  if (!entriesHave(members, message)) return null;
  const files = places.map(([from, to]) => readContents(bytes.subarray(from, to), mode, keeper));
  return readMediaReply(message, { files, isAmbiguous: false, bytes: bytes.length });
}

/** Whether the first file in the beginning of a reply is small: larger files are skipped just as fast while they arrive. */
export function beginsWithSmallFile(beginning: Buffer): boolean {
  const at = findMember(beginning, CONTENTS_NAME, 0);
  if (at < 0 || beginning[at] !== QUOTE) return false;
  return findClosingQuote(beginning.subarray(0, at + MAX_SMALL_FILE_BYTES), at + 1) >= 0;
}

interface Found {
  /** In order of appearance. */
  readonly places: readonly Place[];
  /** The number of properties that may have the name, whatever their values are. */
  readonly members: number;
}

/** Null if there are too many, or a string does not end. */
function findFiles(bytes: Buffer): Found | null {
  const places: Place[] = [];
  let members = 0;
  let at = findMember(bytes, CONTENTS_NAME, 0);
  while (at >= 0) {
    members += 1;
    if (members > MAX_SMALL_REPLY_ENTRIES) return null;
    if (bytes[at] === QUOTE) {
      const from = at + 1;
      const to = findClosingQuote(bytes, from);
      if (to < 0) return null;
      if (to > from && !holdsReference(bytes, from, to)) places.push([from, to]);
      at = to + 1;
    }
    at = findMember(bytes, CONTENTS_NAME, at);
  }
  return { places, members };
}

/** Where the value of the next property with this name, or a name that ends with it, begins; -1: there is none. */
function findMember(bytes: Buffer, nameAndQuote: Buffer, from: number): number {
  let at = bytes.indexOf(nameAndQuote, from);
  while (at >= 0) {
    const end = at + nameAndQuote.length;
    const colon = skipBlanks(bytes, end, bytes.length);
    if (bytes[colon] === COLON) return skipBlanks(bytes, colon + 1, bytes.length);
    at = bytes.indexOf(nameAndQuote, end);
  }
  return -1;
}

function holdsReference(bytes: Buffer, from: number, to: number): boolean {
  if (to - from >= MAX_WRITTEN_REFERENCE_BYTES || !mayBeginReference(bytes[from])) return false;
  const text = bytes.subarray(from, to);
  return mayBecomeReference(text) && isWrittenReference(text);
}

function withoutFiles(bytes: Buffer, places: readonly Place[]): Buffer {
  const filesBytes = places.reduce((sum, [from, to]) => sum + to - from, 0);
  const maxNumberBytes = String(places.length).length;
  const text = Buffer.allocUnsafe(bytes.length - filesBytes + places.length * maxNumberBytes);
  let [rest, at] = [0, 0];
  for (const [index, [from, to]] of places.entries()) {
    at += bytes.copy(text, at, rest, from);
    at += text.write(String(index), at, 'latin1');
    rest = to;
  }
  at += bytes.copy(text, at, rest);
  return text.subarray(0, at);
}

/** Of several properties called Media, JSON.parse keeps the last, while `ReplyReader` counts the entries of all. */
function hasOneList(text: Buffer): boolean {
  const first = findMember(text, MEDIA_NAME, 0);
  return first >= 0 && findMember(text, MEDIA_NAME, first) < 0;
}

/** Whether exactly this many entries have a FileContents. False if `Media` is not a list, or is a long one. */
function entriesHave(members: number, message: unknown): boolean {
  const media = member(message, 'Media');
  if (!Array.isArray(media) || media.length > MAX_SMALL_REPLY_ENTRIES) return false;
  let having = 0;
  for (const entry of media) if (asObject(entry)?.['FileContents'] !== undefined) having += 1;
  return having === members;
}
