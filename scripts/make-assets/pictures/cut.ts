/** A cut along the forearm: open, or as the fine line that it leaves. */
import { lighten, mix, type Rgb } from './colour.ts';
import type { Layer } from './limb.ts';
import { makeFractalNoise, smoothStep } from './noise.ts';

export interface Cut {
  readonly along: number;
  readonly across: number;
  readonly length: number;
}

const RED: Rgb = [172, 56, 54];
const DARK: Rgb = [112, 30, 34];
const SCAR: Rgb = [232, 150, 146];

interface Distances {
  /** From one end (−1) to the other (1). */
  readonly share: number;
  /** Beside its line, in pixels. */
  readonly beside: number;
}

/** The line is a shallow curve that trembles. */
function measure({ along, across, length }: Cut, seed: number): (x: number, y: number) => Distances {
  const tremble = makeFractalNoise(seed, 3);
  return (x, y) => {
    const share = (x - along) / (length / 2);
    const line = across + 26 * share * share + tremble(x / 60, 0.5) * 16;
    return { share, beside: y - line };
  };
}

export function openCutLayer(cut: Cut): Layer {
  const locate = measure(cut, 71);
  const spots = makeFractalNoise(72, 3);
  return {
    paint: (surface, place) => {
      const { share, beside } = locate(place.along, place.across);
      if (Math.abs(share) > 1.6) return;
      const width = 13 * Math.sqrt(Math.max(0, 1 - share * share));
      const grain = spots(place.along / 12, place.across / 7);
      const far = Math.hypot(Math.max(0, Math.abs(share) - 0.9) * 90, beside);
      surface.colour = mix(surface.colour, [206, 100, 90], 0.5 * Math.exp(-far / 26));
      // Dried drops beside it.
      const drop =
        smoothStep(0.24, 0.3, spots(place.along / 38 + 9, place.across / 38)) *
        smoothStep(80, 30, Math.abs(beside - 30));
      surface.colour = mix(surface.colour, DARK, drop * 0.6 * smoothStep(1.2, 0.9, Math.abs(share)));
      const open = smoothStep(2, -2, Math.abs(beside) - width) * smoothStep(1.01, 0.96, Math.abs(share));
      if (open === 0) return;
      const depth = smoothStep(width, width * 0.2, Math.abs(beside));
      surface.colour = mix(surface.colour, mix(lighten(RED, 1 + grain * 0.6), DARK, depth * 0.8), open);
      surface.lift += open * (grain * 2 - 8 * depth);
      surface.gloss = 0.12 + 0.45 * open;
    },
  };
}

/** With the marks of the stitches that held it. */
export function scarLayer(cut: Cut, stitches: number): Layer {
  const locate = measure(cut, 71);
  return {
    paint: (surface, place) => {
      const { share, beside } = locate(place.along, place.across);
      if (Math.abs(share) > 1.1) return;
      const line = Math.exp(-((beside / 5) ** 2)) * smoothStep(1.02, 0.94, Math.abs(share));
      const nearest = Math.round(((share + 1) / 2) * (stitches - 1));
      const offset = (share - ((nearest / (stitches - 1)) * 2 - 1)) * (cut.length / 2);
      const dot = Math.exp(-((Math.hypot(offset, Math.abs(beside) - 19) / 4) ** 2));
      surface.colour = mix(surface.colour, SCAR, Math.min(1, line * 0.85 + dot * 0.6));
      surface.lift += line * 2.4 - dot * 1.2;
      surface.gloss += line * 0.25;
    },
  };
}
