/** The papers of SYN-000418, whose leg ulcer closed within eight weeks. */
import { type Canvas, createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { write } from '../pictures/caption.ts';
import { heading, type Paper, paragraph, printPaper, signature, table } from './paper.ts';

/** What the nurse measured on the days of the five photos: centimetres, and how much of the bed was red. */
export const MEASUREMENTS = [
  { day: 0, date: '7 Jan 2026', length: 6.4, width: 4.8, depth: 0.5, red: 60, healed: 0 },
  { day: 14, date: '21 Jan 2026', length: 5.0, width: 3.8, depth: 0.4, red: 75, healed: 0.22 },
  { day: 28, date: '4 Feb 2026', length: 3.5, width: 2.6, depth: 0.2, red: 90, healed: 0.46 },
  { day: 42, date: '18 Feb 2026', length: 1.8, width: 1.3, depth: 0.1, red: 100, healed: 0.73 },
  { day: 56, date: '4 Mar 2026', length: 0, width: 0, depth: 0, red: 100, healed: 1 },
] as const;

export function printWoundRecord(): Promise<Buffer> {
  const head = {
    title: 'Record of a wound',
    patient: 'Patient SYN-000418',
    facts: ['Left lower leg', '7 Jan to 4 Mar 2026'],
    writtenAt: new Date('2026-03-04T10:40:00Z'),
  };
  return printPaper(head, (paper) => {
    heading(paper, 'Summary');
    paragraph(
      paper,
      'Venous ulcer above the inner ankle, there since November. Compression (23 to 32 mmHg) and foam dressings, changed twice a week. Closed after eight weeks.',
    );
    heading(paper, 'Measurements');
    const rows = MEASUREMENTS.map(({ day, date, length, width, depth, red }) => [
      date,
      String(day),
      `${length.toFixed(1)} × ${width.toFixed(1)} cm`,
      `${depth.toFixed(1)} cm`,
      length === 0 ? 'closed' : `${red} %`,
    ]);
    table(paper, [['Date', 'Day', 'Length × width', 'Depth', 'Red tissue'], ...rows], [110, 60, 130, 90, 93]);
    heading(paper, 'Area');
    drawAreaChart(paper);
    heading(paper, 'From now on');
    paragraph(
      paper,
      'Stockings of class 2 by day. Walk for 30 minutes daily, legs up in the evening. Look at the skin every day: cream in the morning, no soap on the scar.',
    );
    signature(paper, 77, 'Wound nurse (synthetic), 4 Mar 2026', 56, paper.y + 34);
  });
}

function drawAreaChart(paper: Paper): void {
  const [left, top, width, height] = [92, paper.y + 6, 420, 130];
  const x = (day: number) => left + (day / 56) * width;
  const y = (area: number) => top + height - (area / 32) * height;
  paper.lineWidth(0.6).font('plain').fontSize(8.5).fillColor('#4c5d68');
  for (const area of [0, 8, 16, 24, 32]) {
    paper
      .moveTo(left, y(area))
      .lineTo(left + width, y(area))
      .stroke('#d5dfe4');
    paper.text(`${area} cm²`, left - 44, y(area) - 6, { width: 38, align: 'right', lineBreak: false });
  }
  const points = MEASUREMENTS.map(({ day, length, width: across }) => [x(day), y(length * across)] as const);
  paper.moveTo(left, top + height);
  for (const [px, py] of points) paper.lineTo(px, py);
  paper
    .lineTo(left + width, top + height)
    .fillOpacity(0.2)
    .fill('#c8564a')
    .fillOpacity(1);
  points.forEach(([px, py], at) => {
    if (at === 0) paper.moveTo(px, py);
    else paper.lineTo(px, py);
  });
  paper.lineWidth(2).stroke('#b8433a');
  MEASUREMENTS.forEach(({ day, length, width: across }) => {
    paper.circle(x(day), y(length * across), 3.4).fill('#b8433a');
    paper
      .fillColor('#4c5d68')
      .text(`day ${day}`, x(day) - 20, top + height + 6, { width: 40, align: 'center' });
  });
  paper.x = 56;
  paper.y = top + height + 26;
}

const FAX_WIDTH = 1240;
const FAX_HEIGHT = 1754;

/** The referral as it came by fax: two pages of a typed letter, a little askew. */
export function drawReferralFax(): Canvas[] {
  const pages = [
    [
      'To: Harbour Clinic, wound clinic',
      'From: Dr. A. Example, family practice (synthetic)',
      'Date: 5 Jan 2026',
      '',
      'Patient: SYN-000418, 71 years',
      '',
      'Dear colleagues,',
      '',
      'please see this patient with an ulcer above the left inner',
      'ankle. It has been there since November and grows slowly.',
      'Foot pulses can be felt on both sides. No fever.',
      '',
      'Known: varicose veins, high blood pressure.',
      'Ankle-brachial index: right 1.04, left 0.98.',
      '',
      'With kind regards',
    ],
    [
      'Patient: SYN-000418',
      '',
      'Medicines',
      '  Ramipril 5 mg\t1 - 0 - 0',
      '  Hydrochlorothiazide 12.5 mg\t1 - 0 - 0',
      '  Paracetamol 500 mg\twhen it hurts',
      '',
      'Laboratory, 2 Jan 2026',
      '  Haemoglobin\t13.4 g/dl',
      '  HbA1c\t5.8 %',
      '  Creatinine\t74 µmol/l',
      '  C-reactive protein\t6 mg/l',
      '',
      'Allergies: none known',
    ],
  ];
  return pages.map((lines, at) => drawFaxPage(lines, at + 1, pages.length));
}

function drawFaxPage(lines: readonly string[], page: number, pages: number): Canvas {
  const canvas = createCanvas(FAX_WIDTH, FAX_HEIGHT);
  const context = canvas.getContext('2d');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, FAX_WIDTH, FAX_HEIGHT);
  const stamp = `05-JAN-2026  09:14   SYNTHETIC FAX, NO REAL PERSON   P. ${page}/${pages}`;
  write(context, stamp, 60, 46, { size: 26, colour: '#000000' });
  context.rotate(page === 1 ? 0.008 : -0.006);
  write(context, page === 1 ? 'Referral' : 'Referral, page 2', 140, 240, {
    size: 54,
    weight: 700,
    colour: '#000000',
  });
  context.fillRect(140, 266, 960, 4);
  lines.forEach((line, at) => {
    line.split('\t').forEach((part, column) => {
      write(context, part, 140 + column * 520, 350 + at * 54, { size: 33, colour: '#000000' });
    });
  });
  if (page === 1) scrawl(context, 150, 350 + lines.length * 54 + 60);
  return canvas;
}

function scrawl(context: SKRSContext2D, x: number, y: number): void {
  context.lineWidth = 5;
  context.beginPath();
  context.moveTo(x, y);
  for (let loop = 0; loop < 7; loop++) {
    const at = x + loop * 44;
    const tall = loop % 3 === 0 ? 70 : 34;
    context.bezierCurveTo(at + 8, y - tall * 1.6, at + 52, y - tall, at + 28, y + 12);
    context.quadraticCurveTo(at + 34, y + 18, at + 44, y);
  }
  context.lineTo(x + 400, y - 16);
  context.stroke();
}
