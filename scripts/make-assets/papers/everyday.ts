/** Small papers that many charts share: a consent, a plan, instructions. Each has room for its document's number. */
import { NUMBER_PLACEHOLDER } from '../../../sandbox/files/numbered-file.ts';
import { bullets, heading, paragraph, printPaper, signature, table } from './paper.ts';

const HEAD = {
  patient: 'A patient of the sandbox',
  facts: [],
  subject: NUMBER_PLACEHOLDER,
  small: true,
  writtenAt: new Date('2025-06-02T08:00:00Z'),
};

export function printSmallConsent(): Promise<Buffer> {
  return printPaper({ ...HEAD, title: 'Consent to a blood test' }, (paper) => {
    heading(paper, 'What is planned');
    paragraph(
      paper,
      'Blood is taken from a vein of the arm: two tubes, 8 ml. A bruise may follow; it fades.',
    );
    heading(paper, 'What is tested');
    table(
      paper,
      [
        ['Test', 'Why'],
        ['Blood count', 'tiredness'],
        ['Ferritin', 'iron store'],
        ['TSH', 'thyroid'],
      ],
      [240, 243],
    );
    heading(paper, 'Your decision');
    paragraph(paper, 'I agree. My questions were answered. I may change my mind at any time.');
    signature(paper, 12, 'Patient (synthetic)', 56, paper.y + 50);
  });
}

export function printSmallPlan(): Promise<Buffer> {
  return printPaper({ ...HEAD, title: 'Plan for a sore back' }, (paper) => {
    heading(paper, 'Goal');
    paragraph(paper, 'Back to work within four weeks, and walking 5 km without pain by the summer.');
    heading(paper, 'Week by week');
    table(
      paper,
      [
        ['Week', 'Walking', 'Exercises'],
        ['1', '10 minutes, twice a day', 'on the back: breathing, knees to the chest'],
        ['2', '20 minutes, twice a day', 'bridge, 3 × 8'],
        ['3', '30 minutes, once a day', 'bridge, plank 3 × 20 s'],
        ['4', '45 minutes, once a day', 'as week 3, and light weights'],
      ],
      [60, 170, 253],
    );
    signature(paper, 34, 'Physiotherapist (synthetic)', 56, paper.y + 50);
  });
}

export function printSmallInstructions(): Promise<Buffer> {
  return printPaper({ ...HEAD, title: 'At home after a fever' }, (paper) => {
    heading(paper, 'What helps');
    bullets(paper, [
      'Drink two litres a day.',
      'Rest; no sports for a week.',
      'Air the room three times a day.',
    ]);
    heading(paper, 'Medicines');
    table(
      paper,
      [
        ['Medicine', 'When', 'At most'],
        ['Paracetamol 500 mg', 'above 38.5 °C', '6 tablets a day'],
        ['Nose drops', 'before sleep', '7 days'],
      ],
      [200, 140, 143],
    );
    heading(paper, 'Call us');
    bullets(paper, ['when fever comes back after two days without;', 'when breathing is hard.']);
    signature(paper, 56, 'Clinician (synthetic)', 56, paper.y + 44);
  });
}
