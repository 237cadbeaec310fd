/** The bones of a left hand and wrist as tubes and lumps, in pixels of an 800 × 960 picture. */

type Point = readonly [number, number];

export interface Bone {
  readonly from: Point;
  readonly to: Point;
  /** At both ends and in the middle. */
  readonly ends: readonly [number, number];
  readonly shaft: number;
  /** Which side of the fracture it is on: none of it is drawn on the other. */
  readonly side?: 'above' | 'below';
}

const bone = (from: Point, to: Point, ends: readonly [number, number], shaft: number): Bone => ({
  from,
  to,
  ends,
  shaft,
});

/** A finger from its knuckle to its tip: where each of its bones ends, and how thick the first is. */
function finger(points: readonly Point[], thickness: number): Bone[] {
  return points.slice(1).flatMap((to, at) => {
    const from = points[at];
    if (from === undefined) return [];
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const size = thickness * 0.84 ** at;
    // Its round ends reach beyond the points, and a joint is a gap.
    const gap = (size * 0.8) / Math.hypot(dx, dy);
    const start: Point = [from[0] + dx * gap, from[1] + dy * gap];
    const end: Point = [to[0] - dx * gap, to[1] - dy * gap];
    return [bone(start, end, [size, size * 0.86], size * 0.6)];
  });
}

const FINGERS: readonly Bone[] = [
  ...finger(
    [
      [452, 618],
      [487, 438],
      [513, 305],
      [530, 218],
      [541, 158],
    ],
    23,
  ),
  ...finger(
    [
      [404, 614],
      [398, 426],
      [393, 284],
      [390, 192],
      [389, 126],
    ],
    24,
  ),
  ...finger(
    [
      [366, 618],
      [322, 446],
      [290, 316],
      [270, 232],
      [260, 172],
    ],
    22,
  ),
  ...finger(
    [
      [338, 632],
      [259, 494],
      [212, 392],
      [187, 328],
      [172, 276],
    ],
    19,
  ),
  ...finger(
    [
      [490, 655],
      [580, 556],
      [640, 462],
      [680, 392],
    ],
    25,
  ),
];

const CARPALS: readonly Bone[] = [
  bone([432, 716], [470, 684], [23, 20], 19),
  bone([386, 716], [404, 722], [24, 23], 23),
  bone([344, 698], [358, 712], [21, 20], 20),
  bone([478, 656], [490, 664], [21, 19], 20),
  bone([448, 640], [452, 652], [18, 17], 17),
  bone([404, 640], [406, 674], [20, 22], 20),
  bone([364, 642], [370, 670], [20, 19], 20),
  bone([342, 690], [344, 694], [13, 13], 13),
];

/** The radius, broken above the wrist, its end tilted and pressed in; and the ulna. */
const FOREARM: readonly Bone[] = [
  { ...bone([434, 776], [436, 862], [44, 35], 35), side: 'above' },
  { ...bone([427, 812], [456, 1040], [38, 27], 28), side: 'below' },
  bone([346, 764], [326, 1040], [26, 22], 21),
  bone([336, 746], [340, 760], [9, 14], 10),
];

export const BONES: readonly Bone[] = [...FINGERS, ...CARPALS, ...FOREARM];

/** Flesh: a little around every bone, the palm, and the forearm. */
export const FLESH: readonly Bone[] = [
  ...FINGERS.map(({ from, to, ends }) => bone(from, to, [ends[0] + 19, ends[1] + 17], ends[0] + 16)),
  bone([330, 560], [360, 690], [80, 74], 78),
  bone([410, 540], [404, 700], [86, 84], 84),
  bone([470, 560], [440, 700], [70, 74], 70),
  bone([540, 610], [460, 690], [46, 64], 52),
  bone([394, 720], [390, 1040], [98, 122], 106),
];
