/** The emergency department's summary of the fall: an HL7 CDA R2 document. */

const ROOT = '2.16.840.1.113883.19.5';

function section(code: string, codeName: string, title: string, text: string): string {
  return `      <component>
        <section>
          <code code="${code}" codeSystem="2.16.840.1.113883.6.1" codeSystemName="LOINC" displayName="${codeName}"/>
          <title>${title}</title>
          <text>${text}</text>
        </section>
      </component>`;
}

const person = (given: string) =>
  `<assignedPerson><name><given>${given}</given><family>Synthetic</family></name></assignedPerson>`;

const SECTIONS = [
  section(
    '10154-3',
    'Chief complaint',
    'Why',
    '<paragraph>Slipped on ice, fell on the left hand. Pain above the wrist.</paragraph>',
  ),
  section(
    '29545-1',
    'Physical findings',
    'Findings',
    '<paragraph>Swollen above the left wrist, skin whole. Fingers warm, feeling and strength kept. 36.7 °C, 146/84 mmHg.</paragraph>',
  ),
  section(
    '30954-2',
    'Relevant diagnostic tests and/or laboratory data',
    'Tests',
    `<table><thead><tr><th>Test</th><th>Result</th></tr></thead><tbody>
            <tr><td>X-ray, left wrist, PA</td><td>fracture of the distal radius, slightly impacted</td></tr>
            <tr><td>Vitamin D</td><td>32 µg/l</td></tr></tbody></table>`,
  ),
  section(
    '18776-5',
    'Plan of care note',
    'Plan',
    `<list><item>Cast below the elbow, six weeks.</item><item>X-ray again on 26 January.</item>
            <item>Bone density, and a course against falls: “Sicher gehen”, Station Übersee.</item></list>`,
  ),
];

export function writeSummary(): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
  <id root="${ROOT}" extension="SYN-D-4190"/>
  <code code="34111-5" codeSystem="2.16.840.1.113883.6.1" codeSystemName="LOINC" displayName="Emergency department Note"/>
  <title>SYNTHETIC summary of the emergency department, no real person</title>
  <effectiveTime value="20260119163000+0000"/>
  <confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>
  <languageCode code="en"/>
  <recordTarget>
    <patientRole>
      <id root="${ROOT}.1" extension="SYN-000419"/>
      <patient>
        <name><given>Patient</given><family>Synthetic</family></name>
        <administrativeGenderCode code="UN" codeSystem="2.16.840.1.113883.5.1"/>
        <birthTime value="19540101"/>
      </patient>
    </patientRole>
  </recordTarget>
  <author>
    <time value="20260119163000+0000"/>
    <assignedAuthor>
      <id root="${ROOT}.2" extension="SYN-C-88"/>
      ${person('Clinician')}
    </assignedAuthor>
  </author>
  <custodian>
    <assignedCustodian>
      <representedCustodianOrganization>
        <id root="${ROOT}.3"/>
        <name>Harbour Clinic (synthetic)</name>
      </representedCustodianOrganization>
    </assignedCustodian>
  </custodian>
  <component>
    <structuredBody>
${SECTIONS.join('\n')}
    </structuredBody>
  </component>
</ClinicalDocument>
`;
}
