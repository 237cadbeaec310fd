/** The dates of the services in a chart: a bar for each month, which selects that month. */
import { plural } from '../cost/words.ts';
import { dayBefore, monthInWords, monthOf, nextMonth, previousMonth } from './dates.ts';
import type { Filters } from './filters.ts';
import type { ChartPatient } from './use-chart.ts';

interface Properties {
  readonly patient: ChartPatient | null;
  readonly filters: Filters;
  readonly onChange: (filters: Filters) => void;
}

/** For a longer time there are bars only for months with documents, as there is no room for empty months. */
const MAX_MONTHS = 36;

/** A year, so that one hospital stay does not fill the whole width. */
const MIN_MONTHS = 12;

export function Timeline({ patient, filters, onChange }: Properties) {
  const nodes = patient?.timeline?.nodes ?? [];
  const counts = countMonths(nodes.map(({ serviceDateTime }) => serviceDateTime));
  const months = spread([...counts.keys()].sort());
  if (months.length === 0) return null;
  const most = Math.max(...counts.values());
  const choose = (month: string) => {
    const from = `${month}-01`;
    const isChosen = filters.from === from;
    onChange({
      ...filters,
      from: isChosen ? '' : from,
      to: isChosen ? '' : dayBefore(`${nextMonth(month)}-01`),
    });
  };
  return (
    <section className="timeline" aria-label="Timeline">
      <ol>
        {months.map((month) => {
          const count = counts.get(month) ?? 0;
          const share = count / most;
          return (
            <li key={month}>
              <button
                type="button"
                aria-pressed={filters.from === `${month}-01`}
                aria-label={`${monthInWords(month)}: ${plural(count, 'document')}`}
                title={`${monthInWords(month)}: ${plural(count, 'document')}`}
                disabled={count === 0}
                onClick={() => choose(month)}
              >
                <span className="bar" style={{ height: count === 0 ? '2px' : `${15 + 85 * share}%` }} />
              </button>
            </li>
          );
        })}
      </ol>
      <p className="hint ends">
        <span>{monthInWords(months[0] ?? '')}</span>
        <Remark patient={patient} />
        <span>{monthInWords(months.at(-1) ?? '')}</span>
      </p>
    </section>
  );
}

/** States what the bars leave out. */
function Remark({ patient }: Pick<Properties, 'patient'>) {
  const { totalCount = 0, nodes = [] } = patient?.timeline ?? {};
  if (totalCount > nodes.length) {
    return (
      <span>
        the newest {nodes.length.toLocaleString('en')} of {totalCount.toLocaleString('en')}
      </span>
    );
  }
  const undated = nodes.filter(({ serviceDateTime }) => monthOf(serviceDateTime) === null).length;
  return undated > 0 ? <span>{undated} without a date</span> : null;
}

function countMonths(dates: readonly (string | null)[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const date of dates) {
    const month = monthOf(date);
    if (month !== null) counts.set(month, (counts.get(month) ?? 0) + 1);
  }
  return counts;
}

/** With the empty months in between, if there is room for them. */
function spread(months: readonly string[]): readonly string[] {
  const [first] = months;
  const last = months.at(-1);
  if (first === undefined || last === undefined) return [];
  const all = [first];
  while ((all.at(-1) ?? last) < last && all.length <= MAX_MONTHS) all.push(nextMonth(all.at(-1) ?? last));
  if (all.length > MAX_MONTHS) return months.slice(-MAX_MONTHS);
  while (all.length < MIN_MONTHS) all.unshift(previousMonth(all[0] ?? first));
  return all;
}
