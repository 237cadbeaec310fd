/**
 * A baseline JPEG encoder (ITU-T T.81), as small as the standard allows: no subsampling, one quantization table, and
 * Huffman codes of one fixed length, so that a code is the symbol's place in its table.
 */
import { BitWriter } from './bit-writer.ts';
import type { Raster } from './raster.ts';

const ZIGZAG = zigzagOrder();
const COSINES = Float64Array.from({ length: 64 }, (_, at) => {
  const frequency = at >> 3;
  const scale = frequency === 0 ? Math.SQRT1_2 / 2 : 0.5;
  return scale * Math.cos((((at & 7) * 2 + 1) * frequency * Math.PI) / 16);
});
/** Coarser for higher frequencies, which the eye misses least. */
const QUANTIZATION = Float64Array.from({ length: 64 }, (_, at) => 6 + 4 * ((at >> 3) + (at & 7)));

/** 12 codes of 4 bits and 162 of 8 bits: both leave the all-ones code unused, as the standard demands. */
const DC_BITS = 4;
const DC_SYMBOLS = Array.from({ length: 12 }, (_, size) => size);
const AC_BITS = 8;
const END_OF_BLOCK = 0x00;
const SIXTEEN_ZEROS = 0xf0;
const AC_SYMBOLS = [
  END_OF_BLOCK,
  SIXTEEN_ZEROS,
  ...Array.from({ length: 160 }, (_, at) => (Math.floor(at / 10) << 4) | ((at % 10) + 1)),
];
const AC_CODES = new Map(AC_SYMBOLS.map((symbol, code) => [symbol, code]));

/** Rows of the RGB → YCbCr matrix and their offsets, less the level shift of 128 that the transform wants (JFIF 1.02). */
const COMPONENTS = [
  [0.299, 0.587, 0.114, -128],
  [-0.168736, -0.331264, 0.5, 0],
  [0.5, -0.418688, -0.081312, 0],
] as const;
type Component = (typeof COMPONENTS)[number];

/** Encodes a picture whose sides are multiples of 8. */
export function encodeJpeg(raster: Raster, comment: string): Buffer {
  const { width, height } = raster;
  const sides = [height >> 8, height & 0xff, width >> 8, width & 0xff];
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, [...Buffer.from('JFIF\0'), 1, 2, 0, 0, 1, 0, 1, 0, 0]),
    segment(0xfe, [...Buffer.from(comment)]),
    segment(0xdb, [0, ...ZIGZAG.map((at) => QUANTIZATION[at] ?? 1)]),
    segment(0xc0, [8, ...sides, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]),
    segment(0xc4, [0x00, ...huffmanTable(DC_BITS, DC_SYMBOLS)]),
    segment(0xc4, [0x10, ...huffmanTable(AC_BITS, AC_SYMBOLS)]),
    segment(0xda, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]),
    encodeScan(raster),
    Buffer.from([0xff, 0xd9]),
  ]);
}

function segment(marker: number, payload: readonly number[]): Buffer {
  const length = payload.length + 2;
  return Buffer.from([0xff, marker, length >> 8, length & 0xff, ...payload]);
}

function huffmanTable(bits: number, symbols: readonly number[]): number[] {
  const codesPerLength = Array.from({ length: 16 }, (_, at) => (at + 1 === bits ? symbols.length : 0));
  return [...codesPerLength, ...symbols];
}

function encodeScan(raster: Raster): Buffer {
  const bits = new BitWriter();
  const lastDc = [0, 0, 0];
  for (let top = 0; top < raster.height; top += 8) {
    for (let left = 0; left < raster.width; left += 8) {
      COMPONENTS.forEach((component, at) => {
        const coefficients = quantizeBlock(readBlock(raster, left, top, component));
        writeBlock(bits, coefficients, lastDc[at] ?? 0);
        lastDc[at] = coefficients[0] ?? 0;
      });
    }
  }
  return bits.finish();
}

function readBlock(raster: Raster, left: number, top: number, component: Component): Float64Array {
  const [red, green, blue, offset] = component;
  const { rgb, width } = raster;
  const samples = new Float64Array(64);
  for (let at = 0; at < 64; at++) {
    const pixel = ((top + (at >> 3)) * width + left + (at & 7)) * 3;
    samples[at] =
      red * (rgb[pixel] ?? 0) + green * (rgb[pixel + 1] ?? 0) + blue * (rgb[pixel + 2] ?? 0) + offset;
  }
  return samples;
}

/** The cosine transform, quantized, in zigzag order. */
function quantizeBlock(samples: Float64Array): number[] {
  // One pass transforms the rows and lays the result on its side, so two passes are the transform in two dimensions.
  const frequencies = transformRows(transformRows(samples));
  return ZIGZAG.map((at) => Math.round((frequencies[at] ?? 0) / (QUANTIZATION[at] ?? 1)));
}

function transformRows(samples: Float64Array): Float64Array {
  const out = new Float64Array(64);
  for (let row = 0; row < 8; row++) {
    for (let frequency = 0; frequency < 8; frequency++) {
      let sum = 0;
      for (let x = 0; x < 8; x++) sum += (samples[row * 8 + x] ?? 0) * (COSINES[frequency * 8 + x] ?? 0);
      out[frequency * 8 + row] = sum;
    }
  }
  return out;
}

function writeBlock(bits: BitWriter, coefficients: readonly number[], lastDc: number): void {
  const change = (coefficients[0] ?? 0) - lastDc;
  bits.write(bitSize(change), DC_BITS);
  writeAmplitude(bits, change);
  let zeros = 0;
  for (const value of coefficients.slice(1)) {
    if (value === 0) {
      zeros++;
      continue;
    }
    for (; zeros > 15; zeros -= 16) writeAcSymbol(bits, SIXTEEN_ZEROS);
    writeAcSymbol(bits, (zeros << 4) | bitSize(value));
    writeAmplitude(bits, value);
    zeros = 0;
  }
  if (zeros > 0) writeAcSymbol(bits, END_OF_BLOCK);
}

function writeAcSymbol(bits: BitWriter, symbol: number): void {
  bits.write(AC_CODES.get(symbol) ?? 0, AC_BITS);
}

/** Negative amplitudes are written as the ones' complement (T.81, F.1.2.1). */
function writeAmplitude(bits: BitWriter, value: number): void {
  bits.write(value < 0 ? value - 1 : value, bitSize(value));
}

function bitSize(value: number): number {
  return 32 - Math.clz32(Math.abs(value));
}

/** The 64 places of a block, along its diagonals from the lowest frequency to the highest. */
function zigzagOrder(): number[] {
  const places = Array.from({ length: 64 }, (_, at) => ({ at, row: at >> 3, column: at & 7 }));
  const alongDiagonal = (place: { row: number; column: number }) =>
    (place.row + place.column) % 2 === 0 ? place.column : place.row;
  places.sort((a, b) => a.row + a.column - b.row - b.column || alongDiagonal(a) - alongDiagonal(b));
  return places.map((place) => place.at);
}
