/** A client of event streams: graphql-sse. */
import type { ExecutionResult } from 'graphql';
import { createClient } from 'graphql-sse';
import { onTestFinished } from 'vitest';

export const SUBSCRIPTION = 'subscription Ticks { ticks { number } }';
export const SSE = 'text/event-stream';

/** One subscription of the client, and all that it has received. */
export function listen(url: string, query = SUBSCRIPTION, variables: Record<string, unknown> = {}) {
  const client = createClient({ url, retryAttempts: 0 });
  const results: Pick<ExecutionResult, 'data' | 'errors'>[] = [];
  const ends: unknown[] = [];
  const stop = client.subscribe(
    { query, variables },
    {
      next: (result) => void results.push(result),
      error: (error) => void ends.push(error),
      complete: () => void ends.push('complete'),
    },
  );
  onTestFinished(() => client.dispose());
  return { results, ends, stop };
}
