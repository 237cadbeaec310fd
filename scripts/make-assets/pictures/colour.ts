/** Colours as three numbers from 0 to 255. */
import { blend } from './noise.ts';

export type Rgb = readonly [number, number, number];

export function mix([r, g, b]: Rgb, [r2, g2, b2]: Rgb, share: number): Rgb {
  const part = Math.min(1, Math.max(0, share));
  return [blend(r, r2, part), blend(g, g2, part), blend(b, b2, part)];
}

export function lighten([r, g, b]: Rgb, factor: number): Rgb {
  return [r * factor, g * factor, b * factor];
}
