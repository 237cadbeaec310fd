/** Things that people photograph for their chart at home: flat drawings, so that their files are small. */
import { type Canvas, createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { write } from './caption.ts';

const WIDTH = 800;
const HEIGHT = 600;
const FLOOR = 430;

/** A wall, a table, and what stands on it. */
function drawTable(wall: string, table: string, draw: (context: SKRSContext2D) => void): Canvas {
  const canvas = createCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d');
  context.fillStyle = wall;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = table;
  context.fillRect(0, FLOOR, WIDTH, HEIGHT - FLOOR);
  context.fillStyle = 'rgba(255, 255, 255, 0.2)';
  context.fillRect(0, FLOOR, WIDTH, 8);
  draw(context);
  return canvas;
}

function box(
  context: SKRSContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  radius: number,
  colour: string,
): void {
  context.fillStyle = colour;
  context.beginPath();
  context.roundRect(x, y, width, height, radius);
  context.fill();
}

function disc(
  context: SKRSContext2D,
  x: number,
  y: number,
  radius: number,
  colour: string,
  squash = 1,
): void {
  context.fillStyle = colour;
  context.beginPath();
  context.ellipse(x, y, radius, radius * squash, 0, 0, 2 * Math.PI);
  context.fill();
}

/** A week's pills, two days of them taken. */
export function drawPillBox(): Canvas {
  return drawTable('#dceaf2', '#c69a6b', (context) => {
    disc(context, 400, 506, 372, 'rgba(60, 40, 20, 0.22)', 0.1);
    box(context, 40, 300, 720, 200, 22, '#2f6f9f');
    context.textAlign = 'center';
    ['M', 'T', 'W', 'T', 'F', 'S', 'S'].forEach((day, at) => {
      const x = 58 + at * 99;
      box(context, x, 318, 90, 164, 12, '#8fc3e2');
      box(context, x + 6, 324, 78, 60, 8, at < 2 ? '#3f83b4' : '#c7e3f3');
      write(context, day, x + 45, 366, { size: 32, weight: 700, colour: at < 2 ? '#c7e3f3' : '#2f6f9f' });
      if (at < 2) return;
      disc(context, x + 28, 420, 15, '#fdfdfb');
      disc(context, x + 62, 426, 13, '#f2b544');
      box(context, x + 20, 446, 26, 20, 10, '#d6404b');
      box(context, x + 44, 446, 26, 20, 10, '#fdfdfb');
    });
    box(context, 560, 150, 120, 160, 8, 'rgba(255, 255, 255, 0.65)');
    box(context, 566, 210, 108, 96, 6, 'rgba(120, 180, 220, 0.55)');
  });
}

/** A reading of the machine at home. */
export function drawBloodPressure(): Canvas {
  return drawTable('#efe6d8', '#8c6f56', (context) => {
    disc(context, 400, 512, 330, 'rgba(30, 20, 10, 0.25)', 0.1);
    box(context, 140, 120, 520, 390, 36, '#f4f6f7');
    box(context, 176, 156, 330, 300, 16, '#b9c9b4');
    context.textAlign = 'right';
    write(context, '128', 480, 262, { size: 108, weight: 700, colour: '#27332a' });
    write(context, '82', 480, 366, { size: 92, weight: 700, colour: '#27332a' });
    write(context, '67', 480, 438, { size: 56, weight: 700, colour: '#27332a' });
    context.textAlign = 'left';
    for (const [label, unit, y] of [
      ['SYS', 'mmHg', 204],
      ['DIA', 'mmHg', 316],
      ['PULSE', '/min', 410],
    ] as const) {
      write(context, label, 190, y, { size: 22, weight: 700, colour: '#45564a' });
      write(context, unit, 190, y + 24, { size: 17, colour: '#45564a' });
    }
    disc(context, 582, 236, 52, '#2f6f9f');
    context.textAlign = 'center';
    write(context, 'START', 582, 243, { size: 20, weight: 700, colour: '#ffffff' });
    for (const y of [344, 412]) box(context, 540, y, 84, 40, 20, '#c3ccd2');
    context.strokeStyle = '#3d4850';
    context.lineWidth = 16;
    context.beginPath();
    context.moveTo(146, 400);
    context.bezierCurveTo(20, 420, 30, 560, 200, 556);
    context.stroke();
  });
}

/** A fever that is going. */
export function drawThermometer(): Canvas {
  return drawTable('#f6e3dc', '#e9c7a8', (context) => {
    context.save();
    context.translate(400, 320);
    context.rotate(-0.42);
    box(context, -330, 34, 600, 40, 40, 'rgba(110, 60, 40, 0.2)');
    box(context, -320, -44, 470, 88, 40, '#fdfdfc');
    box(context, -90, -32, 170, 64, 10, '#aebfa9');
    context.textAlign = 'center';
    write(context, '37.4 °C', -5, 15, { size: 42, weight: 700, colour: '#24302a' });
    disc(context, -240, 0, 26, '#ec7a52');
    box(context, 140, -22, 130, 44, 10, '#e6e9ec');
    box(context, 262, -14, 70, 28, 14, '#b4bec6');
    context.restore();
    box(context, 84, 90, 170, 200, 10, '#fffdf7');
    write(context, 'Fever', 110, 132, { size: 26, weight: 700, colour: '#40454c' });
    ['Mon 39.1', 'Tue 38.6', 'Wed 37.4'].forEach((row, at) => {
      write(context, row, 110, 174 + at * 34, { size: 24, colour: '#40454c' });
    });
  });
}

/** The table beside the bed on the day before going home. */
export function drawFlowers(): Canvas {
  return drawTable('#cfe3dc', '#b98d66', (context) => {
    box(context, 470, 40, 270, 330, 10, '#f6f9f7');
    box(context, 486, 56, 238, 298, 6, '#a9d2ea');
    disc(context, 560, 130, 34, '#fbe38a');
    disc(context, 676, 300, 90, '#79b374', 0.7);
    box(context, 600, 56, 10, 298, 0, '#f6f9f7');
    const blooms = [
      [190, 170, '#d6404b'],
      [270, 110, '#f2b544'],
      [350, 180, '#8d63b8'],
      [235, 240, '#ee8a5c'],
    ] as const;
    context.lineWidth = 9;
    context.strokeStyle = '#4f9156';
    for (const [x, y] of blooms) {
      context.beginPath();
      context.moveTo(270, 400);
      context.quadraticCurveTo(270, y + 90, x, y);
      context.stroke();
    }
    for (const [x, y, colour] of blooms) {
      for (let petal = 0; petal < 6; petal++) {
        const angle = (petal / 6) * 2 * Math.PI;
        disc(context, x + Math.cos(angle) * 30, y + Math.sin(angle) * 30, 25, colour);
      }
      disc(context, x, y, 19, '#fff3c4');
    }
    disc(context, 280, 506, 100, 'rgba(50, 30, 10, 0.25)', 0.14);
    box(context, 205, 330, 130, 176, 30, '#e7f0f6');
    box(context, 205, 410, 130, 96, 30, '#b8d6e8');
    box(context, 420, 396, 260, 112, 8, '#fffaf0');
    context.textAlign = 'center';
    write(context, 'Get well soon!', 550, 462, { size: 32, weight: 700, colour: '#c8574a' });
  });
}
