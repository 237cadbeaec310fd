/** The sandbox's synthetic patients of one destination, with the contents of their charts: one operation for all of them. */
import { useQuery } from '@apollo/client/react';
import { dayInWords } from '../chart/dates.ts';
import { plural } from '../cost/words.ts';
import type { PatientListQuery } from '../generated/graphql.ts';
import { PatientList } from '../graphql/operations.ts';
import { keyOf, PAGE_CONFIG, type PatientReference } from '../page-config.ts';
import { PatientButton } from './patient-button.tsx';

interface Properties {
  readonly destination: string;
  readonly chosen: PatientReference | null;
  readonly onOpen: (patient: PatientReference) => void;
}

export function KnownPatients({ destination, chosen, onOpen }: Properties) {
  const patients = PAGE_CONFIG.patients.filter((one) => one.destination === destination);
  const { data } = useQuery(PatientList, {
    errorPolicy: 'all',
    variables: {
      destination,
      patients: patients.map(({ identifiers }) => ({ identifiers: [...identifiers] })),
    },
  });
  return (
    <section aria-labelledby="known">
      <h3 id="known">Synthetic patients</h3>
      <ul className="rows">
        {patients.map((patient, at) => (
          <li key={keyOf(patient)}>
            <PatientButton
              patient={patient}
              chosen={chosen}
              onOpen={onOpen}
              about={about(data?.patients[at])}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

function about(patient: PatientListQuery['patients'][number] | undefined): string {
  if (patient === undefined) return '…';
  const media = patient?.media;
  if (!media) return 'not available';
  const day = dayInWords(media.nodes[0]?.serviceDateTime ?? null);
  return [plural(media.totalCount, 'document'), day].filter((part) => part !== null).join(' · ');
}
