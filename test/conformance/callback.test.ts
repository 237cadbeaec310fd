/** Apollo's HTTP callback protocol with a router that nobody here wrote: Hive Gateway and its transport for it. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { MemPubSub } from '@graphql-hive/pubsub';
import http from '@graphql-mesh/transport-http';
import httpCallback from '@graphql-mesh/transport-http-callback';
import { assertCompositionSuccess, composeServices } from '@theguild/federation-composition';
import { type ExecutionResult, parse } from 'graphql';
import { createClient } from 'graphql-sse';
import { expect, onTestFinished, test } from 'vitest';
import { LIVE_SCHEMA, startLiveServer } from '../http/live/live-server.ts';
import { until } from '../support/until.ts';

const HEARTBEAT_MS = 400;

async function startRouted() {
  let handle: RequestListener = (_, response) => void response.writeHead(503).end();
  let heard = 0;
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/callback')) heard += 1;
    handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const live = await startLiveServer({ callbackOrigins: [origin] });
  const composed = composeServices([{ name: 'media', typeDefs: parse(LIVE_SCHEMA), url: live.url }]);
  assertCompositionSuccess(composed);
  const options = { public_url: `${origin}/callback`, path: '/callback', heartbeat_interval: HEARTBEAT_MS };
  const runtime = createGatewayRuntime({
    supergraph: composed.supergraphSdl,
    transports: { http, 'http-callback': httpCallback },
    transportEntries: { '*.http': { options: { subscriptions: { kind: 'http-callback', options } } } },
    pubsub: new MemPubSub(),
    webhooks: true,
    logging: false,
  });
  handle = runtime;
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await runtime.dispose();
  });
  return { ...live, routerUrl: `${origin}/graphql`, heard: () => heard };
}

test('its client is sent each event, is kept by heartbeats, and is told of the end', async () => {
  const { ticks, routerUrl, heard } = await startRouted();
  const client = createClient({ url: routerUrl, retryAttempts: 0 });
  onTestFinished(() => client.dispose());
  const results: Pick<ExecutionResult, 'data' | 'errors'>[] = [];
  const ends: unknown[] = [];
  client.subscribe(
    { query: 'subscription { ticks { number } }' },
    {
      next: (result) => void results.push(result),
      error: (error) => void ends.push(error),
      complete: () => void ends.push('complete'),
    },
  );
  await until(() => ticks.open === 1);
  ticks.send({ number: 1 });
  await until(() => results.length === 1);
  const before = heard();
  // It would end a subscription that it has not heard of for one interval.
  await until(() => heard() >= before + 4);
  expect(ends).toEqual([]);
  ticks.send({ number: 2 });
  ticks.finish();
  await until(() => ends.length > 0);
  expect(results).toEqual([{ data: { ticks: { number: 1 } } }, { data: { ticks: { number: 2 } } }]);
  expect(ends).toEqual(['complete']);
});
