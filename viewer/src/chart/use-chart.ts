/** The data of a chart: one operation loads it; filters and further pages request only what they show. */
import { useApolloClient, useQuery } from '@apollo/client/react';
import { useState } from 'react';
import type { ChartQuery, DocumentFieldsFragment } from '../generated/graphql.ts';
import { Chart, Documents } from '../graphql/operations.ts';
import type { PatientReference } from '../page-config.ts';
import { type Filters, toMediaFilter } from './filters.ts';
import {
  AS_IT_IS_NOW,
  OF_THE_LAST_MINUTE,
  PARTIAL,
  type QueryContext,
  readDocuments,
  reloadChart,
} from './reload-chart.ts';

/** A few times as many as a large screen shows at once. */
const PAGE_SIZE = 60;

export type ChartPatient = NonNullable<ChartQuery['patient']>;
export type ChartDocument = DocumentFieldsFragment;

export interface ChartData {
  readonly patient: ChartPatient | null;
  readonly list: ChartPatient['media'];
  readonly isLoading: boolean;
  readonly error: unknown;
  /** Queries Redox, even if the answer is remembered. */
  readonly refresh: () => void;
  /** Called when something has changed at the health system. */
  readonly update: () => void;
  /** Null: there are no more pages. */
  readonly loadMore: (() => void) | null;
}

export function useChart(reference: PatientReference, filters: Filters): ChartData {
  const client = useApolloClient();
  const action = useAction();
  const variables = {
    patient: reference.identifiers.map(({ value, idType }) => ({ value, idType })),
    destination: reference.destination,
    pageSize: PAGE_SIZE,
  };
  const filter = toMediaFilter(filters);
  // Opening a chart queries Redox. Meanwhile the chart is shown as it was when it was last open.
  const fromRedox = { ...PARTIAL, fetchPolicy: 'cache-and-network', nextFetchPolicy: 'cache-first' } as const;
  const chart = useQuery(Chart, { variables, ...fromRedox });
  const filtered = useQuery(Documents, {
    variables: { ...variables, filter },
    skip: filter === null,
    context: OF_THE_LAST_MINUTE,
    ...fromRedox,
  });
  const shown = filter === null ? chart : filtered;
  const list = shown.data?.patient?.media ?? null;
  const { hasNextPage = false, endCursor = null } = list?.pageInfo ?? {};
  const loadMore = () => action.run(readDocuments(client, { ...variables, filter, after: endCursor }));
  const reload = (context: QueryContext) =>
    action.run(reloadChart(client, { variables, filter, context, count: list?.nodes.length ?? 0 }));
  return {
    patient: chart.data?.patient ?? null,
    list,
    isLoading: shown.loading || action.isRunning,
    error: action.error ?? shown.error ?? chart.error,
    refresh: () => reload(AS_IT_IS_NOW),
    // The answers that the event concerns are forgotten already, so this queries Redox too; screens that do so at the same time
    // share the call.
    update: () => reload({}),
    loadMore: hasNextPage ? loadMore : null,
  };
}

/** A query that a button starts: whether it is in flight, and its error. Its result is in the cache. */
function useAction() {
  const [state, setState] = useState<{ readonly isRunning: boolean; readonly error: unknown }>({
    isRunning: false,
    error: undefined,
  });
  const run = (action: Promise<{ readonly error?: unknown }>) => {
    setState({ isRunning: true, error: undefined });
    action.then(
      ({ error }) => setState({ isRunning: false, error }),
      (error: unknown) => setState({ isRunning: false, error }),
    );
  };
  return { ...state, run };
}
