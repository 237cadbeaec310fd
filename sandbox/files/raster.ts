/** A small picture as plain RGB bytes: a colour gradient under a checkerboard, different for every number. */
import { seededRandom } from '../random.ts';

export interface Raster {
  readonly width: number;
  readonly height: number;
  /** Rows from the top, three bytes a pixel. */
  readonly rgb: Uint8Array;
}

/** Multiples of 8, so that the JPEG encoder never meets a partial block. */
const WIDTH = 64;
const HEIGHT = 48;
const SQUARE = 16;

export function drawPattern(number: number): Raster {
  const random = seededRandom(number + 1);
  const from = [random.integer(0, 255), random.integer(0, 255), random.integer(0, 255)];
  const to = [random.integer(0, 255), random.integer(0, 255), random.integer(0, 255)];
  const rgb = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const along = (x + y) / (WIDTH + HEIGHT);
      const shade = (Math.floor(x / SQUARE) + Math.floor(y / SQUARE)) % 2 === 0 ? 1 : 0.7;
      for (let channel = 0; channel < 3; channel++) {
        const start = from[channel] ?? 0;
        const end = to[channel] ?? 0;
        rgb[(y * WIDTH + x) * 3 + channel] = Math.round((start + (end - start) * along) * shade);
      }
    }
  }
  return { width: WIDTH, height: HEIGHT, rgb };
}
