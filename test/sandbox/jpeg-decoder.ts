/** A decoder for baseline JPEGs without subsampling, brightness only; written from the standard, not from the encoder. */

export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly grey: Float64Array;
}

interface Tables {
  width: number;
  height: number;
  components: number;
  /** In zigzag order. */
  quantization: number[];
  /** By class and id: code length and code, as text, → symbol. */
  huffman: Map<number, Map<string, number>>;
}

export function decodeGrey(file: Buffer): GreyPicture {
  const tables: Tables = { width: 0, height: 0, components: 0, quantization: [], huffman: new Map() };
  if (file.readUInt16BE(0) !== 0xffd8) throw new Error('no SOI');
  if (file.readUInt16BE(file.length - 2) !== 0xffd9) throw new Error('no EOI');
  let at = 2;
  for (;;) {
    if (file[at] !== 0xff) throw new Error(`no marker at ${at}`);
    const marker = file[at + 1] ?? 0;
    const end = at + 2 + file.readUInt16BE(at + 2);
    readSegment(tables, marker, file.subarray(at + 4, end));
    at = end;
    if (marker === 0xda) return decodeScan(tables, new BitReader(file.subarray(at, file.length - 2)));
  }
}

function readSegment(tables: Tables, marker: number, data: Buffer): void {
  if (marker === 0xdb) tables.quantization = [...data.subarray(1, 65)];
  if (marker === 0xc0) {
    tables.height = data.readUInt16BE(1);
    tables.width = data.readUInt16BE(3);
    tables.components = data[5] ?? 0;
  }
  if (marker !== 0xc4) return;
  const codes = new Map<string, number>();
  let code = 0;
  let next = 17;
  for (let length = 1; length <= 16; length++) {
    for (let count = data[length] ?? 0; count > 0; count--) {
      if (code === 2 ** length - 1) throw new Error('a code of ones only');
      codes.set(code.toString(2).padStart(length, '0'), data[next++] ?? 0);
      code++;
    }
    code <<= 1;
  }
  if (next !== data.length) throw new Error('a Huffman table of the wrong length');
  tables.huffman.set(data[0] ?? 0, codes);
}

class BitReader {
  readonly #bits: string;
  #at = 0;

  constructor(data: Buffer) {
    const bytes: number[] = [];
    data.forEach((byte, at) => {
      if (data[at - 1] !== 0xff) bytes.push(byte);
      else if (byte !== 0) throw new Error('a marker inside the scan');
    });
    this.#bits = bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
  }

  read(length: number): string {
    this.#at += length;
    if (this.#at > this.#bits.length) throw new Error('the scan is too short');
    return this.#bits.slice(this.#at - length, this.#at);
  }

  readSymbol(codes: Map<string, number> | undefined): number {
    for (let code = this.read(1); code.length <= 16; code += this.read(1)) {
      const symbol = codes?.get(code);
      if (symbol !== undefined) return symbol;
    }
    throw new Error('no such code');
  }

  readAmplitude(size: number): number {
    if (size === 0) return 0;
    const bits = this.read(size);
    const value = Number.parseInt(bits, 2);
    return bits.startsWith('1') ? value : value - (2 ** size - 1);
  }

  finish(): void {
    if (!/^1{0,7}$/.test(this.#bits.slice(this.#at))) throw new Error('the scan does not end in padding');
  }
}

function decodeScan(tables: Tables, bits: BitReader): GreyPicture {
  const { width, height, components } = tables;
  const grey = new Float64Array(width * height);
  const lastDc = new Float64Array(components);
  for (let top = 0; top < height; top += 8) {
    for (let left = 0; left < width; left += 8) {
      for (let component = 0; component < components; component++) {
        const coefficients = readBlock(tables, bits);
        coefficients[0] = lastDc[component] = (lastDc[component] ?? 0) + (coefficients[0] ?? 0);
        if (component > 0) continue;
        const samples = transformBack(
          coefficients.map((value, at) => value * (tables.quantization[at] ?? 0)),
        );
        samples.forEach((sample, at) => {
          grey[(top + (at >> 3)) * width + left + (at & 7)] = sample + 128;
        });
      }
    }
  }
  bits.finish();
  return { width, height, grey };
}

function readBlock({ huffman }: Tables, bits: BitReader): number[] {
  const coefficients: number[] = new Array(64).fill(0);
  coefficients[0] = bits.readAmplitude(bits.readSymbol(huffman.get(0x00)));
  for (let at = 1; at < 64; at++) {
    const symbol = bits.readSymbol(huffman.get(0x10));
    if (symbol === 0) break;
    at += symbol >> 4;
    if (at > 63) throw new Error('a run beyond the block');
    coefficients[at] = bits.readAmplitude(symbol & 15);
  }
  return coefficients;
}

/** Figure A.6 of the standard, written out. */
const ZIGZAG = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46,
  53, 60, 61, 54, 47, 55, 62, 63,
];

function transformBack(coefficients: readonly number[]): number[] {
  const wave = (position: number, frequency: number) =>
    (frequency === 0 ? Math.SQRT1_2 : 1) * Math.cos(((2 * position + 1) * frequency * Math.PI) / 16);
  return Array.from({ length: 64 }, (_, at) => {
    let sum = 0;
    coefficients.forEach((value, order) => {
      const place = ZIGZAG[order] ?? 0;
      if (value !== 0) sum += value * wave(at >> 3, place >> 3) * wave(at & 7, place & 7);
    });
    return sum / 4;
  });
}
