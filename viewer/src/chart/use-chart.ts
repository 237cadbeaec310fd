/** The data of a chart: one operation opens it; filters and further pages ask only for what they show. */
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

/** As many as a large screen shows at once, a few times over. */
const PAGE_SIZE = 60;

export type ChartPatient = NonNullable<ChartQuery['patient']>;
export type ChartDocument = DocumentFieldsFragment;

export interface ChartData {
  readonly patient: ChartPatient | null;
  readonly list: ChartPatient['media'];
  readonly isLoading: boolean;
  readonly error: unknown;
  /** Asks Redox, whatever is remembered. */
  readonly refresh: () => void;
  /** Something has changed at the health system. */
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
  // Opening a chart asks Redox. Meanwhile it is shown as it was when it was open before.
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
    // What an event is about is out of use already, so that this asks Redox too; screens that ask at once share the call.
    update: () => reload({}),
    loadMore: hasNextPage ? loadMore : null,
  };
}

/** A question that was asked by a button: whether it is under way, and what it failed for. Its answer is in the cache. */
function useAction() {
  const [state, setState] = useState<{ readonly isRunning: boolean; readonly error: unknown }>({
    isRunning: false,
    error: undefined,
  });
  const run = (asked: Promise<{ readonly error?: unknown }>) => {
    setState({ isRunning: true, error: undefined });
    asked.then(
      ({ error }) => setState({ isRunning: false, error }),
      (error: unknown) => setState({ isRunning: false, error }),
    );
  };
  return { ...state, run };
}
