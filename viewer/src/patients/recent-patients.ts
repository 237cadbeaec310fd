/** The patients opened recently: for this tab only, in memory. Identifiers are health data and are never stored. */
import { keyOf, type PatientReference } from '../page-config.ts';
import { createStore } from '../store.ts';

const MAX_RECENT = 8;

export const recentPatients = createStore<readonly PatientReference[]>([]);

export function rememberPatient(patient: PatientReference): void {
  const others = recentPatients.get().filter((one) => keyOf(one) !== keyOf(patient));
  recentPatients.set([patient, ...others].slice(0, MAX_RECENT));
}
