/** Replicas whose secrets differ while these are rotated: what one has sent, the other does not send again. */
import { expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { Gate } from '../support/gate.ts';
import { postOperation } from '../support/gateway.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { settingsFor } from '../support/settings.ts';
import { until } from '../support/until.ts';
import { saving } from '../writes/inputs.ts';
import { startRedis } from './redis-server.ts';

const [OLD, NEW] = ['an-old-secret-that-is-long-enough-for-it', 'a-new-secret-that-is-long-enough-for-it'];

async function save(url: string, clientMutationId: string) {
  const { data } = await postOperation<{ saveMedia: { redoxLogIds: string[] } | null }>(url, {
    query: 'mutation ($input: SaveMediaInput!) { saveMedia(input: $input) { redoxLogIds } }',
    variables: { input: saving('a', { clientMutationId }) },
  });
  return data?.saveMedia?.redoxLogIds;
}

test.each([
  ['the new one is added', OLD, `${OLD},${NEW}`],
  ['the new one becomes the first', `${OLD},${NEW}`, `${NEW},${OLD}`],
  ['the old one is taken away', `${NEW},${OLD}`, NEW],
])(
  'while %s, a repetition at a replica that was rolled, or was not, gets the result of the write',
  async (_, before, after) => {
    await using redis = await startRedis();
    const redox = await startSandbox({ charts: [] });
    onTestFinished(() => redox.close());
    const start = (GATEWAY_SECRET: string) =>
      startGatewayProcess({ ...settingsFor(redox), LOG_LEVEL: 'info', REDIS_URL: redis.url, GATEWAY_SECRET });
    const [one, other] = await Promise.all([start(before), start(after)]);
    await until(async () => (await redis.keys('replicas')).length > 0);
    const [key = ''] = await redis.keys('replicas');
    await until(async () => (await redis.send('ZCARD', key)) === 2);
    for (const [first, second] of [
      [one, other],
      [other, one],
    ] as const) {
      const sentBefore = redox.callCount;
      const id = `m-${sentBefore}`;
      const gate = new Gate();
      redox.answerWrite = async () => {
        await gate.passed;
        return undefined;
      };
      const writing = save(first.url, id);
      await until(() => redox.inFlight === 1);
      const waiting = save(second.url, id);
      gate.open();
      const result = await writing;
      expect(result).toHaveLength(1);
      expect([await waiting, await save(second.url, id)]).toEqual([result, result]);
      expect(redox.callCount).toBe(sentBefore + 1);
    }
  },
);
