/** `/metrics`: what happened, in numbers, and nothing of whom it happened to. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';
import { startTestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { until } from '../support/until.ts';

const charts = ['a', 'b'].map((name) => chartDocument(name, { documentId: `doc-${name}` }));
const BOTH = `{ patients(patients: [
  { identifiers: [{ value: "SYN-a", idType: "MR" }] }, { identifiers: [{ value: "SYN-b", idType: "MR" }] }
]) { media { nodes { documentId } } } }`;

test('what operations did, and what that cost', async () => {
  await using gateway = await startTestGateway({ charts });
  await gateway.ask(BOTH);
  await gateway.ask('{ nonsense }');
  gateway.redox.answer = () => ({ status: 403 });
  await gateway.ask(BOTH);
  const metrics = await readMetrics(gateway.url);
  const values = (...names: string[]) => names.map((name) => metrics.get(name));
  expect(
    values(
      'operations_total{outcome="answered",type="query"}',
      'operations_total{outcome="partial",type="query"}',
      'operations_total{outcome="refused",type="unknown"}',
      'operation_seconds_count{type="query"}',
      'http_requests_total{route="/graphql",status="200"}',
      'http_requests_total{route="/graphql",status="400"}',
    ),
  ).toEqual([1, 1, 1, 2, 2, 1]);
  expect(
    values(
      'calls_total{destination="general",outcome="answered"}',
      'calls_total{destination="general",outcome="UPSTREAM_REJECTED"}',
      'calls_per_operation_sum',
      'needs_per_call_sum',
      'items_total{destination="general"}',
      'items_given_total{destination="general"}',
      'calls_by_files_total{files="skip"}',
      'quota_left',
      'calls_in_flight',
      'waiting_needs{destination="general"}',
      'breaker_state{destination="general"}',
    ),
  ).toEqual([1, 1, 2, 4, 2, 2, 2, 7498, 0, 0, 0]);
  expect(metrics.get('token_age_seconds')).toBeGreaterThanOrEqual(0);
  expect(metrics.get('reply_bytes_total{destination="general"}')).toBeGreaterThan(500);
});

test('standard metrics of the process have their standard names, and the build says what it is', async () => {
  await using gateway = await startTestGateway({ charts: [] });
  const text = await (await fetch(new URL('/metrics', gateway.url))).text();
  for (const name of [
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_p99_seconds',
  ]) {
    expect(text).toMatch(new RegExp(`^${name} [\\d.e+-]+$`, 'm'));
  }
  expect(text).toMatch(/^redox_media_build_info\{version="\d+\.\d+\.\d+",node="\d+\.\d+\.\d+"\} 1$/m);
});

test('operations of persisted documents have their names, others only their types', async () => {
  const listed = `query Listed ${BOTH}`;
  const file = join(await mkdtemp(join(tmpdir(), 'manifest-')), 'documents.json');
  await writeFile(file, JSON.stringify({ listed }));
  const settings = { PERSISTED_DOCUMENTS: file, PERSISTED_DOCUMENTS_MODE: 'audit' };
  await using gateway = await startTestGateway({ charts }, settings);
  await gateway.ask(listed);
  await gateway.ask(`query SYN_other ${BOTH}`);
  await gateway.ask('mutation SYN_write { deleteMedia(input: null) { accepted } }');
  const metrics = await readMetrics(gateway.url);
  expect([...metrics.keys()].filter((name) => name.startsWith('operations_total'))).toEqual([
    'operations_total{outcome="answered",type="query",operation="Listed"}',
    'operations_total{outcome="answered",type="query"}',
    'operations_total{outcome="refused",type="unknown"}',
  ]);
  expect(metrics.get('operation_seconds_count{type="query",operation="Listed"}')).toBe(1);
});

test('a stream is a request as well', async () => {
  await using gateway = await startTestGateway({ charts }, { REDOX_EVENTS_TOKEN: 'x'.repeat(32) });
  const client = new AbortController();
  const stream = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: 'subscription { mediaChanged { kind } }' }),
    signal: client.signal,
  });
  expect(stream.headers.get('content-type')).toContain('text/event-stream');
  client.abort();
  const count = async () =>
    (await readMetrics(gateway.url)).get('http_requests_total{route="/graphql",status="200"}');
  await until(async () => (await count()) === 1);
});

test('unmatched items, retries and splits', async () => {
  const replies = [{ status: 503 }, [...charts, chartDocument('stranger')], { status: 413 }];
  await using gateway = await startTestGateway({ charts, answer: () => replies.shift() });
  const ofA = '{ patient(identifiers: { value: "SYN-a", idType: "MR" }) { media { nodes { documentId } } } }';
  await gateway.ask(ofA);
  await gateway.ask(BOTH);
  const metrics = await readMetrics(gateway.url);
  expect(metrics.get('incidents_total{destination="general",kind="retried"}')).toBe(1);
  expect(metrics.get('incidents_total{destination="general",kind="split"}')).toBe(1);
  expect(metrics.get('unmatched_items_total{destination="general"}')).toBe(2);
});

test('fields whose documents do not name them', async () => {
  const other = chartDocument('a', { identifiers: [{ id: 'SYN-a', idType: 'MRN' }] });
  await using gateway = await startTestGateway({ charts, answer: () => [other] });
  await gateway.ask(BOTH);
  const metrics = await readMetrics(gateway.url);
  expect(metrics.get('incidents_total{destination="general",kind="unattributed"}')).toBe(2);
});

test('a breaker that opens', async () => {
  const clock = new FakeClock();
  await using gateway = await startTestGateway(
    { charts, answer: () => ({ status: 502 }) },
    { BATCH_SCOPE: 'operation' },
    clock,
  );
  await until(async () => {
    await clock.advanceUntil(gateway.ask(BOTH));
    return (await readMetrics(gateway.url)).get('breaker_state{destination="general"}') === 2;
  });
  await gateway.ask(BOTH);
  const metrics = await readMetrics(gateway.url);
  expect(metrics.get('breaker_state{destination="general"}')).toBe(2);
  expect(metrics.get('breaker_state{destination="redox"}')).toBe(0);
  expect(metrics.get('incidents_total{destination="general",kind="short-circuited"}')).toBeGreaterThan(0);
});

test('URLs, callers and operations make no new series', async () => {
  await using gateway = await startTestGateway({ charts });
  for (const path of ['/SYN-a', '/content/SYN-a', '/explorer/SYN-a', '/graphql?query=SYN-a']) {
    await (await fetch(new URL(path, gateway.url))).arrayBuffer();
  }
  await gateway.ask(`query SYN_a ${BOTH}`);
  const names = [...(await readMetrics(gateway.url)).keys()];
  expect(names.filter((name) => /SYN/.test(name))).toEqual([]);
  const routes = names.flatMap((name) => /^http_requests_total\{route="([^"]*)"/.exec(name)?.[1] ?? []);
  expect(new Set(routes)).toEqual(new Set(['/graphql', '/content/:token', 'none']));
});
