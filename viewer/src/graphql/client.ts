/** Configures Apollo Client for the viewer: the token, the pages in the cache, and the recording of every result's cost. */
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { tap } from 'rxjs';
import { noteCost } from '../cost/costs.ts';
import { besidePage } from '../page-config.ts';
import { authorizationHeader, session } from '../session/token.ts';
import { noteContentProblems } from './content-problems.ts';
import { isUnauthenticated } from './errors.ts';

const withToken = new SetContextLink((context) => ({
  headers: { ...(context.headers as Record<string, string> | undefined), ...authorizationHeader() },
}));

const watchResults = new ApolloLink((operation, forward) =>
  forward(operation).pipe(
    tap({
      next(result) {
        noteCost(operation, result);
        noteContentProblems(result);
        const isRefused = result.errors?.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED');
        if (isRefused) endSession();
      },
      error(error) {
        if (isUnauthenticated(error)) endSession();
      },
    }),
  ),
);

function endSession(): void {
  session.set({ token: null, ended: 'The token is not valid any more. Enter a new one to go on.' });
}

interface Page {
  readonly nodes: readonly unknown[];
  readonly pageInfo?: { readonly endCursor?: string | null };
}

/**
 * A page after a cursor continues the list that ends there; a page without a cursor is a new answer, which replaces the list. A
 * page that continues a list which was replaced meanwhile is dropped: documents between the two might be missing.
 */
function mergePages(
  existing: Page | undefined,
  incoming: Page,
  { args }: { args: Record<string, unknown> | null },
): Page {
  if (!incoming) return keepKnown(existing, incoming);
  if (!existing || !args?.['after']) return incoming;
  if (existing.pageInfo?.endCursor !== args['after']) return existing;
  return { ...incoming, nodes: [...existing.nodes, ...incoming.nodes] };
}

/** What could not be read again stays as it was, with the error beside it. A missing list would look like an empty one. */
function keepKnown<T>(existing: T | undefined, incoming: T): T {
  return incoming ?? existing ?? incoming;
}

/** One list for all its pages. An absent filter and a filter of null are the same. */
function nameList(args: Record<string, unknown> | null): string {
  return `media:${JSON.stringify([args?.['filter'] ?? null, args?.['first'] ?? null])}`;
}

export function createClient(): ApolloClient {
  return new ApolloClient({
    link: ApolloLink.from([watchResults, withToken, new HttpLink({ uri: besidePage('graphql') })]),
    cache: new InMemoryCache({
      typePolicies: {
        Patient: {
          fields: {
            media: { keyArgs: nameList, merge: mergePages },
            visits: { merge: keepKnown },
            identifiers: { merge: keepKnown },
          },
        },
      },
    }),
  });
}
