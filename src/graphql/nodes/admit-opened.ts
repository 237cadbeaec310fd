/** Checks that a caller may read what a sealed id holds of a patient. */
import type { MediaLoader } from '../../media/loader.ts';
import { createNeed } from '../../media/model/need.ts';
import type { PatientModel } from './models.ts';

/**
 * Reading an id costs no call, but it is checked against the rights and recorded in the audit trail as a call would be:
 * ids are passed on, and one that was made for another caller names patients whom this caller may not know.
 * @throws FORBIDDEN when the caller's rights do not cover the patient.
 */
export function admitOpened(patient: PatientModel | null, loader: MediaLoader): void {
  if (!patient?.isOpened) return;
  loader.admit(createNeed(patient.destination, { patients: [patient.identifiers] }));
}
