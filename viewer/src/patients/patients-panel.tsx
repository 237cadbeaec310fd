/** The left side: the known patients, those opened recently, and a form for any other. */
import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { Destinations } from '../graphql/operations.ts';
import { keyOf, PAGE_CONFIG, type PatientReference } from '../page-config.ts';
import { session } from '../session/token.ts';
import { useStore } from '../store.ts';
import { FindPatient } from './find-patient.tsx';
import { KnownPatients } from './known-patients.tsx';
import { PatientButton } from './patient-button.tsx';
import { recentPatients } from './recent-patients.ts';

interface Choice {
  readonly chosen: PatientReference | null;
  readonly onOpen: (patient: PatientReference) => void;
}

export const PATIENTS_ID = 'patients';

export function PatientsPanel({ chosen, onOpen }: Choice) {
  const { data } = useQuery(Destinations);
  const destinations = data?.destinations ?? [];
  const [picked, setPicked] = useState<string | null>(null);
  const destination = picked ?? destinations.find(({ isDefault }) => isDefault)?.id ?? null;
  return (
    <nav className="patients" id={PATIENTS_ID} aria-label="Patients" tabIndex={-1}>
      <header>
        <h2 className="name-of-page">Charts</h2>
        {PAGE_CONFIG.needsToken && (
          <button type="button" className="quiet" onClick={() => session.set({ token: null, ended: null })}>
            Sign out
          </button>
        )}
      </header>
      {destinations.length > 1 && (
        <label className="field">
          <span>Health system</span>
          <select value={destination ?? ''} onChange={({ target }) => setPicked(target.value)}>
            {destinations.map(({ id }) => (
              <option key={id}>{id}</option>
            ))}
          </select>
        </label>
      )}
      <FindPatient destination={destination} onOpen={onOpen} />
      {PAGE_CONFIG.patients.length > 0 ? (
        destination !== null && (
          <KnownPatients key={destination} destination={destination} chosen={chosen} onOpen={onOpen} />
        )
      ) : (
        <RecentPatients chosen={chosen} onOpen={onOpen} />
      )}
    </nav>
  );
}

function RecentPatients({ chosen, onOpen }: Choice) {
  const recent = useStore(recentPatients);
  if (recent.length === 0) return null;
  return (
    <section aria-labelledby="recent">
      <h3 id="recent">Opened in this tab</h3>
      <ul className="rows">
        {recent.map((patient) => (
          <li key={keyOf(patient)}>
            <PatientButton
              patient={patient}
              chosen={chosen}
              onOpen={onOpen}
              about={patient.destination ?? ''}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
