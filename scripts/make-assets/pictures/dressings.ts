/** What may lie around a limb: a kitchen towel, gauze held by tape, a rolled-up sleeve, the wristband of the ward. */
import { lighten, mix, type Rgb } from './colour.ts';
import type { Layer, Surface } from './limb.ts';
import { makeFractalNoise, smoothStep } from './noise.ts';

/** Cloth around the limb from one place to another, its edges not quite straight. */
interface Wrap {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly thickness: number;
  /** Waves of its edges, in pixels. */
  readonly waves: number;
}

function wrapLayer(wrap: Wrap, paint: Layer['paint']): Layer {
  const edge = makeFractalNoise(wrap.seed, 2);
  return {
    thickness: (along) => {
      if (along < wrap.from - wrap.waves || along > wrap.to + wrap.waves) return null;
      const rise = smoothStep(wrap.from, wrap.from + 14, along) * smoothStep(wrap.to, wrap.to - 14, along);
      return wrap.thickness * rise;
    },
    paint: (surface, place) => {
      const bend = edge(place.across / 70, 0.5) * wrap.waves;
      if (place.along < wrap.from + bend || place.along > wrap.to + bend) return;
      // Where cloth ends, it is thin and dark.
      const inner = Math.min(place.along - wrap.from - bend, wrap.to + bend - place.along);
      paint(surface, place);
      surface.colour = lighten(surface.colour, 0.72 + 0.28 * smoothStep(0, 12, inner));
    },
  };
}

export function towelLayer(from: number, to: number): Layer {
  const folds = makeFractalNoise(31, 3);
  const stain = makeFractalNoise(32, 3);
  return wrapLayer({ seed: 33, from, to, thickness: 26, waves: 46 }, (surface, { along, across }) => {
    const [u, v] = [along + across * 0.22, across - along * 0.1];
    const stripes = Number(wrapAround(u, 92) < 34) + Number(wrapAround(v, 92) < 34);
    const cloth: Rgb = stripes === 2 ? [46, 92, 146] : stripes === 1 ? [140, 170, 202] : [240, 240, 236];
    const weave = Math.sin(u * 2.1) * Math.sin(v * 2.1) * 0.04;
    const far = Math.hypot((along - (from + to) / 2) / 1.5, across + 20);
    const soaked = smoothStep(92, 36, far + stain(along / 30, across / 30) * 90);
    surface.colour = mix(lighten(cloth, 1 + weave), [150, 40, 42], soaked * 0.72);
    surface.lift = folds(u / 120, v / 46) * 22;
    surface.gloss = 0;
  });
}

export function sleeveLayer(from: number, to: number, colour: Rgb): Layer {
  const knit = makeFractalNoise(41, 2);
  return wrapLayer({ seed: 42, from, to, thickness: 34, waves: 18 }, (surface, { along, across }) => {
    const rib = Math.sin(across / 3.2) * 0.07;
    const roll = Math.sin(((along - from) / 58) * Math.PI);
    surface.colour = lighten(colour, 1 + rib + knit(along / 6, across / 6) * 0.2);
    surface.lift = roll * 4 + Math.sin(across / 3.2) * 0.8;
    surface.gloss = 0;
  });
}

export function wristbandLayer(from: number, to: number): Layer {
  return wrapLayer({ seed: 51, from, to, thickness: 7, waves: 3 }, (surface, { along, across }) => {
    const border = along - from < 7 || to - along < 7;
    surface.colour = border ? [92, 160, 214] : [236, 244, 250];
    surface.lift = Math.sin(across / 90) * 2;
    surface.gloss = 0.5;
  });
}

/** A pad with two strips of tape across it. */
export function gauzeLayer(along: number, across: number, length: number, height: number): Layer {
  const crinkle = makeFractalNoise(61, 3);
  return {
    paint: (surface, place) => {
      const [dx, dy] = [place.along - along, place.across - across];
      paintPad(surface, Math.max(Math.abs(dx) - length / 2, Math.abs(dy) - height / 2), dx, dy);
      for (const strip of [-length * 0.36, length * 0.36]) {
        const slanted = dx - strip - dy * 0.06;
        const reach = Math.max(Math.abs(slanted) - 34, Math.abs(dy) - height / 2 - 74);
        if (reach > 1) continue;
        const tape = smoothStep(1, -1, reach);
        const fibre = crinkle(place.along / 3, place.across / 22);
        surface.colour = mix(surface.colour, lighten([238, 226, 206], 1 + fibre * 0.1), tape * 0.93);
        surface.lift = surface.lift * 0.5 + 4 * tape + crinkle(place.along / 26, place.across / 26) * 3;
        surface.gloss = 0.18;
      }
    },
  };
}

function paintPad(surface: Surface, reach: number, dx: number, dy: number): void {
  // Its edge is pressed in, and the skin around it a little darker.
  if (reach > 0) surface.colour = lighten(surface.colour, 1 - 0.3 * Math.exp(-reach / 9));
  const pad = smoothStep(1, -1, reach);
  if (pad === 0) return;
  const weave = Math.sin(dx * 0.9) * 0.5 + Math.sin(dy * 0.9) * 0.5;
  surface.colour = mix(surface.colour, lighten([250, 249, 244], 0.97 + weave * 0.035), pad);
  surface.lift = pad * (10 * smoothStep(0, -16, reach) + weave * 0.5);
  surface.gloss = 0;
}

function wrapAround(value: number, length: number): number {
  return ((value % length) + length) % length;
}
