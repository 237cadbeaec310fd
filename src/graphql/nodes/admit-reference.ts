/** Lets a caller have what a sealed id holds, and ids at all. */
import type { MediaLoader } from '../../media/loader.ts';
import { createNeed } from '../../media/model/need.ts';
import type { Context } from '../server/context.ts';
import type { PatientModel, VisitModel } from './models.ts';
import type { MediaReference } from './node-id.ts';

/**
 * Opening an id costs no call. It is checked against the caller's rights, and recorded in the audit trail, as if it did: an id
 * that was made for another caller may name a patient whom this one may not know.
 * @throws FORBIDDEN when the caller's rights do not cover what the id holds.
 */
export function admitReference(
  reference: PatientModel | VisitModel | MediaReference,
  loader: MediaLoader,
): void {
  const { destination } = reference;
  if (reference.kind === 'Patient') {
    loader.admit(createNeed(destination, { patients: [reference.identifiers] }));
  } else if (reference.patient === null) {
    loader.admit(createNeed(destination, {}));
  } else if (reference.kind === 'Visit') {
    loader.admit(createNeed(destination, { patients: [reference.patient.identifiers] }));
  } else {
    loader.admitDocument(createNeed(destination, { patients: [reference.patient.identifiers] }));
  }
}

/**
 * For what a client asks for by itself: a caller who may read nothing gets no id of it either. Other callers are checked, and
 * recorded, by what they load.
 * @throws FORBIDDEN without the scope `media:read`.
 */
export function admitReader<T extends PatientModel | VisitModel>(
  asked: T,
  { loader, rights }: Pick<Context, 'loader' | 'rights'>,
): T {
  if (!rights.scopes.has('media:read')) admitReference(asked, loader);
  return asked;
}
