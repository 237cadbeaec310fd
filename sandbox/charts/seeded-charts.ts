/** The default charts of the sandbox: the same patients, bytes and dates on every machine. */
import type { ChartDocument, ChartPatient } from './chart.ts';
import { EDGE_PATIENTS } from './edge-patients.ts';
import { FIRST_PATIENT } from './first-patient.ts';
import { generatePatients } from './generated-patients.ts';
import { LIVES } from './lives.ts';

export const SEEDED_PATIENTS: readonly ChartPatient[] = [
  FIRST_PATIENT,
  ...LIVES,
  ...EDGE_PATIENTS,
  ...generatePatients({
    destination: 'general',
    seed: 417,
    patients: 22,
    firstDocument: 9001,
    firstVisit: 6001,
  }),
  ...generatePatients({
    destination: 'county',
    seed: 902,
    patients: 14,
    firstDocument: 8841,
    firstVisit: 6001,
  }),
];

export const SEEDED_CHARTS: readonly ChartDocument[] = SEEDED_PATIENTS.flatMap(
  (patient) => patient.documents,
);
