/** Subscriptions through the example's router, Hive Gateway, which asks the gateway for them over server-sent events. */
import { assertCompositionSuccess, composeServices } from '@theguild/federation-composition';
import { type ExecutionResult, parse } from 'graphql';
import { createClient } from 'graphql-sse';
import { expect, onTestFinished, test } from 'vitest';
import { startRouter } from '../../examples/supergraph/router.ts';
import { ANONYMOUS } from '../../src/http/callers/caller.ts';
import { LIVE_SCHEMA, startLiveServer } from '../http/live/live-server.ts';
import { until } from '../support/until.ts';

const QUERY = 'subscription { ticks { number } }';

async function startRouted() {
  const authorizations: (string | undefined)[] = [];
  const server = await startLiveServer({
    identifyCaller: async ({ headers }) => {
      authorizations.push(headers.authorization);
      return ANONYMOUS;
    },
  });
  const composed = composeServices([{ name: 'media', typeDefs: parse(LIVE_SCHEMA), url: server.url }]);
  assertCompositionSuccess(composed);
  const router = await startRouter(composed.supergraphSdl, 0);
  onTestFinished(() => router.close());
  return { ...server, authorizations, routerUrl: router.url };
}

function listen(url: string, query = QUERY) {
  const client = createClient({ url, retryAttempts: 0, headers: { authorization: 'Bearer token' } });
  onTestFinished(() => client.dispose());
  const results: Pick<ExecutionResult, 'data' | 'errors'>[] = [];
  const ends: unknown[] = [];
  const stop = client.subscribe(
    { query },
    {
      next: (result) => void results.push(result),
      error: (error) => void ends.push(error),
      complete: () => void ends.push('complete'),
    },
  );
  return { results, ends, stop };
}

test('each event reaches the client of the router, by the caller’s own token, and so does the end', async () => {
  const { ticks, routerUrl, authorizations } = await startRouted();
  const { results, ends } = listen(routerUrl);
  ticks.send({ number: 1 });
  await until(() => results.length === 1);
  ticks.send({ number: 2 });
  ticks.finish();
  await until(() => ends.length > 0);
  expect(results).toEqual([{ data: { ticks: { number: 1 } } }, { data: { ticks: { number: 2 } } }]);
  expect(ends).toEqual(['complete']);
  expect(authorizations).toEqual(['Bearer token']);
});

test('a client that leaves the router ends its subscription at the gateway', async () => {
  const { ticks, routerUrl } = await startRouted();
  const { stop } = listen(routerUrl);
  await until(() => ticks.open === 1);
  stop();
  await until(() => ticks.open === 0);
});

test('the router passes on what the gateway refuses, and the end of a gateway that drains', async () => {
  const { ticks, routerUrl, drain } = await startRouted();
  const refused = listen(routerUrl, 'subscription { ticks(fail: "forbidden") { number } }');
  await until(() => refused.ends.length > 0);
  expect(refused.results).toMatchObject([{ errors: [{ extensions: { code: 'FORBIDDEN' } }] }]);
  const { ends } = listen(routerUrl);
  await until(() => ticks.open === 1);
  await drain();
  await until(() => ends.length > 0);
  expect(ends).toEqual(['complete']);
});
