/** Receives changes of documents while a chart is open, for as long as the gateway sends them. */
import type { ApolloClient } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';
import { useEffect, useRef, useState } from 'react';
import type { ChartChangesSubscription } from '../generated/graphql.ts';
import { describeError } from '../graphql/errors.ts';
import { ChartChanges } from '../graphql/operations.ts';
import { keyOf, type PatientReference } from '../page-config.ts';

/** A gateway that restarts is available within seconds; if it takes longer, the pauses grow until the viewer gives up. */
const FIRST_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 60_000;
const MAX_FAILURES = 12;
/** Several changes at the same time, such as a scan of many pages, read the chart once. */
const GATHERING_MS = 300;

/** After these errors the subscription is started again; after all others it is not. */
const WORTH_ANOTHER_TRY: ReadonlySet<string> = new Set([
  'NETWORK',
  'OVERLOADED',
  'RATE_LIMITED',
  'CURSOR_EXPIRED',
]);

type Change = ChartChangesSubscription['mediaChanged'];

const WORDS = { SAVED: 'was added', REPLACED: 'was replaced', DELETED: 'was deleted' } as const;

/** Returns the last change in words; null: there was none yet. */
export function useChanges(reference: PatientReference, onChange: () => void): string | null {
  const client = useApolloClient();
  const [news, setNews] = useState<string | null>(null);
  const latest = useRef(onChange);
  latest.current = onChange;
  const key = keyOf(reference);
  useEffect(() => {
    let timer: number | undefined;
    const stop = listen(client, JSON.parse(key) as PatientKey, (change) => {
      if (change) setNews(`${change.documentType ?? 'A document'} ${WORDS[change.kind]}.`);
      window.clearTimeout(timer);
      timer = window.setTimeout(() => latest.current(), GATHERING_MS);
    });
    return () => {
      window.clearTimeout(timer);
      stop();
    };
  }, [client, key]);
  return news;
}

/** The format that `keyOf` writes. */
type PatientKey = readonly [destination: string | null, identifiers: readonly (readonly [string, string])[]];

/** `onChange` is also called without a change when some may have been missed. */
function listen(
  client: ApolloClient,
  [destination, identifiers]: PatientKey,
  onChange: (change: Change | null) => void,
): () => void {
  const patients = [{ identifiers: identifiers.map(([idType, value]) => ({ idType, value })) }];
  let after: string | null = null;
  let failures = 0;
  let timer: number | undefined;
  let stream: { unsubscribe(): void } | undefined;
  const again = (code: string) => {
    // A cursor that cannot be opened was sealed with another secret, for example before a restart of the sandbox.
    const isUnreadable = code === 'BAD_USER_INPUT' && after !== null;
    if ((!WORTH_ANOTHER_TRY.has(code) && !isUnreadable) || ++failures > MAX_FAILURES) return;
    if (code === 'CURSOR_EXPIRED' || isUnreadable) {
      after = null;
      onChange(null);
    }
    timer = window.setTimeout(begin, Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), MAX_PAUSE_MS));
  };
  function begin(): void {
    stream?.unsubscribe();
    // The last code states why the stream ended.
    let code = 'NETWORK';
    stream = client
      .subscribe({ query: ChartChanges, variables: { patients, destination, after }, errorPolicy: 'all' })
      .subscribe({
        next({ data, error }) {
          if (error) code = describeError(error).code;
          const change = data?.mediaChanged;
          if (!change) return;
          failures = 0;
          after = change.cursor;
          onChange(change);
        },
        error: (error: unknown) => again(describeError(error).code),
        complete: () => again(code),
      });
  }
  begin();
  return () => {
    window.clearTimeout(timer);
    stream?.unsubscribe();
  };
}
