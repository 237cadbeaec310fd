/** The sandbox's files are what they say they are, down to checksums, lengths and offsets. */
import { crc32, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BitWriter } from '../../sandbox/files/bit-writer.ts';
import { encodeJpeg } from '../../sandbox/files/jpeg.ts';
import { type FileKind, makeSyntheticFile } from '../../sandbox/files/synthetic-file.ts';
import { seededRandom } from '../../sandbox/random.ts';
import { decodeGrey } from './jpeg-decoder.ts';

const NUMBERS = [1, 2, 417, 8842];
const KINDS: readonly FileKind[] = ['jpeg', 'png', 'pdf', 'wav', 'text'];

it.each(KINDS)('%s: equal numbers give equal bytes, others do not, and all are small', (kind) => {
  const files = NUMBERS.map((number) => makeSyntheticFile(kind, number));
  expect(new Set(files.map((file) => file.toString('base64'))).size).toBe(NUMBERS.length);
  expect(files[0]).toEqual(makeSyntheticFile(kind, 1));
  for (const file of files) expect(file.length).toBeLessThan(20_000);
});

/** The chunks of a PNG, each with its checksum checked. */
function readPngChunks(file: Buffer): Map<string, Buffer> {
  expect(file.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const chunks = new Map<string, Buffer>();
  let at = 8;
  while (at < file.length) {
    const end = at + 8 + file.readUInt32BE(at);
    expect(file.readUInt32BE(end)).toBe(crc32(file.subarray(at + 4, end)));
    chunks.set(file.toString('latin1', at + 4, at + 8), file.subarray(at + 8, end));
    at = end + 4;
  }
  expect(at).toBe(file.length);
  return chunks;
}

/** Red, green and blue of every pixel of a PNG without filters. */
function readPngPixels(file: Buffer): { width: number; height: number; rgb: number[][] } {
  const chunks = readPngChunks(file);
  const header = chunks.get('IHDR') ?? Buffer.alloc(13);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  expect([...header.subarray(8)]).toEqual([8, 2, 0, 0, 0]);
  const lines = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0));
  expect(lines.length).toBe(height * (1 + width * 3));
  const rgb: number[][] = [];
  for (let y = 0; y < height; y++) {
    const start = y * (1 + width * 3);
    expect(lines[start]).toBe(0);
    for (let x = 0; x < width; x++) rgb.push([...lines.subarray(start + 1 + x * 3, start + 4 + x * 3)]);
  }
  return { width, height, rgb };
}

describe('PNG', () => {
  it.each(NUMBERS)('%i has right checksums and as many pixels as it says', (number) => {
    const { width, height, rgb } = readPngPixels(makeSyntheticFile('png', number));
    expect(rgb).toHaveLength(width * height);
    expect(new Set(rgb.map(String)).size).toBeGreaterThan(10);
  });
});

describe('JPEG', () => {
  it.each(NUMBERS)('%i decodes to the picture of the PNG of the same number', (number) => {
    const png = readPngPixels(makeSyntheticFile('png', number));
    const jpeg = decodeGrey(makeSyntheticFile('jpeg', number));
    expect([jpeg.width, jpeg.height]).toEqual([png.width, png.height]);
    const errors = png.rgb.map(([r = 0, g = 0, b = 0], at) =>
      Math.abs(0.299 * r + 0.587 * g + 0.114 * b - (jpeg.grey[at] ?? 0)),
    );
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(3);
    expect(Math.max(...errors)).toBeLessThan(30);
  });
});

describe('the JPEG encoder', () => {
  // The synthetic pictures are too smooth to need long runs of zeros or large amplitudes.
  const random = seededRandom(1);
  const wave = (at: number, frequency: number) => Math.cos(((2 * at + 1) * frequency * Math.PI) / 16);
  const pictures: [string, (x: number, y: number) => number][] = [
    ['noise', () => random.integer(0, 1) * 255],
    ['the finest checks', (x, y) => ((x + y) % 2) * 255],
    ['one wave, the 17th in zigzag order', (x, y) => Math.round(128 + 100 * wave(x, 3) * wave(y, 2))],
  ];
  it.each(pictures)('survives %s', (_name, brightness) => {
    const [width, height] = [64, 64];
    const grey = Array.from({ length: width * height }, (_, at) =>
      brightness(at % width, Math.floor(at / width)),
    );
    const file = encodeJpeg(
      { width, height, rgb: Uint8Array.from(grey.flatMap((one) => [one, one, one])) },
      '',
    );
    const decoded = decodeGrey(file);
    const errors = grey.map((one, at) => Math.abs(one - (decoded.grey[at] ?? 0)));
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(12);
  });
});

it('a JPEG scan stuffs 0xFF bytes and pads its end with ones', () => {
  const bits = new BitWriter();
  bits.write(0b1111, 4);
  bits.write(0xffff, 4);
  bits.write(0, 1);
  expect([...bits.finish()]).toEqual([0xff, 0x00, 0x7f]);
});

describe('PDF', () => {
  it.each(NUMBERS)('%i has its text, and a cross-reference table that hits every object', (number) => {
    const file = makeSyntheticFile('pdf', number).toString('latin1');
    expect(file).toMatch(/^%PDF-1\.4\n/);
    expect(file).toContain(`(Synthetic document ${number}) Tj`);
    const table = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(file)?.[1]);
    const rows = file.slice(table).split('\n');
    expect(rows[0]).toBe('xref');
    expect(rows[1]).toBe('0 6');
    const offsets = rows.slice(3, 8).map((row) => /^(\d{10}) 00000 n $/.exec(row)?.[1]);
    offsets.forEach((offset, at) => {
      expect(file.slice(Number(offset))).toMatch(new RegExp(`^${at + 1} 0 obj\\n`));
    });
    const [, length, content = ''] = /\/Length (\d+) >>\nstream\n([\s\S]*?)endstream/.exec(file) ?? [];
    expect(content.length).toBe(Number(length));
  });
});

describe('WAV', () => {
  it.each(NUMBERS)('%i is half a second of sound, its lengths right', (number) => {
    const file = makeSyntheticFile('wav', number);
    expect(file.toString('latin1', 0, 4) + file.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
    expect(file.readUInt32LE(4)).toBe(file.length - 8);
    const [format, channels] = [file.readUInt16LE(20), file.readUInt16LE(22)];
    const [rate, byteRate] = [file.readUInt32LE(24), file.readUInt32LE(28)];
    expect([format, channels, rate, byteRate, file.readUInt16LE(34)]).toEqual([1, 1, 8000, 16_000, 16]);
    expect(file.toString('latin1', 36, 40)).toBe('data');
    expect(file.readUInt32LE(40)).toBe(file.length - 44);
    expect((file.length - 44) / byteRate).toBe(0.5);
    expect(file.subarray(44).some((byte) => byte !== 0)).toBe(true);
  });
});

it('text is UTF-8, beyond ASCII, and says that it is synthetic', () => {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(makeSyntheticFile('text', 417));
  expect(text).toMatch(/^Synthetic document 417\n/);
  expect(text).toMatch(/[^\p{ASCII}]/u);
});
