/** Replicas over a real Redis: a file that one keeps is not served before it knows what the other wrote. */
import { expect, test } from 'vitest';
import { download } from '../http/content/links.ts';
import { Gate } from '../support/gate.ts';
import { postOperation } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { until } from '../support/until.ts';
import { deletion } from '../writes/inputs.ts';
import { startRedis, type TestRedis } from './redis-server.ts';
import { startTwoReplicas } from './two-replicas.ts';

const charts = ['old', 'other']
  .map((documentId) => chartDocument('a', { documentId }))
  .concat(chartDocument('b', { documentId: 'of-b' }));

/** Two replicas; links to all files were made at the reader, which keeps them. */
async function startTwo(redis: TestRedis) {
  const { redox, writer, reader, isTold } = await startTwoReplicas(redis, charts);
  const linkTo = async (documentId: string) => {
    const query = `{ media(documentId: "${documentId}") { content { url } } }`;
    const { data } = await postOperation<{ media: { content: { url: string } } }>(reader.url, { query });
    return data?.media.content.url ?? '';
  };
  const links = { old: await linkTo('old'), other: await linkTo('other'), ofB: await linkTo('of-b') };
  return {
    redox,
    isTold,
    /** The status of a download at the reader, and what it cost. */
    async use(link: keyof typeof links) {
      const before = redox.callCount;
      const { status } = await download(links[link]);
      return [status, redox.callCount - before];
    },
    remove: () =>
      postOperation(writer.url, {
        query: 'mutation ($input: DeleteMediaInput!) { deleteMedia(input: $input) { accepted } }',
        variables: { input: deletion('a', { documentId: 'old' }) },
      }),
  };
}

test('after a write at one replica the other asks for the files of its patient again, and serves those of others', async () => {
  await using redis = await startRedis();
  const { use, remove } = await startTwo(redis);
  expect(await use('old')).toEqual([200, 0]);
  await remove();
  expect(await use('old')).toEqual([404, 1]);
  expect(await use('other')).toEqual([200, 1]);
  expect(await use('ofB')).toEqual([200, 0]);
});

test('while one replica writes, the other serves no file of its patient from memory', async () => {
  await using redis = await startRedis();
  const { redox, use, remove } = await startTwo(redis);
  const gate = new Gate();
  redox.answerWrite = async () => {
    await gate.passed;
    return undefined;
  };
  const writing = remove();
  await until(() => redox.inFlight === 1);
  expect(await use('ofB')).toEqual([200, 0]);
  const waiting = use('old');
  gate.open();
  await writing;
  expect((await waiting)[0]).toBe(404);
});

test('no file comes from memory while Redis cannot be read, or may have forgotten what was written', async () => {
  await using redis = await startRedis();
  const { use, isTold } = await startTwo(redis);
  await redis.stop();
  await until(() => isTold(false));
  expect(await use('ofB')).toEqual([200, 1]);
  await redis.start();
  await until(() => isTold(true));
  expect(await use('ofB')).toEqual([200, 1]);
});
