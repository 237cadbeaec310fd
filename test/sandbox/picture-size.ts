/** How large a picture is, by its own header. */

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

export function pngSize(file: Buffer): PictureSize {
  return { width: file.readUInt32BE(16), height: file.readUInt32BE(20) };
}

/** From the frame header (ITU-T T.81, B.2.2), behind segments that each say their length. */
export function jpegSize(file: Buffer): PictureSize {
  let at = 2;
  for (;;) {
    const marker = file.readUInt16BE(at);
    const isFrame = marker >= 0xffc0 && marker <= 0xffc2;
    if (isFrame) return { height: file.readUInt16BE(at + 5), width: file.readUInt16BE(at + 7) };
    at += 2 + file.readUInt16BE(at + 2);
  }
}

const TIFF_WIDTH = 256;
const TIFF_HEIGHT = 257;

/** Of every page of a little-endian TIFF: each directory of tags ends with the place of the next. */
export function tiffPages(file: Buffer): PictureSize[] {
  const pages: PictureSize[] = [];
  let at = file.readUInt32LE(4);
  while (at !== 0) {
    const entries = file.readUInt16LE(at);
    const tags = new Map<number, number>();
    for (let entry = at + 2; entry < at + 2 + entries * 12; entry += 12) {
      const isShort = file.readUInt16LE(entry + 2) === 3;
      const value = isShort ? file.readUInt16LE(entry + 8) : file.readUInt32LE(entry + 8);
      tags.set(file.readUInt16LE(entry), value);
    }
    pages.push({ width: tags.get(TIFF_WIDTH) ?? 0, height: tags.get(TIFF_HEIGHT) ?? 0 });
    at = file.readUInt32LE(at + 2 + entries * 12);
  }
  return pages;
}
