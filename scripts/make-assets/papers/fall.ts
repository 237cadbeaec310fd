/** The radiologist's report on SYN-000419, who fell on an outstretched hand. */
import { bullets, heading, paragraph, printPaper, signature, table } from './paper.ts';

/** `picture`: the X-ray as a JPEG. */
export function printRadiologyReport(picture: Buffer): Promise<Buffer> {
  const head = {
    title: 'X-ray of the left wrist',
    patient: 'Patient SYN-000419',
    facts: ['Visit V-3021', '19 Jan 2026'],
    writtenAt: new Date('2026-01-19T15:25:00Z'),
  };
  return printPaper(head, (paper) => {
    const top = paper.y;
    paper.image(picture, 380, top + 6, { width: 159 });
    paper
      .font('plain')
      .fontSize(8.5)
      .fillColor('#4c5d68')
      .text('PA view, for orientation only', 380, top + 202);
    paper.x = 56;
    paper.y = top;
    paper.page.margins.right = 236;
    heading(paper, 'Question');
    paragraph(
      paper,
      'Fall on the outstretched hand on ice today. Pain and swelling above the wrist. Broken?',
    );
    heading(paper, 'Technique');
    paragraph(paper, 'One view, posterior-anterior, 52 kV, 2.5 mAs.');
    heading(paper, 'Findings');
    bullets(paper, [
      'Break across the radius, about 2 cm above the joint, pressed in by 3 mm.',
      'The joint surface is whole.',
      'Ulna, carpal bones and fingers are whole and in line.',
    ]);
    paper.page.margins.right = 56;
    heading(paper, 'Measures');
    table(
      paper,
      [
        ['Measure', 'Found', 'Usual'],
        ['Radial inclination', '17°', '21° to 25°'],
        ['Radial height', '8 mm', '10 to 13 mm'],
        ['Ulnar variance', '+2 mm', '-2 to +1 mm'],
      ],
      [200, 140, 143],
    );
    heading(paper, 'Assessment');
    paragraph(
      paper,
      'Distal fracture of the left radius outside the joint, slightly impacted (AO 23-A2). A cast should do; X-ray again after a week.',
    );
    signature(paper, 1895, 'Radiologist (synthetic), 19 Jan 2026', 56, paper.y + 44);
  });
}
