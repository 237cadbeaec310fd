/** The paper ruler that lies beside a wound on its photos. */
import type { Canvas } from '@napi-rs/canvas';
import { write } from './caption.ts';

export interface Ruler {
  readonly x: number;
  readonly y: number;
  readonly angle: number;
  readonly centimetres: number;
  readonly pixelsPerCentimetre: number;
  readonly label: string;
}

const HEIGHT = 74;

export function drawRuler(canvas: Canvas, ruler: Ruler): void {
  const context = canvas.getContext('2d');
  const { centimetres, pixelsPerCentimetre: step } = ruler;
  const length = centimetres * step + 40;
  context.save();
  context.translate(ruler.x, ruler.y);
  context.rotate(ruler.angle);
  context.shadowColor = 'rgba(0, 0, 0, 0.45)';
  context.shadowBlur = 14;
  context.shadowOffsetX = 4;
  context.shadowOffsetY = 6;
  const paper = context.createLinearGradient(0, 0, length, HEIGHT);
  paper.addColorStop(0, '#fdfcf7');
  paper.addColorStop(1, '#e6e2d6');
  context.fillStyle = paper;
  context.fillRect(0, 0, length, HEIGHT);
  context.shadowColor = 'transparent';
  context.fillStyle = '#26323a';
  for (let millimetre = 0; millimetre <= centimetres * 10; millimetre++) {
    const tick = millimetre % 10 === 0 ? 24 : millimetre % 5 === 0 ? 17 : 10;
    context.fillRect(20 + (millimetre * step) / 10, 0, millimetre % 10 === 0 ? 2 : 1, tick);
  }
  context.textAlign = 'center';
  for (let centimetre = 0; centimetre <= centimetres; centimetre++) {
    write(context, String(centimetre), 20 + centimetre * step, 40, { size: 16, colour: '#26323a' });
  }
  context.textAlign = 'left';
  write(context, `${ruler.label}   cm`, 20, 63, { size: 17, weight: 700, colour: '#26323a' });
  context.restore();
}
