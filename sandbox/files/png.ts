/** A PNG encoder: 8-bit RGB, no filtering, no compression, one IDAT chunk (RFC 2083). */
import { crc32, deflateSync } from 'node:zlib';
import type { Raster } from './raster.ts';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export function encodePng(raster: Raster, comment: string): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(raster.width, 0);
  header.writeUInt32BE(raster.height, 4);
  // Bit depth 8, colour type 2 (RGB); compression, filter and interlace methods stay 0.
  header.set([8, 2], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('tEXt', Buffer.from(`Comment\0${comment}`, 'latin1')),
    // Stored, not compressed: zlib builds compress differently, and the charts promise equal bytes everywhere.
    chunk('IDAT', deflateSync(scanlines(raster), { level: 0 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Every row of pixels behind the byte that names its filter (0: none). */
function scanlines(raster: Raster): Buffer {
  const stride = raster.width * 3;
  const lines = Buffer.alloc((stride + 1) * raster.height);
  for (let row = 0; row < raster.height; row++) {
    lines.set(raster.rgb.subarray(row * stride, (row + 1) * stride), row * (stride + 1) + 1);
  }
  return lines;
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
