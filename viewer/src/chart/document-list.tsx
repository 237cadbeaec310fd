/** The documents that match the filters, as tiles below their visits; and the text that is shown when there are none. */
import { describeListError } from '../graphql/errors.ts';
import { ProblemNotice } from '../graphql/problem-notice.tsx';
import { DocumentTile } from './document-tile.tsx';
import type { ChartData, ChartDocument } from './use-chart.ts';

interface Properties {
  readonly chart: ChartData;
  readonly openedId: string | null;
  readonly onOpen: (document: ChartDocument) => void;
}

export function DocumentList({ chart, openedId, onOpen }: Properties) {
  const { list, isLoading, error, loadMore, refresh } = chart;
  // If the chart was read before, the error is shown above what is known of it.
  const problem = isLoading ? null : describeListError(error);
  return (
    <section className="documents" aria-label="Documents" aria-busy={isLoading}>
      {problem && <ProblemNotice problem={problem} onRetry={refresh} />}
      {list === null && isLoading && <Placeholders />}
      {list !== null && list.nodes.length === 0 && <Nothing chart={chart} />}
      {list !== null && (
        <ul className="tiles">
          {list.nodes.map((document) => (
            <li key={document.id}>
              <DocumentTile document={document} isOpened={document.id === openedId} onOpen={onOpen} />
            </li>
          ))}
        </ul>
      )}
      {list !== null && (
        <p className="more">
          {loadMore && (
            <button type="button" onClick={loadMore} disabled={isLoading}>
              {isLoading ? 'Loading…' : 'Show more'}
            </button>
          )}
          {list.nodes.length > 0 && (
            <span className="hint">
              {list.nodes.length.toLocaleString('en')} of {list.totalCount.toLocaleString('en')} shown
            </span>
          )}
        </p>
      )}
    </section>
  );
}

function Nothing({ chart }: Pick<Properties, 'chart'>) {
  const isFiltered = (chart.patient?.timeline?.totalCount ?? 0) > 0;
  return (
    <div className="empty">
      <h2>{isFiltered ? 'No document matches the filters' : 'This chart has no documents'}</h2>
      <p>
        {isFiltered
          ? 'Remove a filter to see more.'
          : 'The health system has no documents of a patient with this identifier. Drop a file here to add the first one.'}
      </p>
    </div>
  );
}

const PLACEHOLDERS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

function Placeholders() {
  return (
    <ul className="tiles" aria-hidden="true">
      {PLACEHOLDERS.map((name) => (
        <li key={name} className="tile placeholder" />
      ))}
    </ul>
  );
}
