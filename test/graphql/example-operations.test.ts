/** The examples that explorers and docs/schema.md show: each answers from the synthetic charts, at the cost it names. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXAMPLE_OPERATIONS } from '../../src/graphql/schema/example-operations.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { askWell } from '../support/own-chart.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

test.each(EXAMPLE_OPERATIONS)('$name', async ({ type, name, document, variables, calls }) => {
  expect(document).toContain(`${type} ${name}`);
  const asking = async () => {
    const data = await askWell<Record<string, unknown>>(gateway, document, { ...variables });
    // Something to look at: no field of an example is empty.
    expect(JSON.stringify(data)).not.toMatch(/\[\]|"totalCount":0|: ?null/);
  };
  expect(await gateway.countCalls(asking)).toBe(calls);
});
