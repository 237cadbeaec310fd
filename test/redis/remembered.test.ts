/** Replicas over a real Redis: what one remembers is not used before it knows what the other wrote. */
import { expect, test } from 'vitest';
import { postOperation } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { until } from '../support/until.ts';
import { deletion } from '../writes/inputs.ts';
import { startRedis, type TestRedis } from './redis-server.ts';
import { startTwoReplicas } from './two-replicas.ts';

const charts = [
  chartDocument('a', { documentId: 'old', serviceDateTime: '2026-01-01' }),
  chartDocument('a', { documentId: 'new', serviceDateTime: '2026-01-02' }),
  chartDocument('b', { documentId: 'of-b' }),
];
const MEDIA = `query ($patient: ID!, $first: Int, $after: String) {
  patient(identifiers: { value: $patient, idType: "MR" }) {
    media(first: $first, after: $after) { nodes { documentId } pageInfo { endCursor } } } }`;

async function startTwo(redis: TestRedis) {
  const { redox, writer, reader, isTold } = await startTwoReplicas(redis, charts);
  return {
    isTold,
    async ask(patient: string, variables: object = {}, headers = { 'cache-control': 'max-age=60' }) {
      const before = redox.callCount;
      const body = { query: MEDIA, variables: { patient, ...variables } };
      const { data, errors } = await postOperation<{
        patient: { media: { nodes: { documentId: string }[]; pageInfo: { endCursor: string } } };
      }>(reader.url, body, headers);
      expect(errors).toEqual([]);
      const media = data?.patient.media;
      return {
        ids: media?.nodes.map(({ documentId }) => documentId),
        after: media?.pageInfo.endCursor,
        calls: redox.callCount - before,
      };
    },
    async remove() {
      const { errors } = await postOperation(writer.url, {
        query: 'mutation ($input: DeleteMediaInput!) { deleteMedia(input: $input) { accepted } }',
        variables: { input: deletion('a', { documentId: 'old' }) },
      });
      expect(errors).toEqual([]);
    },
  };
}

test('a write at one replica makes forgotten what the other remembers of the patient, and of no other', async () => {
  await using redis = await startRedis();
  const { ask, remove } = await startTwo(redis);
  const first = await ask('SYN-a', { first: 1 });
  expect(first).toMatchObject({ ids: ['new'], calls: 1 });
  expect(await ask('SYN-a')).toMatchObject({ ids: ['new', 'old'], calls: 0 });
  expect(await ask('SYN-a', { after: first.after, first: 1 })).toMatchObject({ ids: ['old'], calls: 0 });
  expect(await ask('SYN-b')).toMatchObject({ ids: ['of-b'], calls: 1 });
  await remove();
  expect(await ask('SYN-a', { after: first.after, first: 1 })).toMatchObject({ ids: [], calls: 1 });
  // So soon after a write, it is asked again for every question.
  expect(await ask('SYN-a')).toMatchObject({ ids: ['new'], calls: 1 });
  expect(await ask('SYN-a')).toMatchObject({ ids: ['new'], calls: 1 });
  expect(await ask('SYN-b')).toMatchObject({ ids: ['of-b'], calls: 0 });
});

test('nothing remembered is used while Redis cannot be read', async () => {
  await using redis = await startRedis();
  const { ask, isTold } = await startTwo(redis);
  const first = await ask('SYN-a', { first: 1 });
  await redis.stop();
  await until(() => isTold(false));
  expect(await ask('SYN-a')).toMatchObject({ ids: ['new', 'old'], calls: 1 });
  expect(await ask('SYN-a', { after: first.after })).toMatchObject({ ids: ['old'], calls: 1 });
  await redis.start();
  await until(() => isTold(true));
  expect((await ask('SYN-a')).ids).toEqual(['new', 'old']);
  expect(await ask('SYN-b')).toMatchObject({ ids: ['of-b'], calls: 1 });
});
