/** Reads a chart again, with as many pages of the shown list as were on screen; these are cut from the same answer. */
import type { ApolloClient } from '@apollo/client';
import type { ChartQueryVariables, MediaFilter } from '../generated/graphql.ts';
import { Chart, Documents } from '../graphql/operations.ts';

export interface QueryContext {
  readonly headers?: Readonly<Record<string, string>>;
}

/** A filter is another view of the chart that is on screen: an answer of the last minute is recent enough, and costs no call. */
export const OF_THE_LAST_MINUTE: QueryContext = { headers: { 'cache-control': 'max-age=60' } };
export const AS_IT_IS_NOW: QueryContext = { headers: { 'cache-control': 'no-cache' } };

/** A field that failed leaves the data of the other fields of its operation. */
export const PARTIAL = { errorPolicy: 'all' } as const;

interface Reading {
  readonly variables: ChartQueryVariables;
  /** Null: all documents are shown. */
  readonly filter: MediaFilter | null;
  readonly context: QueryContext;
  /** How many documents were shown. */
  readonly count: number;
}

export async function reloadChart(
  client: ApolloClient,
  { variables, filter, context, count }: Reading,
): Promise<{ readonly error?: unknown }> {
  const whole = await client.query({
    query: Chart,
    variables,
    context,
    fetchPolicy: 'network-only',
    ...PARTIAL,
  });
  const readPage = (after: string | null) => readDocuments(client, { ...variables, filter, after });
  let result = filter === null ? whole : await readPage(null);
  let page = result.data?.patient?.media;
  let read = page?.nodes.length ?? 0;
  while (page?.pageInfo.hasNextPage && read < count) {
    result = await readPage(page.pageInfo.endCursor);
    page = result.data?.patient?.media;
    read += page?.nodes.length ?? 0;
  }
  return result;
}

type DocumentsVariables = ChartQueryVariables & {
  readonly filter: MediaFilter | null;
  readonly after: string | null;
};

/** Reads a page; if it follows a cursor, the cache appends it to the list. */
export function readDocuments(client: ApolloClient, variables: DocumentsVariables) {
  return client.query({
    query: Documents,
    variables,
    context: OF_THE_LAST_MINUTE,
    fetchPolicy: 'network-only',
    ...PARTIAL,
  });
}
