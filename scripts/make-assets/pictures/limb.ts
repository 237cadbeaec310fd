/**
 * An arm or a leg on a cloth, as a camera above would see it: a tapering cylinder, lit from the upper left. What lies on
 * it (a wound, gauze, a sleeve) is a layer that changes colour and relief where it is.
 */
import { type Canvas, createCanvas } from '@napi-rs/canvas';
import { lighten, mix, type Rgb } from './colour.ts';
import { makeFractalNoise, smoothStep } from './noise.ts';

export const WIDTH = 960;
export const HEIGHT = 720;

/** A point of the limb: pixels along its axis, and across it as if it were unrolled. */
export interface Place {
  readonly along: number;
  readonly across: number;
}

/** What is seen at a place. `lift`: pixels above the skin; `gloss`: 0 (dry) to 1 (wet). */
export interface Surface {
  colour: Rgb;
  lift: number;
  gloss: number;
}

export interface Layer {
  /** How much thicker the limb is at a place along it, in pixels; null where the layer is not. */
  readonly thickness?: (along: number) => number | null;
  paint(surface: Surface, place: Place): void;
}

export interface Limb {
  readonly seed: number;
  /** Where the axis leaves the picture on the left and on the right: pixels from the top. */
  readonly leftY: number;
  readonly rightY: number;
  readonly leftRadius: number;
  readonly rightRadius: number;
  readonly skin: Rgb;
  readonly cloth: Rgb;
  readonly layers: readonly Layer[];
}

const LIGHT = [-0.42, -0.58, 0.7] as const;
const AMBIENT = 0.46;
const DIFFUSE = 0.74;

/** One number a pixel for everything that the second pass needs of the first. */
interface Relief {
  readonly colours: Float32Array;
  readonly lifts: Float32Array;
  readonly glosses: Float32Array;
  /** Position across the limb, −1 to 1 at its edges; beyond: cloth. */
  readonly sides: Float32Array;
  readonly radii: Float32Array;
}

export function drawLimb(limb: Limb): Canvas {
  const relief = sculpt(limb);
  const cloth = weaveCloth(limb);
  const canvas = createCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d');
  const image = context.createImageData(WIDTH, HEIGHT);
  const tilt = Math.atan2(limb.rightY - limb.leftY, WIDTH);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const at = y * WIDTH + x;
      const side = relief.sides[at] ?? 2;
      const radius = relief.radii[at] ?? 1;
      // The edge is one and a half pixels wide, so that it is not jagged.
      const cover = smoothStep(1.5, -0.5, (Math.abs(side) - 1) * radius);
      const under = cover < 1 ? shadeCloth(cloth(x, y), side, radius) : ([0, 0, 0] as const);
      const colour = cover > 0 ? mix(under, shade(relief, at, tilt), cover) : under;
      image.data.set([...colour, 255], at * 4);
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

function sculpt(limb: Limb): Relief {
  const pixels = WIDTH * HEIGHT;
  const relief = {
    colours: new Float32Array(pixels * 3),
    lifts: new Float32Array(pixels),
    glosses: new Float32Array(pixels),
    sides: new Float32Array(pixels),
    radii: new Float32Array(pixels),
  };
  const skin = growSkin(limb);
  const tilt = Math.atan2(limb.rightY - limb.leftY, WIDTH);
  const [cos, sin] = [Math.cos(tilt), Math.sin(tilt)];
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const at = y * WIDTH + x;
      const [fromX, fromY] = [x, y - limb.leftY];
      const along = fromX * cos + fromY * sin;
      const bare = limb.leftRadius + ((limb.rightRadius - limb.leftRadius) * along) / WIDTH;
      const present = limb.layers.filter(
        ({ thickness }) => thickness === undefined || thickness(along) !== null,
      );
      const radius = bare + Math.max(0, ...present.map(({ thickness }) => thickness?.(along) ?? 0));
      const side = (fromY * cos - fromX * sin) / radius;
      relief.sides[at] = side;
      relief.radii[at] = radius;
      if (Math.abs(side) > 1.05) continue;
      const place = { along, across: Math.asin(Math.max(-1, Math.min(1, side))) * radius };
      const surface: Surface = skin(place);
      for (const layer of present) layer.paint(surface, place);
      relief.colours.set(surface.colour, at * 3);
      relief.lifts[at] = surface.lift;
      relief.glosses[at] = surface.gloss;
    }
  }
  return relief;
}

/** Skin has blotches, pores, creases and a few freckles. */
function growSkin({ seed, skin }: Limb): (place: Place) => Surface {
  const blotches = makeFractalNoise(seed, 3);
  const pores = makeFractalNoise(seed + 1, 2);
  const freckles = makeFractalNoise(seed + 2, 1);
  return ({ along, across }) => {
    const warmth = blotches(along / 130, across / 90);
    const pore = pores(along / 5, across / 4);
    const freckle = smoothStep(0.36, 0.44, freckles(along / 15, across / 15));
    const tinted = mix(skin, [skin[0] * 0.98, skin[1] * 0.84, skin[2] * 0.8], 0.5 + warmth);
    return {
      colour: lighten(mix(tinted, [148, 92, 66], freckle * 0.28), 1 + pore * 0.07),
      lift: pore * 0.4 + blotches(along / 40, across / 160) * 2.4,
      gloss: 0.12,
    };
  };
}

function shade(relief: Relief, at: number, tilt: number): Rgb {
  const { colours, lifts, glosses, sides } = relief;
  const side = Math.max(-1, Math.min(1, sides[at] ?? 0));
  const slopeX = ((lifts[at + 1] ?? 0) - (lifts[at - 1] ?? 0)) / 2;
  const slopeY = ((lifts[at + WIDTH] ?? 0) - (lifts[at - WIDTH] ?? 0)) / 2;
  const [nx, ny, nz] = unit([
    -Math.sin(tilt) * side - slopeX,
    Math.cos(tilt) * side - slopeY,
    Math.sqrt(1 - side * side) + 0.12,
  ]);
  const lit = Math.max(0, nx * LIGHT[0] + ny * LIGHT[1] + nz * LIGHT[2]);
  // Halfway between the light and the camera, which looks straight down.
  const [hx, hy, hz] = unit([LIGHT[0], LIGHT[1], LIGHT[2] + 1]);
  const shine = Math.max(0, nx * hx + ny * hy + nz * hz) ** 40 * (glosses[at] ?? 0) * 150;
  const light = AMBIENT + DIFFUSE * lit;
  const colour: Rgb = [colours[at * 3] ?? 0, colours[at * 3 + 1] ?? 0, colours[at * 3 + 2] ?? 0];
  // Where the light is weak, skin looks redder than it is.
  const warm = 0.5 * (1 - lit);
  return [
    colour[0] * (light + warm * 0.16) + shine,
    colour[1] * light + shine,
    colour[2] * (light - warm * 0.05) + shine,
  ];
}

function unit([x, y, z]: readonly [number, number, number]): readonly [number, number, number] {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

function weaveCloth({ seed, cloth }: Limb): (x: number, y: number) => Rgb {
  const folds = makeFractalNoise(seed + 7, 3);
  const threads = makeFractalNoise(seed + 8, 1);
  return (x, y) => {
    const fold = folds(x / 260 + y / 900, y / 420);
    const weave = Math.sin(x * 1.3) * Math.sin(y * 1.3) * 0.03 + threads(x / 3, y / 3) * 0.06;
    const corner = Math.hypot(x / WIDTH - 0.45, y / HEIGHT - 0.4);
    return lighten(cloth, 1.06 + fold * 0.34 + weave - corner * corner * 0.5);
  };
}

/** The limb keeps light from the cloth, most where they touch and on the side away from the light. */
function shadeCloth(cloth: Rgb, side: number, radius: number): Rgb {
  const distance = (Math.abs(side) - 1) * radius;
  const reach = side > 0 ? 150 : 40;
  return lighten(cloth, 1 - 0.55 * Math.exp(-Math.max(0, distance) / reach));
}
