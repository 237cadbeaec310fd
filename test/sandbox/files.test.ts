/** Files that many documents share say the number of theirs, and stay what they are. */
import { crc32 } from 'node:zlib';
import { describe, expect, it, test } from 'vitest';
import { readAsset } from '../../sandbox/files/asset.ts';
import { NUMBER_PLACEHOLDER, readNumberedFile } from '../../sandbox/files/numbered-file.ts';

const FILES = ['flowers.jpg', 'thermometer.png', 'plan.pdf', 'memo.wav', 'memo.mp3', 'note.txt'].map(
  (name) => `everyday/${name}`,
);

describe.each(FILES)('%s', (path) => {
  it('has equal bytes for equal numbers, others for others, and as many as the asset', () => {
    const [one, two] = [readNumberedFile(path, 8701), readNumberedFile(path, 8702)];
    expect(one.equals(two)).toBe(false);
    expect(one.equals(readNumberedFile(path, 8701))).toBe(true);
    expect(one.length).toBe(readAsset(path).length);
  });

  it('says its number everywhere, and differs from the asset in nothing else', () => {
    const text = readNumberedFile(path, 8701).toString('latin1');
    expect(text).toContain('SYN-DOC-00008701');
    expect(text).not.toContain(NUMBER_PLACEHOLDER);
    const restored = Buffer.from(text.replaceAll('SYN-DOC-00008701', NUMBER_PLACEHOLDER), 'latin1');
    const differing = [...restored].filter((byte, at) => byte !== readAsset(path)[at]).length;
    // Of a PNG, the checksum of the chunk that holds the number.
    expect(differing).toBeLessThanOrEqual(path.endsWith('.png') ? 4 : 0);
  });
});

test('reading one leaves the asset as it was', () => {
  readNumberedFile('everyday/plan.pdf', 8701);
  expect(readAsset('everyday/plan.pdf').includes(NUMBER_PLACEHOLDER)).toBe(true);
});

test('a file without room for a number is refused', () => {
  expect(() => readNumberedFile('cut/arrival.jpg', 1)).toThrow('cut/arrival.jpg has no room for a number.');
});

test.each([0, 8701, 99_999_999])('PNG %i: every chunk has its right checksum', (number) => {
  const file = readNumberedFile('everyday/thermometer.png', number);
  const chunks: string[] = [];
  let at = 8;
  while (at < file.length) {
    const end = at + 8 + file.readUInt32BE(at);
    expect(file.readUInt32BE(end)).toBe(crc32(file.subarray(at + 4, end)));
    chunks.push(file.toString('latin1', at + 4, at + 8));
    at = end + 4;
  }
  expect(at).toBe(file.length);
  expect(chunks).toEqual(expect.arrayContaining(['IHDR', 'eXIf', 'IDAT', 'IEND']));
});
