/** A patient in a list. */
import { keyOf, type PatientReference } from '../page-config.ts';

interface Properties {
  readonly patient: PatientReference;
  readonly chosen: PatientReference | null;
  readonly about: string;
  readonly onOpen: (patient: PatientReference) => void;
}

export function rowIdOf(patient: PatientReference): string {
  return `row-${keyOf(patient)}`;
}

export function PatientButton({ patient, chosen, about, onOpen }: Properties) {
  const isChosen = chosen !== null && keyOf(chosen) === keyOf(patient);
  const [first] = patient.identifiers;
  return (
    <button
      type="button"
      id={rowIdOf(patient)}
      className="row"
      aria-current={isChosen ? 'true' : undefined}
      onClick={() => onOpen(patient)}
    >
      <span className="name">{first?.value}</span>
      <span className="hint">{about}</span>
    </button>
  );
}
