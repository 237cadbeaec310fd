/** Subscriptions as Apollo Client asks for them, over HTTP and as it comes: by its multipart protocol. */
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { expect, onTestFinished, test } from 'vitest';
import { startLiveServer } from '../http/live/live-server.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';

/** One subscription of the client, and all that it has shown. */
function listen(url: string, text = 'subscription { ticks { number } }') {
  const client = new ApolloClient({ cache: new InMemoryCache(), link: new HttpLink({ uri: url }) });
  const shown: { readonly data?: unknown; readonly error?: unknown }[] = [];
  const ends: unknown[] = [];
  const subscription = client.subscribe({ query: gql(text) }).subscribe({
    next: ({ data, error }) => void shown.push({ data, ...(error !== undefined && { error }) }),
    error: (error) => void ends.push(error),
    complete: () => void ends.push('complete'),
  });
  onTestFinished(() => subscription.unsubscribe());
  return { shown, ends, subscription };
}

const tick = (number: number) => ({ data: { ticks: { __typename: 'Tick', number } } });

test('Apollo Client shows each event, and the end', async () => {
  const { url, ticks } = await startLiveServer();
  const { shown, ends } = listen(url);
  ticks.send({ number: 1 });
  await until(() => shown.length === 1);
  ticks.send({ number: 2 }, { number: 3 });
  ticks.finish();
  await until(() => ends.length > 0);
  expect(shown).toEqual([tick(1), tick(2), tick(3)]);
  expect(ends).toEqual(['complete']);
});

test('Apollo Client takes no heartbeat for an event', async () => {
  const clock = new FakeClock();
  const { url, ticks } = await startLiveServer({ clock });
  const { shown } = listen(url);
  await until(() => ticks.open === 1);
  await clock.advance(20_000);
  ticks.send({ number: 1 });
  await until(() => shown.length > 0);
  expect(shown).toEqual([tick(1)]);
});

test('Apollo Client ends its subscription by closing the connection', async () => {
  const { url, ticks } = await startLiveServer();
  const { shown, subscription } = listen(url);
  ticks.send({ number: 1 });
  await until(() => shown.length === 1);
  subscription.unsubscribe();
  await until(() => ticks.open === 0);
});

test.each([
  ['a right that is missing', 'subscription { ticks(fail: "forbidden") { number } }', 'FORBIDDEN'],
  ['a document that is not valid', 'subscription { tocks }', 'GRAPHQL_VALIDATION_FAILED'],
])('Apollo Client shows why a subscription is refused: %s', async (_, text, code) => {
  const { url } = await startLiveServer();
  const { shown, ends } = listen(url, text);
  await until(() => ends.length > 0);
  expect([...shown.map(({ error }) => error), ...ends]).toContainEqual(
    expect.objectContaining({
      errors: [expect.objectContaining({ extensions: expect.objectContaining({ code }) })],
    }),
  );
});

test('Apollo Client shows that the token has expired', async () => {
  const clock = new FakeClock();
  const { url, ticks } = await startLiveServer({ clock, expiresInMs: 30_000 });
  const { shown, ends } = listen(url);
  await until(() => ticks.open === 1);
  await clock.advance(30_000);
  await until(() => ends.length > 0);
  expect(JSON.stringify(shown)).toContain('UNAUTHENTICATED');
});
