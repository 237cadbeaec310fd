/** A gateway that receives no events refuses subscriptions. */
import { createClient } from 'graphql-sse';
import { expect, onTestFinished, test } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';

test('where no events are received, a subscription is refused, and waits for nothing', async () => {
  await using silent = await startTestGateway({ charts: [] });
  const client = createClient({ url: silent.url, retryAttempts: 0 });
  onTestFinished(() => client.dispose());
  const { value } = await client.iterate({ query: 'subscription { mediaChanged { cursor } }' }).next();
  expect(value).toMatchObject({
    errors: [{ extensions: { code: 'BAD_USER_INPUT', argument: 'query' } }],
  });
});
