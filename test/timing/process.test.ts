/** How long the process takes that refuses its settings, against one that starts. */
import { expect, test } from 'vitest';
import { spawnGateway, startGatewayProcess } from '../support/gateway-process.ts';

const ROUNDS = 5;
/** Contract: it exits within a second, where starting takes one; measured: a fifth. */
const MAX_SHARE = 0.5;

const fastest = (times: readonly number[]) => Math.min(...times);

test('faulty settings are refused in less than half the time that a start takes', async () => {
  const [refusals, starts]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const refusedAt = performance.now();
    expect(await spawnGateway({ PORT: 'no port' }).ended).toEqual([1, null]);
    refusals.push(performance.now() - refusedAt);
    const startedAt = performance.now();
    const gateway = await startGatewayProcess();
    starts.push(performance.now() - startedAt);
    gateway.child.kill('SIGKILL');
    await gateway.ended;
  }
  expect(fastest(refusals) / fastest(starts)).toBeLessThan(MAX_SHARE);
});
