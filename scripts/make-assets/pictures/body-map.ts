/** The outline of a body on which a nurse marks where a wound is. */
import { type Canvas, createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { write } from './caption.ts';

const BODY = '#e7ddd0';
const EDGE = '#7b6f62';
const FRONT = 148;
const INK = '#33404a';

export interface Mark {
  /** From the middle of the front figure, and from the top of the picture. */
  readonly x: number;
  readonly y: number;
  readonly lines: readonly string[];
}

export function drawBodyMap({ x, y, lines }: Mark): Canvas {
  const canvas = createCanvas(800, 600);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fbfaf7';
  context.fillRect(0, 0, 800, 600);
  for (const [middle, name] of [
    [FRONT, 'front'],
    [384, 'back'],
  ] as const) {
    drawFigure(context, middle);
    context.textAlign = 'center';
    write(context, name, middle, 540, { size: 20, colour: INK });
  }
  context.textAlign = 'left';
  write(context, 'Where the wound is', 520, 90, { size: 24, weight: 700, colour: INK });
  lines.forEach((line, at) => {
    write(context, line, 520, 136 + at * 34, { size: 20, colour: INK });
  });
  context.strokeStyle = '#c8324a';
  context.lineWidth = 4;
  for (const radius of [9, 18]) {
    context.beginPath();
    context.arc(FRONT + x, y, radius, 0, 2 * Math.PI);
    context.stroke();
  }
  return canvas;
}

/** Every limb is a thick line, first in the colour of its edge, then a little thinner in its own. */
function drawFigure(context: SKRSContext2D, middle: number): void {
  const limbs = [
    [[0, 130], [0, 300], 84],
    [[-34, 128], [34, 128], 56],
    [[-56, 136], [-82, 236], 30],
    [[-82, 236], [-92, 322], 24],
    [[56, 136], [82, 236], 30],
    [[82, 236], [92, 322], 24],
    [[-22, 308], [-30, 410], 42],
    [[-30, 410], [-32, 506], 30],
    [[22, 308], [30, 410], 42],
    [[30, 410], [32, 506], 30],
    [[0, 92], [0, 112], 28],
  ] as const;
  context.lineCap = 'round';
  for (const [colour, extra] of [
    [EDGE, 5],
    [BODY, 0],
  ] as const) {
    context.strokeStyle = colour;
    context.fillStyle = colour;
    for (const [from, to, width] of limbs) {
      context.lineWidth = width + extra;
      context.beginPath();
      context.moveTo(middle + from[0], from[1]);
      context.lineTo(middle + to[0], to[1]);
      context.stroke();
    }
    context.beginPath();
    context.ellipse(middle, 62, 30 + extra / 2, 36 + extra / 2, 0, 0, 2 * Math.PI);
    context.fill();
  }
}
