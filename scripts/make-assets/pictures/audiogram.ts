/** The chart of a hearing test: how loud a tone must be at each pitch to be heard by either ear. */
import { type Canvas, createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { write } from './caption.ts';

export const FREQUENCIES = [250, 500, 1000, 2000, 4000, 8000] as const;

/** Decibels of hearing level at FREQUENCIES. */
export interface Thresholds {
  readonly right: readonly number[];
  readonly left: readonly number[];
}

const LEFT = 96;
const TOP = 92;
const COLUMN = 116;
const DECIBEL = 4.3;
const INK = '#2d3a45';
const RIGHT_EAR = '#c8324a';
const LEFT_EAR = '#2563b8';

const columnX = (at: number) => LEFT + 60 + at * COLUMN;
const levelY = (decibels: number) => TOP + (decibels + 10) * DECIBEL;

export function drawAudiogram(thresholds: Thresholds, title: string): Canvas {
  const canvas = createCanvas(960, 720);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fbfaf6';
  context.fillRect(0, 0, 960, 720);
  write(context, title, LEFT, 50, { size: 28, weight: 700, colour: INK });
  drawBands(context);
  drawSpeech(context);
  drawGrid(context);
  drawEar(context, thresholds.right, RIGHT_EAR, drawCircle);
  drawEar(context, thresholds.left, LEFT_EAR, drawCross);
  drawLegend(context);
  return canvas;
}

/** Normal hearing, then mild, moderate and severe loss, each a little darker. */
function drawBands(context: SKRSContext2D): void {
  const bands = [
    ['normal hearing', -10, 20, '#e2f2e4'],
    ['mild loss', 20, 40, '#fdf3d8'],
    ['moderate loss', 40, 70, '#fbe5cf'],
    ['severe loss', 70, 110, '#f6d7d2'],
  ] as const;
  for (const [name, from, to, colour] of bands) {
    context.fillStyle = colour;
    context.fillRect(LEFT, levelY(from), 700, (to - from) * DECIBEL);
    write(context, name, LEFT + 712, levelY(from) + 24, { size: 17, colour: '#5c6a74' });
  }
}

/** Where the sounds of speech lie: the shape that audiologists call the speech banana. */
function drawSpeech(context: SKRSContext2D): void {
  context.beginPath();
  context.moveTo(columnX(0), levelY(28));
  context.bezierCurveTo(columnX(1.4), levelY(26), columnX(2.6), levelY(22), columnX(4.3), levelY(20));
  context.bezierCurveTo(columnX(4.9), levelY(30), columnX(4.2), levelY(44), columnX(3), levelY(54));
  context.bezierCurveTo(columnX(2), levelY(64), columnX(0.6), levelY(60), columnX(0), levelY(52));
  context.closePath();
  context.fillStyle = 'rgba(246, 196, 70, 0.34)';
  context.fill();
  write(context, 'speech', columnX(1.4), levelY(50), { size: 20, weight: 700, colour: '#a07414' });
}

function drawGrid(context: SKRSContext2D): void {
  context.strokeStyle = '#b9c3ca';
  context.lineWidth = 1;
  for (let level = -10; level <= 110; level += 10) {
    line(context, LEFT, levelY(level), LEFT + 700, levelY(level));
    context.textAlign = 'right';
    write(context, String(level), LEFT - 12, levelY(level) + 6, { size: 16, colour: INK });
  }
  FREQUENCIES.forEach((hertz, at) => {
    line(context, columnX(at), TOP, columnX(at), levelY(110));
    context.textAlign = 'center';
    write(context, String(hertz), columnX(at), TOP - 12, { size: 16, colour: INK });
  });
  context.textAlign = 'left';
  write(context, 'Hz', LEFT + 712, TOP - 12, { size: 16, colour: INK });
  context.save();
  context.translate(30, levelY(50));
  context.rotate(-Math.PI / 2);
  context.textAlign = 'center';
  write(context, 'hearing level, dB HL', 0, 0, { size: 17, colour: INK });
  context.restore();
}

type Mark = (context: SKRSContext2D, x: number, y: number) => void;

function drawEar(context: SKRSContext2D, levels: readonly number[], colour: string, mark: Mark): void {
  context.strokeStyle = colour;
  context.lineWidth = 3;
  context.beginPath();
  levels.forEach((level, at) => {
    context.lineTo(columnX(at), levelY(level));
  });
  context.stroke();
  context.lineWidth = 3.5;
  levels.forEach((level, at) => {
    mark(context, columnX(at), levelY(level));
  });
}

function drawCircle(context: SKRSContext2D, x: number, y: number): void {
  context.beginPath();
  context.arc(x, y, 11, 0, 2 * Math.PI);
  context.fillStyle = '#fbfaf6';
  context.fill();
  context.stroke();
}

function drawCross(context: SKRSContext2D, x: number, y: number): void {
  line(context, x - 10, y - 10, x + 10, y + 10);
  line(context, x - 10, y + 10, x + 10, y - 10);
}

function line(context: SKRSContext2D, x: number, y: number, toX: number, toY: number): void {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(toX, toY);
  context.stroke();
}

function drawLegend(context: SKRSContext2D): void {
  const y = levelY(110) + 34;
  context.lineWidth = 3.5;
  context.strokeStyle = RIGHT_EAR;
  drawCircle(context, LEFT + 12, y);
  write(context, 'right ear', LEFT + 34, y + 6, { size: 18, colour: INK });
  context.strokeStyle = LEFT_EAR;
  drawCross(context, LEFT + 170, y);
  write(context, 'left ear', LEFT + 192, y + 6, { size: 18, colour: INK });
}
