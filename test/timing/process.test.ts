/** How long the process takes to refuse its settings, and to stop, against how long it takes to start. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { spawnGateway, startGatewayProcess } from '../support/gateway-process.ts';

const ROUNDS = 5;
/** Contract: it exits within a second, where starting takes one; measured: a fifth. */
const MAX_SHARE = 0.5;

const fastest = (times: readonly number[]) => Math.min(...times);

async function timeStart() {
  const startedAt = performance.now();
  const gateway = await startGatewayProcess();
  return { gateway, startMs: performance.now() - startedAt };
}

test('faulty settings are refused in less than half the time that a start takes', async () => {
  const [refusals, starts]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const refusedAt = performance.now();
    expect(await spawnGateway({ PORT: 'no port' }).ended).toEqual([1, null]);
    refusals.push(performance.now() - refusedAt);
    const { gateway, startMs } = await timeStart();
    starts.push(startMs);
    gateway.child.kill('SIGKILL');
    await gateway.ended;
  }
  expect(fastest(refusals) / fastest(starts)).toBeLessThan(MAX_SHARE);
});

test('a stop waits for no idle connection: it takes less than half the time of a start', async () => {
  const [stops, starts]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { gateway, startMs } = await timeStart();
    starts.push(startMs);
    // One that stays open after its request, and one that has never said anything.
    await (await fetch(new URL('/readyz', gateway.url))).text();
    const { port, hostname } = new URL(gateway.url);
    const silent = connect(Number(port), hostname).on('error', () => undefined);
    await once(silent, 'connect');
    const stoppedAt = performance.now();
    gateway.child.kill('SIGTERM');
    expect(await gateway.ended).toEqual([0, null]);
    stops.push(performance.now() - stoppedAt);
    silent.destroy();
  }
  expect(fastest(stops) / fastest(starts)).toBeLessThan(MAX_SHARE);
});
