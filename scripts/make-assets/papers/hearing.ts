/** The report on the hearing of SYN-000420, a child of six. */
import { FREQUENCIES, type Thresholds } from '../pictures/audiogram.ts';
import { heading, paragraph, printPaper, signature, table } from './paper.ts';

/** Fluid behind the left eardrum: low tones have to be louder there. */
export const CHILD_THRESHOLDS: Thresholds = {
  right: [10, 10, 5, 10, 15, 10],
  left: [40, 35, 30, 30, 25, 30],
};

/** `picture`: the audiogram as a JPEG. */
export function printHearingReport(picture: Buffer): Promise<Buffer> {
  const head = {
    title: 'Hearing test',
    patient: 'Patient SYN-000420',
    facts: ['6 years', 'Visit V-3031', '24 Feb 2026'],
    writtenAt: new Date('2026-02-24T10:20:00Z'),
  };
  const { right, left } = CHILD_THRESHOLDS;
  return printPaper(head, (paper) => {
    heading(paper, 'Why');
    paragraph(
      paper,
      'The teacher noticed that the child often asks "What?" and turns the right ear to people.',
    );
    heading(paper, 'Play audiometry, headphones');
    paper.image(picture, 108, paper.y + 2, { width: 380 });
    paper.y += 296;
    table(
      paper,
      [
        ['dB HL at', ...FREQUENCIES.map((hertz) => `${hertz} Hz`)],
        ['right', ...right.map(String)],
        ['left', ...left.map(String)],
      ],
      [93, 65, 65, 65, 65, 65, 65],
    );
    heading(paper, 'Assessment');
    paragraph(
      paper,
      'Right ear: normal. Left ear: mild conductive loss, the eardrum hardly moves (type B): fluid behind it. It mostly goes by itself within three months. Sit in front at school, left side to the wall; test again in May.',
    );
    signature(paper, 250, 'Audiologist (synthetic), 24 Feb 2026', 56, paper.y + 30);
  });
}
