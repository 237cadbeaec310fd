/** Real small files that open in any viewer and that nobody can take for a real record; equal numbers, equal bytes. */
import { encodeJpeg } from './jpeg.ts';
import { encodePdf } from './pdf.ts';
import { encodePng } from './png.ts';
import { drawPattern } from './raster.ts';
import { encodeTone } from './wav.ts';

export type FileKind = 'jpeg' | 'png' | 'pdf' | 'wav' | 'text';

export function makeSyntheticFile(kind: FileKind, number: number): Buffer {
  const title = `Synthetic document ${number}`;
  switch (kind) {
    case 'jpeg':
      return encodeJpeg(drawPattern(number), title);
    case 'png':
      return encodePng(drawPattern(number), title);
    case 'pdf':
      return encodePdf([title, 'Made by the Redox sandbox. No real person is described here.']);
    case 'wav':
      return encodeTone(220 + (number % 2000));
    case 'text':
      // Beyond ASCII on purpose: a reader that mistakes the encoding shows it here.
      return Buffer.from(
        `${title}\n\nMade by the Redox sandbox. Temperature 36.6 °C, café diet, no real person.\n`,
      );
  }
}
