/** Plain texts, UTF-8 beyond ASCII on purpose: a reader that mistakes the encoding shows it here. */
import { NUMBER_PLACEHOLDER } from '../../../sandbox/files/numbered-file.ts';

export const FIRST_PLAN = `SYNTHETIC treatment plan, no real person: SYN-000417, visit V-3001
11 Feb 2026, 10:00

PROBLEM
  Cut on the right forearm (broken jar), 6 cm, clean edges.
  Temperature 36.8 °C, pulse 84/min, blood pressure 132/78 mmHg.

PLAN
  1. Lidocaine 1 %, 5 ml; seven stitches 4-0.
  2. Tetanus: last in 2021, nothing to do.
  3. Dressing every second day; keep dry for 48 h.
  4. Pain: paracetamol 500 mg, at most 8 a day.
  5. Vitamin D 20 µg goes on as before.

CHECKS
  18 Feb   wound, fingers (± 5° of the other hand)
   2 Mar   stitches out

CONTACTS
  Home care: Station Übersee, Frau Müller-Größe (made up)
  Interpreter: 日本語, by telephone, for the patient's mother
`;

export const PARENTS_QUESTIONS = `SYNTHETIC questionnaire, no real person: SYN-000420, 6 years
Filled in by a parent, 24 Feb 2026

Languages at home:        Deutsch, 日本語 (Japanese)
Name the child answers to: はな (Hana), made up
Colds this winter:        four, the last in January, fever up to 38.9 °C
Ears:                     says "Watte im Ohr" (cotton wool in the ear), left
Sound at home:            television turned up to 30 of 50
Speech:                   clear; leaves out final "s" and "t"
Medicines:                nose drops 0.05 %, 250 µg per spray, none now
Worries:                  Wie lange dauert das? Übungen zu Hause? Hört sie später wieder gut?
`;

export const SMALL_NOTE = `SYNTHETIC note ${NUMBER_PLACEHOLDER}, no real person

Seen today for a cough of ten days. Temperature 36.6 °C, oxygen 98 %.
Lungs clear on both sides. Ferritin 18 µg/l: low; iron for three months.
Café au lait is fine, coffee with the iron is not. Über alles gesprochen.
Next visit in six weeks, earlier with fever above 38.5 °C or short breath.
`;
