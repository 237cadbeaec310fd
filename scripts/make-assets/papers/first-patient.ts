/** The papers of SYN-000417, who cut an arm on a broken jar. */
import { beginForm, checkBox, textField } from './form-fields.ts';
import { bullets, heading, type Paper, paragraph, printPaper, signature, table } from './paper.ts';

const PATIENT = 'Patient SYN-000417';

export function printConsent(): Promise<Buffer> {
  const head = {
    title: 'Consent to treatment of a wound',
    patient: PATIENT,
    facts: ['Visit V-3001', '11 Feb 2026'],
    writtenAt: new Date('2026-02-11T09:02:00Z'),
  };
  return printPaper(head, (paper) => {
    heading(paper, 'What is planned');
    paragraph(
      paper,
      'The cut on your right forearm is cleaned, made numb with lidocaine 1 %, and closed with seven stitches. It takes about twenty minutes. You may stop at any time.',
    );
    heading(paper, 'What may happen');
    table(
      paper,
      [
        ['Effect', 'How often', 'What is done'],
        ['Bruise, swelling', 'in most people', 'cool, keep the arm up'],
        ['Infection', '2 to 5 in 100', 'clean again, antibiotics'],
        ['Numb skin beside the scar', '1 in 100', 'mostly goes by itself'],
      ],
      [190, 120, 173],
    );
    heading(paper, 'Your decision');
    beginForm(paper);
    const top = fillDecision(paper);
    signature(paper, 417, 'Patient (synthetic), 11 Feb 2026', 56, top + 134);
    signature(paper, 88, 'Clinician (synthetic), 11 Feb 2026', 300, top + 134);
  });
}

/** Returns where the fields begin, below the boxes. */
function fillDecision(paper: Paper): number {
  let top = paper.y + 4;
  for (const [name, label, ticked] of [
    ['treatment', 'I agree to the treatment described above.', true],
    ['photographs', 'I agree that photographs of the wound are kept in my chart.', true],
    ['teaching', 'The photographs may be used for teaching.', false],
    ['explained', 'My questions were answered in words that I understand.', true],
  ] as const) {
    checkBox(paper, name, label, ticked, 56, top);
    top += 23;
  }
  top += 8;
  textField(paper, { name: 'patient', label: 'Patient', value: 'SYN-000417', x: 56, y: top, width: 150 });
  textField(paper, { name: 'date', label: 'Date', value: '2026-02-11', x: 226, y: top, width: 100 });
  textField(paper, {
    name: 'language',
    label: 'Language of the talk',
    value: 'English',
    x: 346,
    y: top,
    width: 137,
  });
  textField(paper, {
    name: 'allergies',
    label: 'Allergies',
    value: 'none known',
    x: 56,
    y: top + 46,
    width: 427,
  });
  return top;
}

export function printDischarge(): Promise<Buffer> {
  const head = {
    title: 'Going home with a healed cut',
    patient: PATIENT,
    facts: ['Visit V-3003', '2 Mar 2026'],
    writtenAt: new Date('2026-03-02T11:10:00Z'),
  };
  return printPaper(head, (paper) => {
    heading(paper, 'What was done');
    paragraph(
      paper,
      'The cut of 11 February was closed with seven stitches. They were taken out today. The wound is dry and closed; strength and feeling of the hand are as before.',
    );
    heading(paper, 'At home');
    bullets(paper, [
      'Shower as usual; dry the arm by dabbing.',
      'Keep the scar out of the sun, or use sun cream, for six months.',
      'From next week on, rub it with plain cream twice a day for five minutes.',
      'No loads above 5 kg with this arm until 16 March.',
    ]);
    heading(paper, 'Medicines');
    table(
      paper,
      [
        ['Medicine', 'How much', 'When', 'Until'],
        ['Paracetamol 500 mg', '1 or 2 tablets', 'when it hurts, at most 8 a day', '9 Mar'],
        ['Plain cream', 'the size of a pea', 'morning and evening', '1 Jun'],
        ['Vitamin D 20 µg', '1 capsule', 'with breakfast', 'as before'],
      ],
      [130, 110, 165, 78],
    );
    heading(paper, 'Come back at once');
    bullets(paper, [
      'if the scar opens, or turns red, hot and painful;',
      'with a fever above 38.5 °C;',
      'if fingers go numb or cannot be bent.',
    ]);
    heading(paper, 'Next visits');
    table(
      paper,
      [
        ['Date', 'With', 'For'],
        ['16 Mar 2026', 'physiotherapy', 'loads, grip'],
        ['1 Jun 2026', 'surgery clinic', 'last look at the scar'],
      ],
      [120, 180, 183],
    );
    signature(paper, 88, 'Clinician (synthetic), 2 Mar 2026', 56, paper.y + 44);
  });
}
