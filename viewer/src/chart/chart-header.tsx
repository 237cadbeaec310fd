/** The header of a chart: its patient, the number of its documents, their age, and actions for the chart as a whole. */
import type { Ref } from 'react';
import { plural } from '../cost/words.ts';
import type { PatientReference } from '../page-config.ts';
import { FileButton } from '../writes/file-button.tsx';
import { clockTime } from './dates.ts';
import type { ChartData } from './use-chart.ts';

interface Properties {
  readonly reference: PatientReference;
  readonly chart: ChartData;
  readonly heading: Ref<HTMLHeadingElement>;
  /** The last change at the health system, in words. */
  readonly news: string | null;
  readonly onBack: () => void;
  readonly onFiles: (files: readonly File[]) => void;
}

export function ChartHeader({ reference, chart, heading, news, onBack, onFiles }: Properties) {
  const identifiers = chart.patient?.identifiers ?? reference.identifiers;
  const [first] = reference.identifiers;
  return (
    <header className="chart-header">
      <button type="button" className="back quiet" onClick={onBack}>
        ‹ Patients
      </button>
      <div className="who">
        <h1 ref={heading} tabIndex={-1}>
          {first?.value}
        </h1>
        <ul className="identifiers" aria-label="Identifiers">
          {identifiers.map(({ idType, value }) => (
            <li key={`${idType} ${value}`}>
              <span className="hint">{idType}</span> {value}
            </li>
          ))}
        </ul>
      </div>
      <div className="actions">
        <button type="button" onClick={chart.refresh} disabled={chart.isLoading}>
          Refresh
        </button>
        <FileButton multiple className="primary" onFiles={onFiles}>
          Add documents
        </FileButton>
      </div>
      <p className="hint as-of" aria-live="polite">
        {summarize(chart)}
      </p>
      <p className="news" role="status">
        {news}
      </p>
    </header>
  );
}

function summarize({ patient, list, isLoading }: ChartData): string {
  if (list === null) return isLoading ? 'Loading from Redox…' : 'Nothing could be loaded.';
  const total = patient?.timeline?.totalCount ?? list.totalCount;
  const visits = patient?.visits ? ` in ${plural(patient.visits.length, 'visit')}` : '';
  const where = patient ? ` · ${patient.destination}` : '';
  return `${plural(total, 'document')}${visits}${where} · as of ${clockTime(list.asOf)}`;
}
