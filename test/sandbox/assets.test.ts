/** The files of the charts are what their endings say, large enough to look at, small enough to keep, and all in use. */
import { readdirSync } from 'node:fs';
import { extname } from 'node:path';
import { fileTypeFromBuffer } from 'file-type';
import { describe, expect, test } from 'vitest';
import { SEEDED_CHARTS } from '../../sandbox/charts/seeded-charts.ts';
import { readAsset } from '../../sandbox/files/asset.ts';
import { NUMBER_PLACEHOLDER, readNumberedFile } from '../../sandbox/files/numbered-file.ts';
import { jpegSize, type PictureSize, pngSize, tiffPages } from './picture-size.ts';

const FOLDER = new URL('../../sandbox/assets/', import.meta.url);
const ASSETS = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter(
  (path) => extname(path) !== '',
);
const ending = (...endings: string[]) => ASSETS.filter((path) => endings.includes(extname(path)));

/** What file-type finds in a file of each ending; in plain text it finds nothing. */
const SIGNATURES: Readonly<Record<string, string | undefined>> = {
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.tiff': 'image/tiff',
  '.pdf': 'application/pdf',
  '.dcm': 'application/dicom',
  '.rtf': 'application/rtf',
  '.xml': 'application/xml',
  '.wav': 'audio/wav',
  '.mp3': 'audio/mpeg',
  '.mp4': 'video/mp4',
  '.txt': undefined,
};

test('there is at least one of every kind, and no other', () => {
  expect(new Set(ASSETS.map((path) => extname(path)))).toEqual(new Set(Object.keys(SIGNATURES)));
});

test.each(ASSETS)('%s is what its ending says', async (path) => {
  expect((await fileTypeFromBuffer(readAsset(path)))?.mime).toBe(SIGNATURES[extname(path)]);
});

test.each(ASSETS)('%s says that it is synthetic, in words that its own reader finds', (path) => {
  expect(readAsset(path).includes('SYNTHETIC')).toBe(true);
});

test('all together are small; none is too large for `base64` without maxBytes', () => {
  const sizes = ASSETS.map((path) => readAsset(path).length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(8_000_000);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000_000);
});

test('the pictures of the first patient are files of more than 20 kB', () => {
  const pictures = ending('.jpg', '.png').filter((path) => path.startsWith('cut/'));
  expect(pictures).toHaveLength(4);
  expect(pictures.filter((path) => readAsset(path).length <= 20_000)).toEqual([]);
});

test('what many charts share is small, but for sound', () => {
  const shared = ASSETS.filter((path) => path.startsWith('everyday/') && extname(path) !== '.wav');
  expect(shared.filter((path) => readAsset(path).length > 20_000)).toEqual([]);
});

describe('a picture is large enough to look at', () => {
  const isLarge = ({ width, height }: PictureSize) => width >= 800 && height >= 600;
  test.each(ending('.jpg'))('%s', (path) => {
    expect(jpegSize(readAsset(path))).toSatisfy(isLarge);
  });
  test.each(ending('.png'))('%s', (path) => {
    expect(pngSize(readAsset(path))).toSatisfy(isLarge);
  });
  test.each(ending('.tiff'))('%s, both pages', (path) => {
    const pages = tiffPages(readAsset(path));
    expect(pages).toHaveLength(2);
    expect(pages.filter((page) => !isLarge(page))).toEqual([]);
  });
});

test.each(ending('.wav'))('%s: at least six seconds of sound, its lengths right', (path) => {
  const file = readAsset(path);
  expect(file.readUInt32LE(4)).toBe(file.length - 8);
  const bytesPerSecond = file.readUInt32LE(28);
  const data = file.indexOf('data');
  const length = file.readUInt32LE(data + 4);
  expect(data + 8 + length).toBeLessThanOrEqual(file.length);
  expect(length / bytesPerSecond).toBeGreaterThanOrEqual(6);
  expect(new Set(file.subarray(data + 8)).size).toBeGreaterThan(50);
});

test.each(ending('.pdf'))('%s: its cross-reference table is where its end says, and has a title', (path) => {
  const file = readAsset(path).toString('latin1');
  const [, table] = /startxref\n(\d+)\n%%EOF\n?$/.exec(file) ?? [];
  expect(file.slice(Number(table)).startsWith('xref\n')).toBe(true);
  expect(file).toContain('/DisplayDocTitle true');
});

test('the consent has fields: text, and boxes that are ticked and not', () => {
  const file = readAsset('cut/consent.pdf').toString('latin1');
  expect(file.match(/\/FT \/Tx/g)).toHaveLength(4);
  expect(file.match(/\/FT \/Btn\n\/V \/Yes/g)).toHaveLength(3);
  expect(file.match(/\/FT \/Btn\n\/V \/Off/g)).toHaveLength(1);
});

test.each(ending('.txt', '.xml'))('%s is UTF-8 beyond ASCII', (path) => {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(readAsset(path));
  for (const one of path.endsWith('.txt') ? ['µ', '°', 'Ü'] : ['µ', '°', 'Ü', '“'])
    expect(text).toContain(one);
});

test('the first plan has characters that no single byte encodes', () => {
  expect(readAsset('cut/plan.txt').toString()).toContain('日本');
});

test('the X-ray is a DICOM file of 800 × 960 grey pixels, of a patient whose ID is synthetic', () => {
  const file = readAsset('fall/wrist.dcm');
  expect(file.toString('latin1', 128, 132)).toBe('DICM');
  expect(file.includes('SYN-000419')).toBe(true);
  // PixelData (7FE0,0010), OB, explicit little endian: four bytes of length behind two that are reserved.
  const pixels = file.indexOf(Buffer.from('e07f10004f420000', 'hex'));
  expect(file.readUInt32LE(pixels + 8)).toBe(800 * 960);
  expect(file.length).toBe(pixels + 12 + 800 * 960);
});

test('every one is in a chart', () => {
  const contents = new Set(SEEDED_CHARTS.map(({ fileContents }) => fileContents));
  const numbers = [...contents].flatMap((one) => {
    const [, number] = /SYN-DOC-(\d{8})/.exec(Buffer.from(one ?? '', 'base64').toString('latin1')) ?? [];
    return number === undefined ? [] : [Number(number)];
  });
  const isUsed = (path: string) => {
    const file = readAsset(path);
    if (!file.includes(NUMBER_PLACEHOLDER)) return contents.has(file.toString('base64'));
    return numbers.some((number) => contents.has(readNumberedFile(path, number).toString('base64')));
  };
  expect(ASSETS.filter((path) => !isUsed(path))).toEqual([]);
});
