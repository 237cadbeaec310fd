/** What a child drew in the waiting room. */
import { type Canvas, createCanvas } from '@napi-rs/canvas';
import { seededRandom } from '../../../sandbox/random.ts';
import { Crayon } from './crayon.ts';

const WIDTH = 960;
const HEIGHT = 720;

export function drawWaitingRoomPicture(): Canvas {
  const canvas = createCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d');
  const paper = context.createLinearGradient(0, 0, WIDTH, HEIGHT);
  paper.addColorStop(0, '#fffdf6');
  paper.addColorStop(1, '#f3ecdc');
  context.fillStyle = paper;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  const crayon = new Crayon(context, seededRandom(420));
  drawSky(crayon);
  drawHouse(crayon);
  drawChild(crayon);
  drawCat(crayon);
  return canvas;
}

function drawSky(crayon: Crayon): void {
  crayon.scribble(90, 50, 210, 170, '#f7c531', 12, true);
  crayon.ring([150, 110], 62, '#f0a81c', 10);
  for (let ray = 0; ray < 12; ray++) {
    const angle = (ray / 12) * 2 * Math.PI;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    crayon.line(
      [
        [150 + cos * 76, 110 + sin * 76],
        [150 + cos * 108, 110 + sin * 108],
      ],
      '#f0a81c',
      9,
    );
  }
  const colours = ['#d6404b', '#ee8a2c', '#f4cf3a', '#4fa95a', '#3f7fc4', '#7c57b2'];
  colours.forEach((colour, at) => {
    crayon.ring([560, 330], 270 - at * 17, colour, 13, Math.PI * 1.06, Math.PI * 1.94);
  });
  for (let tuft = 0; tuft < 74; tuft++) {
    const x = 12 + tuft * 13;
    crayon.line(
      [
        [x, 662],
        [x + 5, 622 + (tuft % 4) * 7],
      ],
      tuft % 3 === 0 ? '#3d8f47' : '#62b056',
      10,
    );
  }
}

function drawHouse(crayon: Crayon): void {
  crayon.scribble(92, 424, 328, 620, '#f2b8a0', 15);
  crayon.line(
    [
      [88, 622],
      [88, 420],
      [332, 420],
      [332, 622],
      [88, 622],
    ],
    '#a4502f',
    10,
  );
  crayon.scribble(130, 350, 290, 412, '#c84a3e', 12);
  crayon.line(
    [
      [70, 424],
      [210, 310],
      [350, 424],
      [70, 424],
    ],
    '#9c2f2a',
    11,
  );
  crayon.scribble(176, 524, 236, 616, '#6a8fc8', 11);
  crayon.line(
    [
      [172, 622],
      [172, 516],
      [240, 516],
      [240, 622],
    ],
    '#2c4f8c',
    9,
  );
  for (const x of [112, 262]) drawWindow(crayon, x);
}

function drawWindow(crayon: Crayon, x: number): void {
  crayon.line(
    [
      [x, 450],
      [x + 50, 450],
      [x + 50, 498],
      [x, 498],
      [x, 450],
    ],
    '#2c4f8c',
    8,
  );
  crayon.line(
    [
      [x + 25, 450],
      [x + 25, 498],
    ],
    '#2c4f8c',
    6,
  );
  crayon.line(
    [
      [x, 474],
      [x + 50, 474],
    ],
    '#2c4f8c',
    6,
  );
}

/** With the headphones of the test, and the hand up: "I hear it!" */
function drawChild(crayon: Crayon): void {
  const skin = '#e0a274';
  crayon.scribble(510, 306, 630, 426, skin, 11, true);
  crayon.ring([570, 366], 62, '#8a5230', 8);
  crayon.ring([570, 356], 72, '#33383e', 13, Math.PI * 1.02, Math.PI * 1.98);
  for (const x of [500, 640]) {
    crayon.scribble(x - 17, 340, x + 17, 404, '#d6404b', 8, true);
    crayon.ring([x, 372], 24, '#33383e', 8);
  }
  for (const x of [548, 594]) crayon.ring([x, 358], 5, '#262626', 8);
  crayon.ring([570, 374], 27, '#b7323c', 8, Math.PI * 0.15, Math.PI * 0.85);
  drawChildBody(crayon, skin);
  drawNotes(crayon);
}

function drawChildBody(crayon: Crayon, skin: string): void {
  crayon.scribble(524, 440, 616, 556, '#3f7fc4', 11);
  crayon.line(
    [
      [520, 436],
      [620, 436],
      [632, 562],
      [508, 562],
      [520, 436],
    ],
    '#28548c',
    9,
  );
  crayon.line(
    [
      [618, 450],
      [676, 388],
      [700, 318],
    ],
    skin,
    15,
  );
  crayon.line(
    [
      [522, 450],
      [474, 516],
    ],
    skin,
    15,
  );
  for (const x of [546, 594])
    crayon.line(
      [
        [x, 566],
        [x, 634],
        [x + 22, 638],
      ],
      '#33383e',
      14,
    );
}

/** What the headphones play. */
function drawNotes(crayon: Crayon): void {
  for (const [x, y, size] of [
    [716, 262, 14],
    [752, 222, 18],
    [792, 262, 12],
  ] as const) {
    crayon.scribble(x - size, y - size * 0.7, x + size, y + size * 0.7, '#7c57b2', 6, true);
    crayon.line(
      [
        [x + size, y],
        [x + size, y - 62],
        [x + size + 20, y - 48],
      ],
      '#7c57b2',
      7,
    );
  }
}

function drawCat(crayon: Crayon): void {
  const fur = '#ee9a3a';
  crayon.scribble(752, 552, 886, 634, fur, 10, true);
  crayon.scribble(704, 500, 780, 576, fur, 10, true);
  crayon.ring([742, 538], 42, '#a85a16', 8);
  crayon.line(
    [
      [708, 516],
      [706, 470],
      [736, 497],
    ],
    '#a85a16',
    9,
  );
  crayon.line(
    [
      [750, 497],
      [778, 470],
      [778, 516],
    ],
    '#a85a16',
    9,
  );
  for (const x of [728, 756]) crayon.ring([x, 532], 3, '#262626', 7);
  crayon.ring([742, 548], 8, '#b7323c', 6, 0, Math.PI);
  for (const dy of [-4, 6]) drawWhiskers(crayon, dy);
  crayon.line(
    [
      [880, 590],
      [916, 560],
      [908, 510],
    ],
    '#a85a16',
    14,
  );
  for (const x of [776, 812, 850])
    crayon.line(
      [
        [x, 630],
        [x, 652],
      ],
      '#a85a16',
      13,
    );
}

function drawWhiskers(crayon: Crayon, dy: number): void {
  crayon.line(
    [
      [722, 550],
      [680, 548 + dy * 2],
    ],
    '#6a4a2a',
    4,
  );
  crayon.line(
    [
      [762, 550],
      [806, 548 + dy * 2],
    ],
    '#6a4a2a',
    4,
  );
}
