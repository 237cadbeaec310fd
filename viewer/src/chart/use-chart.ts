/** The data of a chart: one operation opens it; filters and further pages ask only for what they show. */
import { useApolloClient, useQuery } from '@apollo/client/react';
import { useState } from 'react';
import type { ChartQuery, DocumentFieldsFragment } from '../generated/graphql.ts';
import { Chart, Documents } from '../graphql/operations.ts';
import type { PatientReference } from '../page-config.ts';
import { type Filters, toMediaFilter } from './filters.ts';

/** As many as a large screen shows at once, a few times over. */
const PAGE_SIZE = 60;

/** A filter is another view of the chart that is on screen: an answer of the last minute is as good, and costs no call. */
const OF_THE_LAST_MINUTE = { headers: { 'cache-control': 'max-age=60' } };
/** A field that failed leaves the others of its operation theirs. */
const PARTIAL = { errorPolicy: 'all' } as const;
const AS_IT_IS_NOW = { headers: { 'cache-control': 'no-cache' } };

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
  const loadMore = () =>
    action.run(
      client.query({
        query: Documents,
        variables: { ...variables, filter, after: endCursor },
        context: OF_THE_LAST_MINUTE,
        fetchPolicy: 'network-only',
        ...PARTIAL,
      }),
    );
  const reload = async (context: { readonly headers?: Readonly<Record<string, string>> }) => {
    const anew = { fetchPolicy: 'network-only', ...PARTIAL } as const;
    const whole = await client.query({ query: Chart, variables, context, ...anew });
    if (filter === null) return whole;
    return client.query({
      query: Documents,
      variables: { ...variables, filter },
      context: OF_THE_LAST_MINUTE,
      ...anew,
    });
  };
  return {
    patient: chart.data?.patient ?? null,
    list,
    isLoading: shown.loading || action.isRunning,
    error: action.error ?? shown.error ?? chart.error,
    refresh: () => action.run(reload(AS_IT_IS_NOW)),
    // What an event is about is out of use already, so that this asks Redox too; screens that ask at once share the call.
    update: () => action.run(reload({})),
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
