/**
 * The whole page: patients on the left, the chart of one of them beside, and its cost below. If a token is needed and missing,
 * the token page instead.
 */
import { useApolloClient } from '@apollo/client/react';
import { useEffect, useRef } from 'react';
import { Chart } from './chart/chart.tsx';
import { CostDrawer } from './cost/cost-drawer.tsx';
import { costs } from './cost/costs.ts';
import { contentProblems } from './graphql/content-problems.ts';
import { keyOf, PAGE_CONFIG, type PatientReference } from './page-config.ts';
import { rowIdOf } from './patients/patient-button.tsx';
import { PATIENTS_ID, PatientsPanel } from './patients/patients-panel.tsx';
import { recentPatients, rememberPatient } from './patients/recent-patients.ts';
import { currentPlace, forgetPlaces, goTo } from './places.ts';
import { session } from './session/token.ts';
import { TokenPage } from './session/token-page.tsx';
import { useStore } from './store.ts';
import { rememberProvider } from './writes/provider-field.tsx';

export function App() {
  const { token } = useStore(session);
  const isLocked = PAGE_CONFIG.needsToken && token === null;
  useForgetOnLock(isLocked);
  return isLocked ? <TokenPage /> : <Charts />;
}

/** The data that one caller saw must not be shown to the next one. */
function useForgetOnLock(isLocked: boolean): void {
  const client = useApolloClient();
  useEffect(() => {
    if (!isLocked) return;
    costs.set([]);
    recentPatients.set([]);
    forgetPlaces();
    contentProblems.set(new Map());
    rememberProvider('');
    // Nothing is queried again: the page that showed the data is gone.
    client.clearStore().catch(() => undefined);
  }, [client, isLocked]);
}

function Charts() {
  const { patient, documentId } = useStore(currentPlace);
  useFocusOnLeave(patient);
  const open = (chosen: PatientReference) => {
    rememberPatient(chosen);
    goTo({ patient: chosen, documentId: null });
  };
  return (
    <div className="app" data-showing={patient ? 'chart' : 'patients'}>
      <a className="skip" href="#chart">
        Skip to the chart
      </a>
      <PatientsPanel chosen={patient} onOpen={open} />
      <main id="chart" tabIndex={-1}>
        {patient ? (
          <Chart
            key={keyOf(patient)}
            patient={patient}
            openedId={documentId}
            onOpen={(id) => goTo({ patient, documentId: id })}
            onBack={() => goTo({ patient: null, documentId: null })}
          />
        ) : (
          <Welcome />
        )}
      </main>
      <CostDrawer />
    </div>
  );
}

/** A person who leaves a chart continues in the list of patients, at the patient if the list has it. */
function useFocusOnLeave(patient: PatientReference | null): void {
  const last = useRef(patient);
  useEffect(() => {
    const left = last.current;
    last.current = patient;
    if (patient !== null || left === null) return;
    const row = document.getElementById(rowIdOf(left));
    (row ?? document.getElementById(PATIENTS_ID))?.focus();
  }, [patient]);
}

function Welcome() {
  return (
    <div className="welcome">
      <h1>Open a chart</h1>
      <p>
        {PAGE_CONFIG.patients.length > 0
          ? 'Choose one of the synthetic patients, or enter an identifier.'
          : 'Redox has no list of patients. Enter an identifier of the patient, such as a medical record number.'}
      </p>
    </div>
  );
}
