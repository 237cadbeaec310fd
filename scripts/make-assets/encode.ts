/** Pictures as files, each with its caption in the metadata too. */
import type { Canvas } from '@napi-rs/canvas';
import sharp, { type Sharp } from 'sharp';
import { runForFile } from './media/programs.ts';

export function describe(subject: string): string {
  // No identifier: metadata leave with a picture wherever it goes.
  return `SYNTHETIC, made by the sandbox, no real person: ${subject}`;
}

function read(canvas: Canvas, caption: string): Sharp {
  const { width, height } = canvas;
  const pixels = canvas.getContext('2d').getImageData(0, 0, width, height).data;
  return sharp(pixels, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .withExif({ IFD0: { ImageDescription: caption } });
}

export function toJpeg(canvas: Canvas, caption: string, quality: number): Promise<Buffer> {
  return read(canvas, caption).jpeg({ quality, mozjpeg: true, progressive: false }).toBuffer();
}

/** `dither`: 1 for soft shades, 0 for flat drawings. */
export function toPng(canvas: Canvas, caption: string, dither: number): Promise<Buffer> {
  return read(canvas, caption).png({ palette: true, dither, effort: 10, compressionLevel: 9 }).toBuffer();
}

/** 200 dots an inch: what fax machines call fine. */
const FAX_DOTS_PER_MILLIMETRE = 200 / 25.4;

/** Several pages of black and white, compressed as a fax machine would. */
export async function toFaxTiff(pages: readonly Canvas[], caption: string): Promise<Buffer> {
  const images = await Promise.all(
    pages.map((page) => read(page, caption).greyscale().threshold(150).png().toBuffer()),
  );
  const tiff = await sharp(images, { join: { animated: true } })
    .toColourspace('b-w')
    .tiff({
      compression: 'ccittfax4',
      bitdepth: 1,
      xres: FAX_DOTS_PER_MILLIMETRE,
      yres: FAX_DOTS_PER_MILLIMETRE,
    })
    .toBuffer();
  // sharp writes no ImageDescription (tag 270) into a TIFF.
  return runForFile('tiffset', ['-s', '270', caption, 'fax.tiff'], 'fax.tiff', { 'fax.tiff': tiff });
}
