/** The examples that explorers and docs/schema.md show: each answers from the synthetic charts, at the cost it names. */
import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { EXAMPLE_OPERATIONS } from '../../src/graphql/schema/example-operations.ts';
import { startSandboxMode } from '../http/servers.ts';
import { postOperation, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { askWell } from '../support/own-chart.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { until } from '../support/until.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const [subscriptions, others] = [true, false].map((isLive) =>
  EXAMPLE_OPERATIONS.filter(({ type }) => (type === 'subscription') === isLive),
);

test.each(others ?? [])('$name', async ({ type, name, document, variables, calls }) => {
  expect(document).toContain(`${type} ${name}`);
  const asking = async () => {
    const data = await askWell<Record<string, unknown>>(gateway, document, { ...variables });
    // Something to look at: no field of an example is empty.
    expect(JSON.stringify(data)).not.toMatch(/\[\]|"totalCount":0|: ?null/);
  };
  expect(await gateway.countCalls(asking)).toBe(calls);
});

test.each(subscriptions ?? [])('$name', async ({ type, name, document, variables, calls }) => {
  expect(document).toContain(`${type} ${name}`);
  const live = await startSandboxMode();
  onTestFinished(() => live.close());
  const client = createClient({ url: live.url, retryAttempts: 0 });
  onTestFinished(() => client.dispose());
  const before = live.sandbox?.callCount;
  const events = client.iterate({ query: document, variables: { ...variables } });
  const first = events.next();
  await until(async () => (await readMetrics(live.url)).get('subscribers') === 1);
  expect(live.sandbox?.callCount).toBe((before ?? 0) + calls);
  // As its text says: the mutations that follow it in the explorer.
  for (const save of EXAMPLE_OPERATIONS.filter((example) => example.type === 'mutation')) {
    await postOperation(live.url, { query: save.document, variables: save.variables });
  }
  const received = [await first, await events.next()].map(({ value }) => value.data.mediaChanged);
  expect(received.map(({ kind }) => kind)).toEqual(['SAVED', 'DELETED']);
  // Something to look at: no field of an example is empty.
  expect(JSON.stringify(received)).not.toMatch(/\[\]|: ?null/);
});
