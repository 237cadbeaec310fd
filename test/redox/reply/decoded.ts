/** File contents decoded: as the reader does it, in pieces, and by the plainest rules. */
import { FileDecoder } from '../../../src/redox/reply/file-decoder.ts';
import { MAX_WORDS_LENGTH, resemblesWords } from '../../../src/redox/reply/placeholder-words.ts';

/** The bytes of a JSON string's inside, cut before each of `cuts`; null when they are no file. */
export function decodePieces(written: Buffer, cuts: readonly number[] = []): Buffer | null {
  const pieces: Buffer[] = [];
  const decoder = new FileDecoder((bytes) => pieces.push(Buffer.from(bytes)));
  let from = 0;
  for (const to of [...cuts.filter((cut) => cut < written.length).sort((a, b) => a - b), written.length]) {
    decoder.write(written.subarray(from, to));
    from = to;
  }
  return decoder.end() ? Buffer.concat(pieces) : null;
}

/** What a text, with no escapes left in it, is as a file. */
export function decodeAtOnce(text: string): Buffer | null {
  const trimmed = text.replace(/^[ \t\r\n\f\v]+/, '');
  if (trimmed === '' && text !== '') return null;
  return /^data:/i.test(trimmed) ? decodeDataUri(trimmed) : decodeBase64(trimmed, false);
}

/** RFC 2397: percent-encoding is undone before base64, of which the padding may be left out. */
function decodeDataUri(uri: string): Buffer | null {
  const comma = uri.indexOf(',');
  const header = uri.slice('data:'.length, comma);
  const isBase64 = /;\s*base64\s*$/i.test(header);
  const [type = '', ...parameters] = header.split(';').map((part) => part.trim());
  const isHeader = comma >= 0 && comma <= 1024 && ![type, ...parameters].some((part) => /\s/.test(part));
  const isType = isBase64 || type === '' || /^[a-z0-9.+-]+\/[a-z0-9.+-]+$/i.test(type);
  if (!isHeader || !isType || /^\s/.test(header)) return null;
  const bytes = Buffer.from(uri.slice(comma + 1)).toString('latin1');
  const body = bytes.replace(/%([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return isBase64 ? decodeBase64(body, true) : Buffer.from(body, 'latin1');
}

/** RFC 4648 §4, with whitespace anywhere; or, where that is no guess, §5 and without padding. */
function decodeBase64(text: string, isKnown: boolean): Buffer | null {
  const packed = text.replace(/[ \t\r\n\f\v]+/g, '');
  const bytes = Buffer.from(packed, 'base64');
  const usual = bytes.toString('base64');
  const spellings = [usual, usual.replace(/=+$/, '')];
  const written = packed.replaceAll('-', '+').replaceAll('_', '/');
  if (/[+/]/.test(packed) && /[-_]/.test(packed)) return null;
  // Bits to spare are passed over where padding tells that nothing is missing.
  const isPadded = /^(?:[\w+/-]{4})*(?:[\w+/-]{2}==|[\w+/-]{3}=)?$/.test(packed);
  if (!isPadded && !spellings.includes(written)) return null;
  if (isPadded && !/[-_]/.test(packed)) return bytes;
  return isKnown || !(/[ \t]/.test(text) || resemblesWords(text.slice(0, MAX_WORDS_LENGTH + 1)))
    ? bytes
    : null;
}
