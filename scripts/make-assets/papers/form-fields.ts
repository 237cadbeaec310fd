/** Fields of a form in a PDF: what viewers let their readers change. */
import type { Paper } from './paper.ts';

const BORDER = '#7d95a3';
const BACKGROUND = '#f3f9fc';

/** Before the first field. */
export function beginForm(paper: Paper): void {
  // Not the font of the fields: those of the form's own font get no size, so that each viewer would choose one.
  paper.font('Helvetica-Bold').initForm();
  // Viewers that make up ticks look for their font under this name; PDFKit has no call for it.
  const root: { data: { AcroForm: { data: { DR: { Font: Record<string, unknown> } } } } } = Reflect.get(
    paper,
    '_root',
  );
  const dingbats = paper.ref({ Type: 'Font', Subtype: 'Type1', BaseFont: 'ZapfDingbats' });
  dingbats.end('');
  root.data.AcroForm.data.DR.Font['ZaDb'] = dingbats;
}

export interface TextField {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export function textField(paper: Paper, { name, label, value, x, y, width }: TextField): void {
  paper.font('plain').fontSize(8.5).fillColor('#4c5d68').text(label, x, y, { lineBreak: false });
  // A standard font: viewers draw what is typed, and have no other.
  paper.font('Helvetica');
  paper.formText(name, x, y + 13, width, 22, {
    value,
    fontSize: 10.5,
    borderColor: BORDER,
    backgroundColor: BACKGROUND,
  });
}

/** Carries its own appearance, ticked and not: viewers make up none for boxes. */
export function checkBox(
  paper: Paper,
  name: string,
  label: string,
  isTicked: boolean,
  x: number,
  y: number,
): void {
  const size = 13;
  const frame = `0.95 0.98 0.99 rg 0.49 0.58 0.64 RG 1 w 0.5 0.5 12 12 re B`;
  const tick = 'q 0.11 0.23 0.47 RG 1.8 w 1 J 3 6.5 m 5.6 3.4 l 10.4 10 l S Q';
  const appearance = (content: string) => {
    const stream = paper.ref({ Type: 'XObject', Subtype: 'Form', BBox: [0, 0, size, size] });
    stream.end(content);
    return stream;
  };
  const state = isTicked ? 'Yes' : 'Off';
  const field = paper.formField(name);
  const widget = {
    Subtype: 'Widget',
    Border: [0, 0, 0],
    Parent: field,
    F: 4,
    AS: state,
    AP: { N: { Yes: appearance(`${frame} ${tick}`), Off: appearance(frame) } },
  };
  // Viewers that make up their own ticks draw no frame.
  paper
    .rect(x + 0.5, y + 0.5, size - 1, size - 1)
    .lineWidth(0.8)
    .stroke(BORDER);
  paper.annotate(x, y, size, size, widget);
  Object.assign(field.data, { FT: 'Btn', V: state, Kids: [paper.page.annotations.at(-1)] });
  paper
    .font('plain')
    .fontSize(10.5)
    .fillColor('#22303a')
    .text(label, x + 21, y + 0.5, { width: 440 });
}
