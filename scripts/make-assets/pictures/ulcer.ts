/** A wound of the lower leg at a stage of its healing: 0 is the first photo, 1 is closed. */
import { lighten, mix, type Rgb } from './colour.ts';
import type { Layer } from './limb.ts';
import { blend, makeFractalNoise, smoothStep } from './noise.ts';

export interface Ulcer {
  readonly seed: number;
  readonly along: number;
  readonly across: number;
  /** Of the first photo, in pixels. */
  readonly radius: number;
  readonly healed: number;
}

const INFLAMED: Rgb = [206, 104, 92];
const NEW_SKIN: Rgb = [226, 152, 140];
const RIM: Rgb = [150, 66, 62];
const GRANULATION: Rgb = [178, 62, 58];
const SLOUGH: Rgb = [214, 182, 128];

export function ulcerLayer(ulcer: Ulcer): Layer {
  const { seed, radius, healed } = ulcer;
  const outline = makeFractalNoise(seed, 3);
  const grains = makeFractalNoise(seed + 1, 3);
  const patches = makeFractalNoise(seed + 2, 3);
  const open = radius * blend(1, 0, healed);
  return {
    paint(surface, place) {
      const [dx, dy] = [(place.along - ulcer.along) / 1.35, place.across - ulcer.across];
      const distance = Math.hypot(dx, dy);
      if (distance > radius * 2.6) return;
      const angle = Math.atan2(dy, dx);
      const wave = 1 + outline(3.3 + Math.cos(angle) * 0.9, 3.6 + Math.sin(angle) * 0.9) * 0.45;
      const first = distance / (radius * wave);
      paintSurroundings(surface, first, healed, grains(place.along / 9, place.across / 9));
      if (open < 4) return;
      const now = distance / (open * wave);
      paintBed(surface, now, {
        grain: grains(place.along / 13, place.across / 13),
        slough: smoothStep(0.02, 0.2, patches(place.along / 46, place.across / 46) - 0.25 * healed),
        depth: 9 * (1 - healed) + 3,
      });
    },
  };
}

/** Redness that fades outwards and with time, and the new skin that covers what was open once. */
function paintSurroundings(surface: Surface, first: number, healed: number, grain: number): void {
  const redness = 0.62 * (1 - healed * 0.8) * Math.exp(-Math.max(0, first - 1) * 2.6);
  surface.colour = mix(surface.colour, INFLAMED, redness * smoothStep(2.6, 1.4, first));
  const cover = smoothStep(1.08, 0.92, first) * smoothStep(0, 0.25, healed);
  surface.colour = mix(surface.colour, lighten(NEW_SKIN, 1 + grain * 0.12), cover * blend(0.95, 0.6, healed));
  surface.lift += cover * (grain * 1.4 - 1);
  surface.gloss = blend(surface.gloss, 0.4, cover);
}

type Surface = Parameters<Layer['paint']>[0];

interface Bed {
  readonly grain: number;
  readonly slough: number;
  readonly depth: number;
}

function paintBed(surface: Surface, now: number, { grain, slough, depth }: Bed): void {
  const inside = smoothStep(1.03, 0.97, now);
  if (inside === 0) return;
  const bed = mix(
    lighten(GRANULATION, 1 + grain * 0.75),
    lighten(SLOUGH, 1 + grain * 0.3),
    slough * smoothStep(0.95, 0.7, now),
  );
  const rim = smoothStep(0.78, 0.96, now);
  surface.colour = mix(surface.colour, mix(bed, RIM, rim * 0.75), inside);
  surface.lift = blend(surface.lift, grain * 2.6 - depth * smoothStep(1, 0.74, now), inside);
  surface.gloss = blend(surface.gloss, 0.4, inside);
}
