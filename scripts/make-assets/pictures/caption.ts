/** What every picture carries, drawn into it: that it is synthetic, and whose chart it is in. */
import { fileURLToPath } from 'node:url';
import { type Canvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';

/** Fonts come with the package, so that pictures are the same on machines with other fonts. */
for (const weight of [400, 700]) {
  const file = import.meta.resolve(`@fontsource/noto-sans/files/noto-sans-latin-${weight}-normal.woff2`);
  if (GlobalFonts.registerFromPath(fileURLToPath(file), 'Chart') === null) {
    throw new Error(`The font of weight ${weight} cannot be read.`);
  }
}

export const SYNTHETIC = 'SYNTHETIC';
const PROMISE = 'made by the sandbox, no real person';

const BAR_HEIGHT = 44;

export function drawCaption(canvas: Canvas, subject: string): void {
  const context = canvas.getContext('2d');
  const { width, height } = canvas;
  const top = height - BAR_HEIGHT;
  context.save();
  context.fillStyle = 'rgba(16, 28, 38, 0.82)';
  context.fillRect(0, top, width, BAR_HEIGHT);
  context.fillStyle = '#f2b544';
  context.fillRect(0, top, width, 3);
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  const middle = top + BAR_HEIGHT / 2 + 2;
  write(context, SYNTHETIC, 20, middle, { size: 20, weight: 700, colour: '#f2b544' });
  const after = 20 + context.measureText(SYNTHETIC).width + 12;
  write(context, PROMISE, after, middle, { size: 18, colour: '#dfe8ee' });
  context.textAlign = 'right';
  write(context, subject, width - 20, middle, { size: 18, colour: '#ffffff' });
  context.restore();
}

interface Style {
  readonly size: number;
  readonly weight?: 400 | 700;
  readonly colour: string;
}

export function write(context: SKRSContext2D, text: string, x: number, y: number, style: Style): void {
  context.font = `${style.weight ?? 400} ${style.size}px Chart`;
  context.fillStyle = style.colour;
  context.fillText(text, x, y);
}
