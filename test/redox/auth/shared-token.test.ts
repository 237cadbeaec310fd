/** Several replicas renew one token once, however their requests to the shared store are ordered. */
import { expect, onTestFinished, test } from 'vitest';
import { createSystemClock } from '../../../src/clock.ts';
import type { Token, TokenStore } from '../../../src/redox/auth/token-store.ts';
import { createRedoxClient } from '../../../src/redox/client.ts';
import { anyQuery, noSignal, settingsFor, startUpstream } from '../upstream.ts';

/** The store that replicas share, in memory. The lock is granted once the one who had it has given it back. */
class QueueingStore implements TokenStore {
  #token: Token | null = null;
  #last: Promise<void> = Promise.resolve();
  /** How many have looked for a token in vain. */
  misses = 0;

  async read(): Promise<Token | null> {
    if (this.#token === null) this.misses += 1;
    return this.#token;
  }

  async write(token: Token): Promise<void> {
    this.#token = token;
  }

  async lock(): Promise<() => Promise<void>> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    await before;
    return async () => resolve();
  }
}

test('one that gets the lock after another has renewed the token takes that token', async () => {
  const upstream = await startUpstream();
  const store = new QueueingStore();
  const replicas = Array.from({ length: 3 }, () => {
    const client = createRedoxClient(settingsFor(upstream.url), { clock: createSystemClock(), store });
    onTestFinished(() => client.close());
    return client;
  });
  await Promise.all(replicas.map((client) => client.query('general', anyQuery, noSignal)));
  expect(store.misses).toBeGreaterThanOrEqual(3);
  expect(upstream.tokenCalls).toHaveLength(1);
  expect(new Set(upstream.queries.map(({ headers }) => headers.authorization))).toEqual(
    new Set(['Bearer token-1']),
  );
});
