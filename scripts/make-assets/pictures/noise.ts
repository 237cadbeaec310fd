/** Smooth seeded noise over the plane: what skin, cloth and film grain are made of here. */

type Noise = (x: number, y: number) => number;

/** Gradient noise (Perlin), around 0, roughly within ±0.5: every whole point pulls its surroundings in a direction of its own. */
export function makeNoise(seed: number): Noise {
  const pull = (x: number, y: number, dx: number, dy: number) => {
    let mixed = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(seed + 1, 0x9e3779b1);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    const angle = (((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32) * 2 * Math.PI;
    return Math.cos(angle) * dx + Math.sin(angle) * dy;
  };
  return (x, y) => {
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [dx, dy] = [x - left, y - top];
    const upper = blend(pull(left, top, dx, dy), pull(left + 1, top, dx - 1, dy), ease(dx));
    const lower = blend(pull(left, top + 1, dx, dy - 1), pull(left + 1, top + 1, dx - 1, dy - 1), ease(dx));
    return blend(upper, lower, ease(dy)) * 0.8;
  };
}

/** The same with finer and fainter copies of itself added (fractal noise). */
export function makeFractalNoise(seed: number, octaves: number): Noise {
  const layers = Array.from({ length: octaves }, (_, octave) => makeNoise(seed * 31 + octave));
  return (x, y) =>
    layers.reduce((sum, layer, octave) => {
      const scale = 2 ** octave;
      return sum + layer(x * scale + octave * 0.37, y * scale + octave * 0.71) / scale;
    }, 0);
}

export function blend(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

/** 0 below `from`, 1 above `to`, smooth between; the other way round where `from` is the larger. */
export function smoothStep(from: number, to: number, value: number): number {
  return ease(Math.min(1, Math.max(0, (value - from) / (to - from))));
}

function ease(share: number): number {
  return share * share * share * (share * (share * 6 - 15) + 10);
}
