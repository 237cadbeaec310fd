/** A letter in RTF, as word processors of home-care services still send them. */

/** Latin letters beyond ASCII as RTF spells them in the code page that the letter names; it has no others. */
function escapeText(text: string): string {
  return text
    .replace(/[\\{}]/g, '\\$&')
    .replaceAll('–', '\\endash ')
    .replace(/[\u00a0-\u00ff]/g, (one) => `\\'${one.charCodeAt(0).toString(16)}`);
}

const paragraph = (text: string) => `\\pard\\sa160\\f0\\fs22 ${escapeText(text)}\\par\n`;

function row(cells: readonly string[], isHead = false): string {
  const borders = cells.map((_, at) => `\\clbrdrb\\brdrs\\brdrw10\\cellx${(at + 1) * 2400}`).join('');
  const texts = cells.map(
    (cell) => `${isHead ? '\\b ' : ''}${escapeText(cell)}${isHead ? '\\b0' : ''}\\cell`,
  );
  return `\\trowd\\trgaph80${borders}\n\\pard\\intbl\\fs20 ${texts.join(' ')}\\row\n`;
}

export function writeNurseLetter(): string {
  return [
    '{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fswiss Arial;}}{\\colortbl;\\red31\\green111\\blue139;}\n',
    '{\\info{\\title SYNTHETIC letter of home care, SYN-000418}{\\subject Made by the sandbox, no real person}}\n',
    '\\pard\\sa80\\cf1\\b\\f0\\fs32 Home care: weeks 1 to 8\\b0\\cf0\\par\n',
    paragraph('SYNTHETIC, no real person. Patient SYN-000418, Station Übersee, 3 Mar 2026.'),
    paragraph(
      'Dear colleagues, the dressing was changed twice a week. The wound has closed; here is how it went:',
    ),
    row(['Weeks', 'Dressing', 'Pain (0–10)', 'Temperature'], true),
    row(['1–2', 'alginate, foam', '5', '36.9 °C']),
    row(['3–4', 'foam', '3', '36.6 °C']),
    row(['5–6', 'foam, thin', '1', '36.7 °C']),
    row(['7–8', 'none needed', '0', '36.5 °C']),
    paragraph(''),
    paragraph(
      'Stockings of 23–32 mmHg are put on every morning. The patient walks 3 km a day and is proud of it.',
    ),
    paragraph('With kind regards, the nurses of the day shift (synthetic)'),
    '}\n',
  ].join('');
}
