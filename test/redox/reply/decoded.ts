/** Base64 decoded: as the reader does it, in pieces, and by the plainest rule. */
import { Base64Decoder } from '../../../src/redox/reply/base64-decoder.ts';

/** The bytes of a JSON string's inside, cut before each of `cuts`; null when they are no base64. */
export function decodePieces(written: Buffer, cuts: readonly number[] = []): Buffer | null {
  const pieces: Buffer[] = [];
  const decoder = new Base64Decoder((bytes) => pieces.push(Buffer.from(bytes)));
  let from = 0;
  for (const to of [...cuts.filter((cut) => cut < written.length).sort((a, b) => a - b), written.length]) {
    decoder.write(written.subarray(from, to));
    from = to;
  }
  return decoder.end() ? Buffer.concat(pieces) : null;
}

/** What a text, with no escapes left in it, is as base64 (RFC 4648 §4) with whitespace anywhere. */
export function decodeAtOnce(text: string): Buffer | null {
  const packed = text.replace(/[ \t\r\n\f\v]+/g, '');
  if (packed.length % 4 !== 0) return null;
  return /^[A-Za-z0-9+/]*={0,2}$/.test(packed) ? Buffer.from(packed, 'base64') : null;
}
