/** R4: a thousand operations behind calls that hang. By itself, since its figures are times. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { answer, patientQuery } from '../resilience/operations.ts';
import { startFaultProxy, through } from '../support/fault-proxy.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { settingsFor } from '../support/settings.ts';
import { until } from '../support/until.ts';
import { timeAnswer } from '../timing/load.ts';

const HANGING_MS = 3000;
const NAMES = Array.from({ length: 16 }, (_, at) => `p${at}`);

test('R4: a thousand operations behind hung calls all end by their deadline; what may not wait is OVERLOADED at once', {
  timeout: 20_000,
}, async () => {
  await using proxy = await startFaultProxy();
  const redox = await startSandbox({ charts: [] });
  onTestFinished(() => redox.close());
  const settings = {
    OPERATION_TIMEOUT_MS: String(HANGING_MS),
    BATCH_SCOPE: 'operation',
    MAX_WAITING_NEEDS: '500',
  };
  // In a process of its own, so that its times are not those of a thousand clients.
  const gateway = await startGatewayProcess({
    ...settingsFor(redox),
    LOG_LEVEL: 'info',
    ...through(proxy, settings)(redox),
  });
  // Until then a request takes several times as long as later on, and a thousand of them all the time that is allowed here.
  for (let round = 0; round < 20; round += 1)
    await Promise.all(NAMES.map((name) => answer(gateway.url, patientQuery(name))));
  await proxy.refuse();
  proxy.fault = { swallow: true };
  await proxy.listen();
  const hung = NAMES.map((name) => timeAnswer(gateway.url, patientQuery(name)));
  await until(() => proxy.open >= 15);
  const all: ReturnType<typeof timeAnswer>[] = [];
  while (all.length < 1000) {
    all.push(timeAnswer(gateway.url, patientQuery(`q${all.length}`)));
    // As fast as one processor answers; and a listener's queue holds 511 connections, others wait for TCP to try again.
    if (all.length % 50 === 0) await sleep(30);
  }
  const answers = await Promise.all([...hung, ...all]);
  const refused = answers.filter(({ codes }) => codes.includes('OVERLOADED'));
  const late = answers.filter(({ codes }) => codes.includes('UPSTREAM_TIMEOUT'));
  expect(refused.length + late.length).toBe(1016);
  expect(refused.length).toBeGreaterThanOrEqual(400);
  expect(Math.max(...late.map(({ tookMs }) => tookMs))).toBeLessThan(HANGING_MS + 250);
  // "At once" is as long as a thousand requests take to be read.
  expect(Math.max(...refused.map(({ tookMs }) => tookMs))).toBeLessThan(1000);
});
