/** File contents decoded: as the reader does it, in pieces, and by the plainest rules. */
import { FileDecoder } from '../../../src/redox/reply/file-decoder.ts';

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
  return /^data:/i.test(trimmed) ? decodeDataUri(trimmed) : decodeBase64(text);
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
  if (!isBase64) return Buffer.from(body, 'latin1');
  const packed = body.replace(/[ \t\r\n\f\v=]+/g, '');
  const padding = '='.repeat((4 - (packed.length % 4)) % 4);
  const isPadded = body.includes('=');
  return decodeBase64(isPadded ? body : packed + padding);
}

/** RFC 4648 §4, with whitespace anywhere. */
function decodeBase64(text: string): Buffer | null {
  const packed = text.replace(/[ \t\r\n\f\v]+/g, '');
  if (packed.length % 4 !== 0) return null;
  return /^[A-Za-z0-9+/]*={0,2}$/.test(packed) ? Buffer.from(packed, 'base64') : null;
}
