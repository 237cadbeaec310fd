/** A short video: the person who fell walks along the corridor of the clinic, arm in a cast, while a clock runs. */
import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { describe } from '../encode.ts';
import { drawCaption, write } from '../pictures/caption.ts';
import { encode } from './programs.ts';

const WIDTH = 800;
const HEIGHT = 600;
const FRAMES_PER_SECOND = 25;
const SECONDS = 7;
const FLOOR = 490;
const STEPS_PER_SECOND = 1.7;
/** From hip to knee, and from knee to ankle, in pixels. */
const BONE = 62;

export function filmWalk(): Buffer {
  const canvas = createCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d');
  const frames = Array.from({ length: FRAMES_PER_SECOND * SECONDS }, (_, frame) => {
    const seconds = frame / FRAMES_PER_SECOND;
    drawCorridor(context);
    drawWalker(context, 60 + (680 * seconds) / SECONDS, seconds);
    drawClock(context, seconds);
    drawCaption(canvas, 'SYN-000419 · walking, week 6');
    return Buffer.from(context.getImageData(0, 0, WIDTH, HEIGHT).data);
  });
  const input = [
    '-f',
    'rawvideo',
    '-pix_fmt',
    'rgba',
    '-s',
    `${WIDTH}x${HEIGHT}`,
    '-r',
    String(FRAMES_PER_SECOND),
  ];
  return encode(
    input,
    { 'frames.raw': Buffer.concat(frames) },
    {
      title: 'Walking, week 6',
      comment: describe('walking after a fall'),
      options: [
        '-c:v',
        'libx264',
        '-preset',
        'veryslow',
        '-crf',
        '27',
        '-pix_fmt',
        'yuv420p',
        '-movflags',
        '+faststart',
        '-an',
      ],
      made: 'walk.mp4',
    },
  );
}

function drawCorridor(context: SKRSContext2D): void {
  context.fillStyle = '#e3eee9';
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = '#c9ddd4';
  context.fillRect(0, 330, WIDTH, FLOOR - 330);
  context.fillStyle = '#8fae9f';
  context.fillRect(0, 322, WIDTH, 14);
  for (const x of [110, 560]) {
    context.fillStyle = '#ffffff';
    context.fillRect(x, 70, 150, 190);
    context.fillStyle = '#a9d2ea';
    context.fillRect(x + 10, 80, 130, 170);
    context.fillStyle = '#ffffff';
    context.fillRect(x + 71, 80, 8, 170);
  }
  context.fillStyle = '#d9c8ae';
  context.fillRect(0, FLOOR, WIDTH, HEIGHT - FLOOR);
  context.fillStyle = '#b39b78';
  for (let metre = 0; metre <= 7; metre++) {
    context.fillRect(60 + (metre * 680) / 7, FLOOR, 3, 20);
    write(context, `${metre} m`, 66 + (metre * 680) / 7, FLOOR + 26, { size: 16, colour: '#7d6847' });
  }
}

type Point = readonly [number, number];

function drawWalker(context: SKRSContext2D, x: number, seconds: number): void {
  const phase = seconds * STEPS_PER_SECOND * Math.PI;
  const bob = Math.abs(Math.cos(phase)) * 5;
  const hip: Point = [x, FLOOR - 2 * BONE - 8 + 5 - bob];
  const shoulder: Point = [x + 6, hip[1] - 104];
  drawLeg(context, hip, phase + Math.PI, '#31506b');
  drawArm(context, shoulder, Math.sin(phase) * 0.55, 0.35, '#a7553f', '#d9a17c');
  stroke(
    context,
    [
      [x + 1, hip[1] - 6],
      [shoulder[0], shoulder[1] + 12],
    ],
    54,
    '#c96a50',
  );
  stroke(context, [shoulder, [shoulder[0] + 6, shoulder[1] - 22]], 20, '#d9a17c');
  context.fillStyle = '#d9a17c';
  context.beginPath();
  context.ellipse(shoulder[0] + 10, shoulder[1] - 46, 25, 29, 0.1, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = '#d8dade';
  context.beginPath();
  context.ellipse(shoulder[0] + 2, shoulder[1] - 56, 27, 23, -0.5, Math.PI * 0.75, Math.PI * 2.05);
  context.fill();
  drawLeg(context, hip, phase, '#3f6788');
  // The left arm is the near one; its forearm is in a cast.
  drawArm(context, shoulder, -Math.sin(phase) * 0.18 + 0.1, 1.25, '#c96a50', '#f6f6f2');
}

/** Hip and knee swing as in walking: the knee bends most while its leg comes forward. */
function drawLeg(context: SKRSContext2D, hip: Point, phase: number, colour: string): void {
  const thigh = Math.sin(phase) * 0.44;
  const bend = Math.max(0, Math.cos(phase - 0.3)) * 0.85 + 0.08;
  const knee: Point = [hip[0] + Math.sin(thigh) * BONE, hip[1] + Math.cos(thigh) * BONE];
  const ankle: Point = [knee[0] + Math.sin(thigh - bend) * BONE, knee[1] + Math.cos(thigh - bend) * BONE];
  stroke(context, [hip, knee], 30, colour);
  stroke(context, [knee, ankle], 23, colour);
  const lift = (thigh - bend) * 0.7;
  stroke(
    context,
    [ankle, [ankle[0] + 26 * Math.cos(lift), ankle[1] - 26 * Math.sin(lift) + 3]],
    15,
    '#4a3b33',
  );
}

function drawArm(
  context: SKRSContext2D,
  shoulder: Point,
  swing: number,
  bend: number,
  upper: string,
  lower: string,
): void {
  const elbow: Point = [shoulder[0] + Math.sin(swing) * 58, shoulder[1] + 12 + Math.cos(swing) * 58];
  const hand: Point = [elbow[0] + Math.sin(swing + bend) * 50, elbow[1] + Math.cos(swing + bend) * 50];
  stroke(context, [[shoulder[0], shoulder[1] + 12], elbow], 22, upper);
  stroke(context, [elbow, hand], 19, lower);
  const [dx, dy] = [Math.sin(swing + bend) * 12, Math.cos(swing + bend) * 12];
  stroke(context, [hand, [hand[0] + dx, hand[1] + dy]], 14, '#d9a17c');
}

function stroke(
  context: SKRSContext2D,
  [from, to]: readonly [Point, Point],
  width: number,
  colour: string,
): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.lineCap = 'round';
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
}

function drawClock(context: SKRSContext2D, seconds: number): void {
  context.fillStyle = '#22303a';
  context.beginPath();
  context.roundRect(330, 34, 140, 54, 10);
  context.fill();
  write(context, `${seconds.toFixed(1)} s`, 358, 72, { size: 32, weight: 700, colour: '#f2b544' });
}
