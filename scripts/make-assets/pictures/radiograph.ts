/**
 * A hand as X-rays would show it: how much a ray loses on its way through flesh, the hard shell of bones and the sponge
 * inside, for every pixel.
 */
import { type Canvas, createCanvas } from '@napi-rs/canvas';
import { write } from './caption.ts';
import { blend, makeFractalNoise, smoothStep } from './noise.ts';
import { BONES, type Bone, FLESH } from './skeleton.ts';

export const FILM_WIDTH = 800;
export const FILM_HEIGHT = 960;

const FLESH_LOSS = 0.0042;
const SHELL_LOSS = 0.03;
const SPONGE_LOSS = 0.0085;

export function drawRadiograph(subject: string): Canvas {
  const canvas = createCanvas(FILM_WIDTH, FILM_HEIGHT);
  const context = canvas.getContext('2d');
  const image = context.createImageData(FILM_WIDTH, FILM_HEIGHT);
  const grain = makeFractalNoise(81, 2);
  const sponge = makeFractalNoise(82, 3);
  const crack = makeFractalNoise(83, 3);
  for (let y = 0; y < FILM_HEIGHT; y++) {
    for (let x = 0; x < FILM_WIDTH; x++) {
      const line = 838 - (x - 440) * 0.22 + crack(x / 26, 0.5) * 26;
      let loss = fleshOf(x, y) * FLESH_LOSS;
      for (const one of BONES) loss += lossInBone(one, x, y, y - line, 1 + sponge(x / 7, y / 7) * 0.9);
      const light = 1 - Math.exp(-loss);
      const grey = 12 + 236 * light ** 0.8 + grain(x / 1.7, y / 1.7) * 13;
      image.data.set([grey, grey, grey, 255], (y * FILM_WIDTH + x) * 4);
    }
  }
  context.putImageData(image, 0, 0);
  write(context, 'L', 690, 130, { size: 64, weight: 700, colour: '#f4f4f4' });
  const lines = ['SYNTHETIC', 'no real person', subject, 'Left wrist, PA'];
  for (const [at, line] of lines.entries()) {
    write(context, line, 28, 48 + at * 30, { size: 22, weight: at === 0 ? 700 : 400, colour: '#e8e8e8' });
  }
  return canvas;
}

/** The thickest flesh here: pieces that overlap are one hand. */
function fleshOf(x: number, y: number): number {
  let thickest = 0;
  for (const piece of FLESH) {
    const { beside, radius } = measure(piece, x, y);
    if (beside < radius) thickest = Math.max(thickest, Math.sqrt(radius * radius - beside * beside));
  }
  return Math.min(thickest, 74) * smoothStep(0, 26, thickest);
}

function lossInBone(one: Bone, x: number, y: number, belowCrack: number, sponge: number): number {
  if (one.side === 'above' && belowCrack > 0) return 0;
  if (one.side === 'below' && belowCrack < 3) return 0;
  const { beside, radius, share } = measure(one, x, y);
  if (beside >= radius) return 0;
  const whole = Math.sqrt(radius * radius - beside * beside);
  // The shell is thick in the middle of a long bone and thin at its ends.
  const hollow = radius * blend(0.9, 0.62, smoothStep(0, 0.3, Math.min(share, 1 - share)));
  const inside = beside < hollow ? Math.sqrt(hollow * hollow - beside * beside) : 0;
  return (whole - inside) * SHELL_LOSS + inside * SPONGE_LOSS * sponge;
}

/** How far a point is from the axis of a bone, and how thick that is there. */
function measure({ from, to, ends, shaft }: Bone, x: number, y: number) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const along = ((x - from[0]) * dx + (y - from[1]) * dy) / (dx * dx + dy * dy);
  const share = Math.min(1, Math.max(0, along));
  const beside = Math.hypot(x - from[0] - share * dx, y - from[1] - share * dy);
  const end = share < 0.5 ? ends[0] : ends[1];
  const radius = blend(shaft, end, Math.abs(share * 2 - 1) ** 2.5);
  return { beside, radius, share };
}
