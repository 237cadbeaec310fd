/** Wax crayons on paper, seeded. */
import type { SKRSContext2D } from '@napi-rs/canvas';
import type { SeededRandom } from '../../../sandbox/random.ts';

type Point = readonly [number, number];

/** Strokes of wax: many faint dots along a line that is never quite straight. */
export class Crayon {
  readonly #context: SKRSContext2D;
  readonly #random: SeededRandom;

  constructor(context: SKRSContext2D, random: SeededRandom) {
    this.#context = context;
    this.#random = random;
  }

  line(points: readonly Point[], colour: string, width = 9): void {
    const random = this.#random;
    this.#context.fillStyle = colour;
    points.slice(1).forEach(([toX, toY], at) => {
      const [fromX, fromY] = points[at] ?? [toX, toY];
      const length = Math.hypot(toX - fromX, toY - fromY);
      const bend = (random.next() - 0.5) * length * 0.05;
      for (let step = 0; step < length; step += 0.7) {
        const share = step / length;
        const sway = Math.sin(share * Math.PI) * bend;
        const x = fromX + (toX - fromX) * share - ((toY - fromY) / length) * sway;
        const y = fromY + (toY - fromY) * share + ((toX - fromX) / length) * sway;
        this.#dot(x, y, width);
      }
    });
  }

  /** Wax misses the valleys of the paper. */
  #dot(x: number, y: number, width: number): void {
    const random = this.#random;
    for (let grain = 0; grain < 3; grain++) {
      const [dx, dy] = [random.next() - 0.5, random.next() - 0.5];
      if (dx * dx + dy * dy > 0.25) continue;
      this.#context.globalAlpha = 0.25 + random.next() * 0.4;
      const size = 0.8 + random.next() * 1.6;
      this.#context.fillRect(x + dx * width, y + dy * width, size, size);
    }
    this.#context.globalAlpha = 1;
  }

  ring([x, y]: Point, radius: number, colour: string, width = 9, from = 0, to = 2 * Math.PI): void {
    const steps = Math.max(8, Math.round(radius / 4));
    const points = Array.from({ length: steps + 1 }, (_, at): Point => {
      const angle = from + ((to - from) * at) / steps;
      return [x + Math.cos(angle) * radius, y + Math.sin(angle) * radius];
    });
    this.line(points, colour, width);
  }

  /** Scribbles to and fro inside a circle or a box. */
  scribble(
    left: number,
    top: number,
    right: number,
    bottom: number,
    colour: string,
    gap = 13,
    round = false,
  ): void {
    const [middle, half] = [(left + right) / 2, (right - left) / 2];
    const points: Point[] = [];
    for (let y = top; y <= bottom; y += gap) {
      const up = ((y - top) / (bottom - top)) * 2 - 1;
      const reach = round ? half * Math.sqrt(Math.max(0, 1 - up * up)) : half;
      points.push([middle - reach, y], [middle + reach, y + gap * 0.5]);
    }
    this.line(points, colour, 11);
  }
}
