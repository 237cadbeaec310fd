/** Filters by type, visit and date, each with the number of documents that it leaves. */
import { dayInWords } from './dates.ts';
import { type Filters, NO_FILTERS, toMediaFilter } from './filters.ts';
import type { ChartPatient } from './use-chart.ts';

interface Properties {
  readonly patient: ChartPatient | null;
  readonly filters: Filters;
  readonly onChange: (filters: Filters) => void;
}

export function FilterBar({ patient, filters, onChange }: Properties) {
  if ((patient?.timeline?.totalCount ?? 0) === 0) return null;
  return (
    <section className="filters" aria-label="Filters">
      <TypeFilter patient={patient} filters={filters} onChange={onChange} />
      <VisitFilter patient={patient} filters={filters} onChange={onChange} />
      <label className="field">
        <span>From</span>
        <input
          type="date"
          value={filters.from}
          onChange={({ target }) => onChange({ ...filters, from: target.value })}
        />
      </label>
      <label className="field">
        <span>To</span>
        <input
          type="date"
          value={filters.to}
          min={filters.from}
          onChange={({ target }) => onChange({ ...filters, to: target.value })}
        />
      </label>
      {toMediaFilter(filters) && (
        <button type="button" className="quiet" onClick={() => onChange(NO_FILTERS)}>
          Show all
        </button>
      )}
    </section>
  );
}

function TypeFilter({ patient, filters, onChange }: Properties) {
  const counts = countTypes(patient);
  const chosen = new Set(filters.documentTypes);
  const toggle = (type: string) => {
    const others = filters.documentTypes.filter((one) => one !== type);
    onChange({ ...filters, documentTypes: chosen.has(type) ? others : [...others, type] });
  };
  return (
    <fieldset className="chips">
      <legend>Type</legend>
      <div className="choices">
        {counts.map(([type, count]) => (
          <label key={type} className="chip">
            <input type="checkbox" checked={chosen.has(type)} onChange={() => toggle(type)} />
            <span>
              {type} <span className="count">{count}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function VisitFilter({ patient, filters, onChange }: Properties) {
  const visits = patient?.visits ?? [];
  if (visits.length === 0) return null;
  const days = newestDays(patient);
  const choose = (visitNumber: string | null) => onChange({ ...filters, visitNumber });
  return (
    <fieldset className="chips">
      <legend>Visit</legend>
      <div className="choices">
        <label className="chip">
          <input
            type="radio"
            name="visit"
            checked={filters.visitNumber === null}
            onChange={() => choose(null)}
          />
          <span>All</span>
        </label>
        {visits.map(({ id, visitNumber }) => (
          <label key={id} className="chip">
            <input
              type="radio"
              name="visit"
              checked={filters.visitNumber === visitNumber}
              onChange={() => choose(visitNumber)}
            />
            <span>
              {visitNumber} <span className="count">{days.get(id)}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** For each visit, the day of its newest document, which comes first. A visit without a document in the timeline has none. */
function newestDays(patient: ChartPatient | null): ReadonlyMap<string, string> {
  const days = new Map<string, string>();
  for (const { visit, serviceDateTime } of patient?.timeline?.nodes ?? []) {
    const day = dayInWords(serviceDateTime);
    if (visit && day !== null && !days.has(visit.id)) days.set(visit.id, day);
  }
  return days;
}

/** The most frequent first. */
function countTypes(patient: ChartPatient | null): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { documentType } of patient?.timeline?.nodes ?? []) {
    if (documentType !== null) counts.set(documentType, (counts.get(documentType) ?? 0) + 1);
  }
  return [...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
}
