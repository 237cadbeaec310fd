/** Lets a caller have what a sealed id holds of a patient. */
import type { MediaLoader } from '../../media/loader.ts';
import { createNeed } from '../../media/model/need.ts';
import type { PatientModel } from './models.ts';

/**
 * Reading an id costs no call; it is held to the rights, and told to the audit trail, as if it did: ids are passed on, and
 * one that was made for another caller names patients whom this one may not know.
 * @throws FORBIDDEN when the caller's rights do not cover the patient.
 */
export function admitOpened(patient: PatientModel | null, loader: MediaLoader): void {
  if (!patient?.isOpened) return;
  loader.admit(createNeed(patient.destination, { patients: [patient.identifiers] }));
}
