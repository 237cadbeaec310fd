/** The photos of the patients whose charts tell a life, and the small ones that other charts share. */
import { type Canvas, createCanvas } from '@napi-rs/canvas';
import type { MEASUREMENTS } from '../papers/ulcer.ts';
import { drawCaption, write } from './caption.ts';
import { openCutLayer, scarLayer } from './cut.ts';
import { gauzeLayer, sleeveLayer, towelLayer, wristbandLayer } from './dressings.ts';
import { drawLimb, HEIGHT, type Layer, type Limb, WIDTH } from './limb.ts';
import { drawRuler } from './ruler.ts';
import { ulcerLayer } from './ulcer.ts';

const ARM = {
  seed: 417,
  leftY: 330,
  rightY: 390,
  leftRadius: 215,
  rightRadius: 150,
  skin: [214, 160, 126],
  cloth: [214, 200, 176],
} as const;
const CUT = { along: 520, across: -20, length: 260 };
const SLEEVE = sleeveLayer(-60, 130, [200, 96, 84]);

function drawArm(subject: string, layers: readonly Layer[]): Canvas {
  const canvas = drawLimb({ ...ARM, layers: [...layers, SLEEVE] });
  drawCaption(canvas, `SYN-000417 · ${subject}`);
  return canvas;
}

export const drawArrival = () => drawArm('on arrival', [towelLayer(290, 700)]);
export const drawBeforeDressing = () => scaleDown(drawArm('before dressing', [openCutLayer(CUT)]));

export function drawAfterDressing(): Canvas {
  const canvas = drawArm('after dressing', [gauzeLayer(520, -10, 330, 150), wristbandLayer(800, 872)]);
  const context = canvas.getContext('2d');
  context.save();
  context.translate(840, 386);
  context.rotate(Math.PI / 2 + 0.06);
  context.textAlign = 'center';
  write(context, 'SYN-000417', 0, 8, { size: 27, weight: 700, colour: '#3a4650' });
  context.restore();
  return canvas;
}

export const drawLastVisit = () => scaleDown(drawArm('last visit', [scarLayer(CUT, 7)]));

const LEG = {
  seed: 418,
  leftRadius: 250,
  rightRadius: 190,
  skin: [226, 178, 150],
  cloth: [84, 148, 160],
} as const;
/** No two photos are taken from quite the same place. */
const CAMERA = [
  { leftY: 360, rightY: 320 },
  { leftY: 340, rightY: 330 },
  { leftY: 372, rightY: 314 },
  { leftY: 352, rightY: 340 },
  { leftY: 346, rightY: 318 },
];

/** One photo for each of the measurements. */
export function drawUlcer({ day, healed }: (typeof MEASUREMENTS)[number], at: number): Canvas {
  const camera = CAMERA[at % CAMERA.length] ?? { leftY: 350, rightY: 330 };
  const layers = [ulcerLayer({ seed: 5, along: 470, across: -30, radius: 105, healed })];
  const canvas = drawLimb({ ...LEG, ...camera, layers });
  drawRuler(canvas, {
    x: 250 + at * 14,
    y: 566,
    angle: -0.05 + at * 0.02,
    centimetres: 8,
    pixelsPerCentimetre: 42,
    label: `SYN-000418   day ${day}`,
  });
  drawCaption(canvas, `SYN-000418 · day ${day}`);
  return canvas;
}

/** Photos of other people's arms and legs, small enough for many charts. */
const SMALL: Readonly<Record<'scrape' | 'cut' | 'dressing', Limb>> = {
  scrape: {
    ...LEG,
    seed: 90,
    leftY: 330,
    rightY: 360,
    skin: [150, 98, 70],
    cloth: [222, 214, 200],
    layers: [ulcerLayer({ seed: 15, along: 500, across: 10, radius: 66, healed: 0.4 })],
  },
  cut: {
    ...ARM,
    seed: 91,
    skin: [236, 192, 166],
    cloth: [120, 150, 110],
    layers: [openCutLayer({ ...CUT, length: 150 })],
  },
  dressing: {
    ...ARM,
    seed: 92,
    skin: [120, 78, 58],
    cloth: [232, 206, 170],
    layers: [gauzeLayer(480, 0, 260, 150), sleeveLayer(-60, 110, [96, 120, 170])],
  },
};

export function drawSmallWound(name: keyof typeof SMALL): Canvas {
  const canvas = scaleDown(drawLimb(SMALL[name]));
  drawCaption(canvas, name);
  return canvas;
}

function scaleDown(canvas: Canvas): Canvas {
  const small = createCanvas(800, 600);
  small.getContext('2d').drawImage(canvas, 0, 0, WIDTH, HEIGHT, 0, 0, 800, 600);
  return small;
}
