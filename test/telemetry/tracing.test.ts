/** Traces, as a collector receives them: operation → plan → upstream call, W3C context in and out, nothing of patients. */
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EMPTY_REPLY, portOf, privatePem, sendJson, startUpstream } from '../redox/upstream.ts';
import { Gate } from '../support/gate.ts';
import { postOperation } from '../support/gateway.ts';
import { eventsOf, startGatewayProcess } from '../support/gateway-process.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { TEST_SECRET } from '../support/settings.ts';
import { until } from '../support/until.ts';

interface SpanData {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
  readonly links?: readonly { readonly spanId: string }[];
}

/** An OTLP collector. */
async function startCollector() {
  const spans: SpanData[] = [];
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    const body = (await json(request)) as {
      resourceSpans: { scopeSpans: { spans: SpanData[] }[] }[];
    };
    bodies.push(JSON.stringify(body));
    for (const { scopeSpans } of body.resourceSpans) spans.push(...scopeSpans.flatMap((one) => one.spans));
    sendJson(response, 200, {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${portOf(server.address())}`, spans, bodies };
}

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const QUERY = `query SYN_name { patients(patients: [
  { identifiers: [{ value: "SYN-000417", idType: "MR" }] }, { identifiers: [{ value: "SYN-000902", idType: "MR" }] }
]) { media { totalCount } } }`;

async function startTraced(env: Record<string, string>) {
  const gate = new Gate();
  const upstream = await startUpstream({
    endpoint: (response) => void gate.passed.then(() => sendJson(response, 200, EMPTY_REPLY)),
  });
  const gateway = await startGatewayProcess({
    LOG_LEVEL: 'info',
    AUTH_MODE: 'none',
    GATEWAY_SECRET: TEST_SECRET,
    REDOX_API_URL: upstream.url,
    REDOX_CLIENT_ID: 'client-1',
    REDOX_KEY_ID: 'key-1',
    REDOX_PRIVATE_KEY: privatePem.trim(),
    REDOX_DESTINATIONS: 'general=6a1f0c84-2b7d-4e93-8c55-10d4e7b93a21',
    ...env,
  });
  return { upstream, gateway, gate };
}

test('an operation is traced from its caller to Redox', async () => {
  const collector = await startCollector();
  const { upstream, gateway, gate } = await startTraced({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  });
  gate.open();
  const headers = { traceparent: `00-${TRACE}-b7ad6b7169203331-01`, baggage: 'patient=SYN-000417' };
  await postOperation(gateway.url, { query: QUERY }, headers);
  gateway.child.kill('SIGTERM');
  expect(await gateway.ended).toEqual([0, null]);

  const named = (name: string) => collector.spans.find((span) => span.name === name);
  const [operation, plan, call] = ['graphql.operation', 'redox_media.plan', 'redox.media_query'].map(named);
  expect([operation, plan, call].map((span) => span?.traceId)).toEqual([TRACE, TRACE, TRACE]);
  expect([operation, plan, call].map((span) => span?.parentSpanId)).toEqual([
    'b7ad6b7169203331',
    operation?.spanId,
    plan?.spanId,
  ]);
  const attributes = Object.fromEntries(
    (call?.attributes ?? []).map(({ key, value }) => [
      key.replace('redox_media.', ''),
      Object.values(value)[0],
    ]),
  );
  expect(attributes).toMatchObject({
    destination: 'general',
    needs: 2,
    keys: 2,
    waiters: 1,
    files: 'skip',
    outcome: 'answered',
    items: 0,
  });
  expect(upstream.queries[0]?.headers['traceparent']).toBe(`00-${TRACE}-${call?.spanId}-01`);
  expect(upstream.queries[0]?.headers['baggage']).toBeUndefined();
  expect(operation?.attributes).toContainEqual({
    key: 'graphql.operation.type',
    value: { stringValue: 'query' },
  });
  // No span of a field, and nothing of the operation's own words.
  expect(collector.spans).toHaveLength(3);
  expect(collector.bodies.join()).not.toMatch(/SYN|000417|totalCount/);
});

test('an upload and a download are traced by their routes, the calls of a download below it', async () => {
  const collector = await startCollector();
  const gateway = await startGatewayProcess({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    RECENT_SECONDS: '0',
    ACCESS_LOG: 'true',
  });
  const query = '{ media(documentId: "doc-8842") { content { url } } }';
  const { data } = await postOperation<{ media: { content: { url: string } } }>(gateway.url, { query });
  const link = data?.media.content.url ?? '';
  const headers = { traceparent: `00-${TRACE}-b7ad6b7169203331-01` };
  await (await fetch(link, { headers })).arrayBuffer();
  await (await fetch(`${link}x`, { headers })).arrayBuffer();
  const body = Buffer.from('SYN note');
  const uploads = new URL('/uploads', gateway.url);
  const typed = { ...headers, 'content-type': 'text/plain' };
  expect((await fetch(uploads, { method: 'POST', headers: typed, body })).status).toBe(201);
  gateway.child.kill('SIGTERM');
  await gateway.ended;

  const ofRequests = collector.spans.filter(({ name }) => /^[A-Z]+ /.test(name));
  const shown = ofRequests.map(({ name, traceId, parentSpanId, attributes }) => {
    const values = Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
    return [name, traceId, parentSpanId, values['http.response.status_code'], values['redox_media.complete']];
  });
  expect(shown.toSorted()).toEqual([
    ['GET /content/:token', TRACE, 'b7ad6b7169203331', 200, true],
    ['GET /content/:token', TRACE, 'b7ad6b7169203331', 403, true],
    ['POST /uploads', TRACE, 'b7ad6b7169203331', 201, true],
  ]);
  const ids = ofRequests.map(({ spanId }) => spanId);
  const plans = collector.spans.filter(
    ({ name, traceId }) => name === 'redox_media.plan' && traceId === TRACE,
  );
  expect(plans).toHaveLength(1);
  expect(ids).toContain(plans[0]?.parentSpanId);
  // Node would warn of too many listeners.
  expect(gateway.output.stderr).toBe('');
  // The path of a link is a secret.
  expect(collector.bodies.join()).not.toContain(link.split('/').at(-1));
});

test('operations that share a call are linked to it', async () => {
  const collector = await startCollector();
  const { upstream, gateway, gate } = await startTraced({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    REDOX_CONCURRENCY: '1',
  });
  const patient = (id: string) =>
    `{ patient(identifiers: { value: "${id}", idType: "MR" }) { media { totalCount } } }`;
  const ask = (id: string) => postOperation(gateway.url, { query: patient(id) });
  const first = ask('p1');
  await until(() => upstream.queries.length === 1);
  const others = [ask('p2'), ask('p3')];
  const waiting = async () => (await readMetrics(gateway.url)).get('waiting_needs{destination="general"}');
  await until(async () => (await waiting()) === 2);
  gate.open();
  await Promise.all([first, ...others]);
  gateway.child.kill('SIGTERM');
  await gateway.ended;
  const operations = collector.spans.filter(({ name }) => name === 'graphql.operation');
  const calls = collector.spans.filter(({ name }) => name === 'redox.media_query');
  expect(operations).toHaveLength(3);
  expect(calls).toHaveLength(2);
  const parents = calls.flatMap(({ traceId, links = [] }) => [traceId, ...links.map(() => 'linked')]);
  expect(parents).toHaveLength(3);
});

test('where no variable asks, nothing is sent, and no header goes to Redox', async () => {
  const { upstream, gateway, gate } = await startTraced({});
  gate.open();
  await postOperation(gateway.url, { query: QUERY }, { traceparent: `00-${TRACE}-b7ad6b7169203331-01` });
  expect(upstream.queries[0]?.headers['traceparent']).toBeUndefined();
});

describe('a collector that is away does not hold up a clean stop', () => {
  test.each(['refuses', 'takes, and never answers'])('as it %s connections', async (what) => {
    const collector = createServer();
    const connections = new Set<unknown>();
    collector.on('request', (request) => connections.add(request));
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${portOf(collector.address())}`;
    const close = () => {
      collector.closeAllConnections();
      collector.close();
    };
    if (what === 'refuses') close();
    else onTestFinished(close);
    const { gateway, gate } = await startTraced({
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      // Longer than a test may take: what ends the stop is not the exporter's own patience.
      OTEL_EXPORTER_OTLP_TIMEOUT: '600000',
      OTEL_BSP_EXPORT_TIMEOUT: '600000',
    });
    gate.open();
    const { status } = await postOperation(gateway.url, { query: QUERY });
    gateway.child.kill('SIGTERM');
    expect([status, await gateway.ended]).toEqual([200, [0, null]]);
    const events = eventsOf(gateway.output.stdout).map(({ event }) => event);
    expect(events.toSorted()).toEqual(['draining', 'listening', 'stopped', 'traces-lost']);
    expect(gateway.output.stderr).toBe('');
    expect(connections.size).toBe(what === 'refuses' ? 0 : 1);
  });
});
