/** A page of A4 as the clinic of the sandbox prints it: its head, headings, tables, signatures, and what it says below. */
import { fileURLToPath } from 'node:url';
import PDFDocument from 'pdfkit';
import { seededRandom } from '../../../sandbox/random.ts';
import { describe } from '../encode.ts';

export type Paper = PDFKit.PDFDocument;

export interface Head {
  readonly title: string;
  readonly patient: string;
  /** What stands right of the patient. */
  readonly facts: readonly string[];
  /** Beside the title in the file's metadata. */
  readonly subject?: string;
  readonly writtenAt: Date;
  /** Small files use the fonts that every viewer has, instead of carrying their own. */
  readonly small?: boolean;
}

const MARGIN = 56;
const INK = '#22303a';
const ACCENT = '#1f6f8b';
const PALE = '#e8f1f5';

/** Draws one file: `draw` writes below the head; all of it ends on one page. */
export async function printPaper(head: Head, draw: (paper: Paper) => void): Promise<Buffer> {
  const paper = new PDFDocument({
    size: 'A4',
    margins: { top: MARGIN, left: MARGIN, right: MARGIN, bottom: MARGIN + 24 },
    lang: 'en',
    displayTitle: true,
    pdfVersion: '1.7',
    info: {
      Title: head.title,
      Author: 'Harbour Clinic (synthetic)',
      Subject: describe(head.subject === undefined ? head.title : `${head.title}, ${head.subject}`),
      Creator: 'Redox Media gateway, scripts/make-assets',
      CreationDate: head.writtenAt,
      ModDate: head.writtenAt,
    },
  });
  const chunks: Buffer[] = [];
  paper.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve) => paper.on('end', resolve));
  registerFonts(paper, head.small ?? false);
  printHead(paper, head);
  draw(paper);
  printFoot(paper);
  paper.end();
  await ended;
  return Buffer.concat(chunks);
}

function registerFonts(paper: Paper, small: boolean): void {
  const fontFile = (weight: number) =>
    fileURLToPath(import.meta.resolve(`@fontsource/noto-sans/files/noto-sans-latin-${weight}-normal.woff`));
  paper.registerFont('plain', small ? 'Helvetica' : fontFile(400));
  paper.registerFont('bold', small ? 'Helvetica-Bold' : fontFile(700));
}

function printHead(paper: Paper, { title, patient, facts }: Head): void {
  const { width } = paper.page;
  paper.rect(0, 0, width, 10).fill(ACCENT);
  paper.save().translate(MARGIN, 34);
  paper.circle(15, 15, 15).fill(ACCENT);
  paper.rect(12, 6, 6, 18).rect(6, 12, 18, 6).fill('white');
  paper.restore();
  paper
    .fillColor(ACCENT)
    .font('bold')
    .fontSize(13)
    .text('Harbour Clinic', MARGIN + 40, 35);
  paper
    .fillColor(INK)
    .font('plain')
    .fontSize(8.5)
    .text('a synthetic clinic of the Redox sandbox', MARGIN + 40, 53);
  paper
    .font('bold')
    .fontSize(20)
    .text(title, MARGIN, 88, { width: width - 2 * MARGIN });
  const top = paper.y + 10;
  paper.roundedRect(MARGIN, top, width - 2 * MARGIN, 30, 5).fill(PALE);
  paper
    .fillColor(INK)
    .font('bold')
    .fontSize(10)
    .text(patient, MARGIN + 12, top + 9, { lineBreak: false });
  const right = width - 2 * MARGIN - 12;
  paper.font('plain').text(facts.join('   ·   '), MARGIN, top + 9, { width: right, align: 'right' });
  paper.x = MARGIN;
  paper.y = top + 48;
}

function printFoot(paper: Paper): void {
  const { width, height } = paper.page;
  const top = height - 50;
  paper.page.margins.bottom = 0;
  paper
    .moveTo(MARGIN, top)
    .lineTo(width - MARGIN, top)
    .lineWidth(1)
    .stroke('#e0a52e');
  paper
    .font('bold')
    .fontSize(9)
    .fillColor('#8a6410')
    .text('SYNTHETIC', MARGIN, top + 8, { continued: true });
  paper.font('plain').text('   Made by the Redox sandbox. No real person is described here.');
}

export function heading(paper: Paper, text: string): void {
  paper.moveDown(0.6).font('bold').fontSize(12.5).fillColor(ACCENT).text(text, MARGIN);
  paper.moveDown(0.25).font('plain').fontSize(10.5).fillColor(INK);
}

export function paragraph(paper: Paper, text: string): void {
  paper.font('plain').fontSize(10.5).fillColor(INK).text(text, MARGIN, paper.y, { lineGap: 2.5 });
  paper.moveDown(0.45);
}

export function bullets(paper: Paper, lines: readonly string[]): void {
  paper.font('plain').fontSize(10.5).fillColor(INK);
  paper.list([...lines], MARGIN, paper.y, { bulletRadius: 2, textIndent: 14, lineGap: 3 });
  paper.moveDown(0.3);
  paper.x = MARGIN;
}

/** The first row is its head. */
export function table(paper: Paper, rows: readonly (readonly string[])[], widths: readonly number[]): void {
  paper.fontSize(10).fillColor(INK);
  paper.table({
    position: { x: MARGIN, y: paper.y },
    columnStyles: [...widths],
    defaultStyle: { border: [0, 0, 0.6, 0], borderColor: '#b9c8d0', padding: 5 },
    data: rows.map((row, at) =>
      row.map((text) => ({
        text,
        font: { src: at === 0 ? 'bold' : 'plain', size: 10 },
        ...(at === 0 && { backgroundColor: PALE, type: 'TH' as const }),
      })),
    ),
  });
  paper.x = MARGIN;
  paper.y += 8;
}

/** A scrawl above a line, and who wrote it. Equal seeds, equal hands. */
export function signature(paper: Paper, seed: number, name: string, x: number, y: number): void {
  const random = seededRandom(seed);
  const between = (least: number, most: number) => least + random.next() * (most - least);
  paper.save().translate(x + 12, y);
  paper.moveTo(0, between(-4, 4));
  let at = 0;
  for (let stroke = 0; stroke < 9; stroke++) {
    const tall = stroke === 0 || random.chance(0.25) ? 26 : 11;
    const next = at + between(8, 17);
    paper.bezierCurveTo(
      at + between(2, 12),
      -between(tall * 0.6, tall * 1.3),
      next + between(-14, 2),
      between(4, 14),
      next,
      between(-5, 5),
    );
    at = next;
  }
  paper.bezierCurveTo(at + 20, -12, at - 60, 16, at + 34, 5);
  paper.lineWidth(1.3).lineCap('round').lineJoin('round').stroke('#1b3a78');
  paper.restore();
  paper
    .moveTo(x, y + 20)
    .lineTo(x + 205, y + 20)
    .lineWidth(0.7)
    .stroke(INK);
  paper
    .font('plain')
    .fontSize(9)
    .fillColor(INK)
    .text(name, x, y + 25, { lineBreak: false });
  paper.x = MARGIN;
  paper.y = y + 46;
}
