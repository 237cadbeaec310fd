/** Malformed documents and bodies: no crash, and no fault of ours. How long they take is held by test/timing. */
import { Pool } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fuzz } from '../support/fuzz.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { type Attempt, malformedRequests } from './malformed-requests.ts';

const AT_ONCE = 4;

let gateway: TestGateway;
let pool: Pool;
beforeAll(async () => {
  // No value of the chart is a word of the documents: what a message may name of a document is not a patient's.
  gateway = await startTestGateway({
    charts: [chartDocument('a', { documentId: 'doc-8842', documentType: 'Kind-417' })],
  });
  pool = new Pool(new URL(gateway.url).origin, { connections: AT_ONCE });
});
afterAll(async () => {
  await pool.close();
  await gateway.close();
});

async function send({ contentType, body }: Attempt): Promise<number> {
  const answer = await pool.request({
    path: '/graphql',
    method: 'POST',
    headers: { 'content-type': contentType },
    body,
  });
  const read = (await answer.body.json()) as { errors?: { extensions: { code: string } }[] };
  const codes = read.errors?.map(({ extensions }) => extensions.code) ?? [];
  expect(codes).not.toContain('INTERNAL_SERVER_ERROR');
  return answer.statusCode;
}

test('each is answered, none with 500', async () => {
  await fuzz({
    cases: malformedRequests,
    atOnce: AT_ONCE,
    async check(attempts) {
      const statuses = await Promise.all(attempts.map(send));
      expect(statuses.filter((status) => status >= 500)).toEqual([]);
    },
  });
});
