/** How old an answer may be passes through the example's router, and how old it is comes back. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { joinSubgraphs } from '../../examples/supergraph/supergraph.ts';
import { post } from '../http/servers.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startTestGateway } from '../support/gateway.ts';
import { charts, type Joined, people, startJoined } from './joined.ts';

const OF_BOTH = `{
  patient(identifiers: [{ value: "SYN-p01", idType: "MR" }]) { media { totalCount } }
  directoryPatients(nameContains: "Synthetic p07") { name media { totalCount } }
}`;

let joined: Joined;
beforeAll(async () => {
  joined = await startJoined();
});
afterAll(() => joined.close());

/** The headers of the requests that the media subgraph receives while `work` goes on. */
async function headersAtMedia(work: () => Promise<unknown>): Promise<IncomingMessage['headers'][]> {
  const port = Number(new URL(joined.gateway.url).port);
  const received: IncomingMessage['headers'][] = [];
  const note = (message: unknown) => {
    const { request, socket } = message as { request: IncomingMessage; socket: Socket };
    if (socket.localPort === port) received.push(request.headers);
  };
  subscribe('http.server.request.start', note);
  await work().finally(() => unsubscribe('http.server.request.start', note));
  return received;
}

test('each request to the media subgraph carries what the caller says of age', async () => {
  const said = { 'cache-control': 'max-age=60, no-transform' };
  const received = await headersAtMedia(() => post(joined.url, { query: OF_BOTH }, said));
  expect(received).toHaveLength(2);
  expect(received).toMatchObject([said, said]);
});

test('a caller who says nothing has nothing said for it', async () => {
  const received = await headersAtMedia(() =>
    post(joined.url, { query: OF_BOTH }, { pragma: 'x', age: '7' }),
  );
  expect(received).toHaveLength(2);
  for (const headers of received)
    for (const name of ['cache-control', 'pragma', 'age']) expect(headers).not.toHaveProperty(name);
});

test('no cache may keep what the router sends, and it has no age where Redox was asked', async () => {
  const { headers } = await post(joined.url, { query: OF_BOTH });
  expect(headers.get('cache-control')).toBe('private, no-store');
  expect(headers.get('age')).toBeNull();
});

test('of what the media subgraph remembers, the router tells how old the oldest is', async () => {
  const clock = new FakeClock();
  await using gateway = await startTestGateway({ charts }, {}, clock);
  const { url, close } = await joinSubgraphs({ mediaUrl: gateway.url, people });
  const ageOf = async (query: string) => {
    const calls = gateway.redox.callCount;
    const { headers } = await post(url, { query }, { 'cache-control': 'max-age=60' });
    return [headers.get('age'), gateway.redox.callCount - calls];
  };
  const [ofMedia = '', ofDirectory = ''] = OF_BOTH.split('\n').slice(1, 3);
  // Which of both requests is answered last is not known: in turn, the first and the second has the older answer.
  for (const [older, newer] of [
    [ofMedia, ofDirectory],
    [ofDirectory, ofMedia],
  ]) {
    expect(await ageOf(`{ ${older} }`)).toEqual([null, 1]);
    await clock.advance(20_000);
    expect(await ageOf(`{ ${newer} }`)).toEqual([null, 1]);
    await clock.advance(5000);
    expect(await ageOf(OF_BOTH)).toEqual(['25', 0]);
    await clock.advance(60_000);
  }
  await close();
});
