/** Malformed documents and bodies of clients that accept a stream: no crash, and no fault of ours, by no protocol. */
import { text } from 'node:stream/consumers';
import { Pool } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fuzz } from '../../support/fuzz.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { type Attempt, malformedRequests } from '../malformed-requests.ts';

const AT_ONCE = 4;
/** No router listens there. */
const CALLBACKS = 'http://127.0.0.1:1';
const EXTENSIONS = {
  subscription: { callbackUrl: `${CALLBACKS}/callback`, subscriptionId: 'one', verifier: 'secret' },
};

let gateway: TestGateway;
let pool: Pool;
beforeAll(async () => {
  // It receives no events, so that no subscription stays open.
  gateway = await startTestGateway({}, { SUBSCRIPTION_CALLBACKS: CALLBACKS });
  pool = new Pool(new URL(gateway.url).origin, { connections: AT_ONCE });
});
afterAll(async () => {
  await pool.close();
  await gateway.close();
});

/** With the extension, where the body is an object of JSON still. */
function withExtension(body: Attempt['body']): Attempt['body'] {
  if (typeof body !== 'string' || !/^\{.+\}$/s.test(body)) return body;
  return `${body.slice(0, -1)},"extensions":${JSON.stringify(EXTENSIONS)}}`;
}

test.each(['text/event-stream', 'multipart/mixed;subscriptionSpec=1.0', 'application/json;callbackSpec=1.0'])(
  'each is answered, none as a fault of ours: %s',
  async (accept) => {
    await fuzz({
      cases: malformedRequests,
      atOnce: AT_ONCE,
      async check(attempts) {
        const answers = await Promise.all(
          attempts.map(async ({ contentType, body }) => {
            const headers = { 'content-type': contentType, accept };
            const sent = { path: '/graphql', method: 'POST', headers, body: withExtension(body) } as const;
            const answer = await pool.request(sent);
            return { status: answer.statusCode, read: await text(answer.body) };
          }),
        );
        expect(
          answers.filter(({ status, read }) => status >= 500 || read.includes('INTERNAL_SERVER')),
        ).toEqual([]);
      },
    });
  },
);
