/** S4: a malformed document or body keeps the gateway busy hardly longer than the shortest good one. */
import fc from 'fast-check';
import { Pool } from 'undici';
import { expect, test } from 'vitest';
import { type Attempt, malformedRequests } from '../http/malformed-requests.ts';
import { startTestGateway } from '../support/gateway.ts';
import { quantile } from './load.ts';

const AT_ONCE = 4;
const REQUESTS = 10_000;
/** S4 allows 20 ms where `{ __typename }` takes 1 ms or less, both at the 99th percentile. */
const MAX_RATIO = 20;

const GOOD: Attempt = { contentType: 'application/json', body: '{"query":"{ __typename }"}' };

test('the 99th percentile of 10,000 is at most twenty times that of good ones that are sent in between', async () => {
  await using gateway = await startTestGateway({ charts: [] });
  const pool = new Pool(new URL(gateway.url).origin, { connections: AT_ONCE });
  const timeOf = async ({ contentType, body }: Attempt) => {
    const startedAt = performance.now();
    const headers = { 'content-type': contentType };
    const answer = await pool.request({ path: '/graphql', method: 'POST', headers, body });
    await answer.body.dump();
    return performance.now() - startedAt;
  };
  const malformed = fc.sample(malformedRequests, REQUESTS);
  const [times, baseline]: [number[], number[]] = [[], []];
  for (let at = 0; at < REQUESTS; at += AT_ONCE) {
    times.push(...(await Promise.all(malformed.slice(at, at + AT_ONCE).map(timeOf))));
    baseline.push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => timeOf(GOOD)))));
  }
  await pool.close();
  expect(quantile(times, 0.99) / quantile(baseline, 0.99)).toBeLessThanOrEqual(MAX_RATIO);
});
