/** Opens the chart of a patient by an identifier: Redox has no search for patients. */
import type { FormEvent } from 'react';
import type { PatientReference } from '../page-config.ts';

interface Properties {
  readonly destination: string | null;
  readonly onOpen: (patient: PatientReference) => void;
}

export function FindPatient({ destination, onOpen }: Properties) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const value = String(form.get('value') ?? '').trim();
    const idType = String(form.get('idType') ?? '').trim();
    if (value !== '' && idType !== '') onOpen({ destination, identifiers: [{ value, idType }] });
  };
  return (
    <form className="find" onSubmit={submit} autoComplete="off">
      <label className="field narrow">
        <span>IDType</span>
        <input name="idType" defaultValue="MR" required spellCheck={false} />
      </label>
      <label className="field">
        <span>Identifier</span>
        <input name="value" required spellCheck={false} autoComplete="off" />
      </label>
      <button type="submit">Open</button>
    </form>
  );
}
